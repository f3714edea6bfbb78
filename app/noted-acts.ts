/**
 * Acts of the command line on their way into the history. The command line writes the ledger alone: history has one writer, who
 * need not be there. Whoever serves takes the acts from the ledger, and forgets them there when history has them on the disk. A kill
 * in between has them taken once more, and history keeps each once.
 */
import type { Clock } from '../backend/model/clock.ts';
import { ProblemError, problemOf } from '../backend/model/problems.ts';
import type { Ledger } from '../backend/reconcile/ports.ts';
import type { History } from '../backend/store/history/history.ts';
import type { Logger } from './logging.ts';

export interface NotedActsOptions {
  readonly ledger: Pick<Ledger, 'noted' | 'forgetNoted'>;
  readonly history: Pick<History, 'take'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

const lookMs = 500;
const retryMs = 5000;

/** Until the end; the ledger is not touched after that. */
export async function takeNotedActs(options: NotedActsOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isDone = await tookAll(options, signal);
    await options.clock.sleep(isDone ? lookMs : retryMs, signal).catch(() => undefined);
  }
}

async function tookAll({ ledger, history, log }: NotedActsOptions, signal: AbortSignal): Promise<boolean> {
  try {
    const noted = ledger.noted();
    if (noted.length === 0) return true;
    await history.take(noted.map(({ act }) => act));
    if (signal.aborted) return false;
    ledger.forgetNoted(noted.map(({ id }) => id));
    for (const { act } of noted) log.info({ ...act }, 'act');
    return true;
  } catch (thrown) {
    // What keeps history from the disk is its problem, and told by it.
    if (!(thrown instanceof ProblemError)) log.error({ ...problemOf(thrown) }, 'acts were not taken');
    return false;
  }
}
