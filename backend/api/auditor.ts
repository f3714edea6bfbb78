/** Takes down what people did, and tried to. What only reads is not taken down, nor what came too often. */
import { asTakenDown, type Person } from '../model/person.ts';
import type { Problem } from '../model/problems.ts';
import type { Clock } from '../model/clock.ts';
import { Crowd } from './crowd.ts';
import type { Audit } from './ports.ts';
import type { Answer, Call, Claimed, RawParameters, Route } from './route.ts';

/** What is known of a request; more of it as it goes through the pipeline. */
export interface Attempt {
  readonly route: Route;
  readonly params: RawParameters;
  readonly from: string;
  person: Person | undefined;
  call: Call | undefined;
}

export interface Auditor {
  done(attempt: Attempt, answer: Answer<unknown>): void;
  failed(attempt: Attempt, why: Problem): void;
}

export interface AuditorOptions {
  readonly audit: Audit;
  readonly clock: Clock;
  /** The end: what was counted until then is taken down. */
  readonly signal: AbortSignal;
}

export function createAuditor(options: AuditorOptions): Auditor {
  const { audit, clock } = options;
  const crowd = new Crowd(options);
  const take = ({ route, params, from, call }: Attempt, who: Claimed, result: string): void => {
    if (route.verb === undefined) return;
    // Attempts to sign in are few by their pace, and each matters.
    const taker = who === nobody && route.pace !== 'signIn' ? crowd : audit;
    taker.act(
      asTakenDown({
        at: clock.now(),
        person: who.name,
        via: who.via,
        from,
        verb: route.verb,
        object: call?.object ?? Object.values(params).join(' '),
        result,
        detail: call?.detail ?? '',
      }),
    );
  };
  return {
    done(attempt, { session }) {
      const started = session === undefined || session === 'ended' ? undefined : session.person;
      take(attempt, started ?? whoTried(attempt), 'done');
    },
    failed(attempt, { code }) {
      if (code !== 'request.too-many') take(attempt, whoTried(attempt), code);
    },
  };
}

const nobody: Claimed = { name: '', via: 'anonymous' };

function whoTried({ person, call }: Attempt): Claimed {
  return person ?? call?.claimed ?? nobody;
}
