/**
 * What a person may do while it runs: say yes or no to what waits, pause, confirm an identity, have something read again. The
 * page, the API and the command line all act through here; each act is in the ledger before it takes effect.
 */
import { fingerprintOfAll, firstPlanName, isPlanName } from '../model/approvals.ts';
import type { Clock } from '../model/clock.ts';
import type { SourceName, MappingName, SystemName } from '../model/identity.ts';
import type { Document } from '../model/mapping.ts';
import type { Fingerprint } from '../model/plan.ts';
import { ProblemError, type ProblemCode } from '../model/problems.ts';
import type { SourceView } from '../model/source-view.ts';
import type { Ledger, PendingApproval } from './ports.ts';
import { unseenSystems } from './whole-plans.ts';

export interface ActsOptions {
  readonly document: () => Document;
  readonly ledger: Ledger;
  readonly clock: Pick<Clock, 'now'>;
  /** Rounds follow at once. */
  readonly acted: () => void;
  /** As `Fleet.resync`. */
  readonly resync: (name: string) => boolean;
  /** What is known of it now; undefined: none of this name runs. Absent: nobody serves here, so nothing is known. */
  readonly viewOf?: (name: string) => Answering | undefined;
}

export type Answering = Pick<SourceView, 'identity' | 'problem'>;

interface FirstPlan {
  /** undefined: none waits. */
  readonly fingerprint: Fingerprint | undefined;
  /** In words. */
  readonly counts: string;
}

interface Actor {
  readonly name: string;
}

export class PersonsActs {
  private readonly options: ActsOptions;

  constructor(options: ActsOptions) {
    this.options = options;
  }

  /** With the fingerprint of the first plan, or without any: the mapping goes on after its first plan. */
  approve(mapping: string, fingerprint: string | undefined, by: Actor): string {
    const { ledger, clock, acted } = this.options;
    this.demandMapping(mapping);
    const name = mapping as MappingName;
    const first = this.firstPlan(name);
    if (fingerprint === undefined || fingerprint === first.fingerprint) return this.letGo(name, first, by);
    const pending = this.waiting(name, fingerprint);
    ledger.approve({ mapping: name, changes: new Set(pending.changes) }, by.name, clock.now());
    acted();
    return `${mapping}: ${counted(pending.changes.length)} approved`;
  }

  private letGo(name: MappingName, first: FirstPlan, by: Actor): string {
    const { ledger, clock, acted } = this.options;
    this.demandWhole(name);
    ledger.confirmFirstPlan(name, by.name, clock.now());
    acted();
    const what = first.fingerprint === undefined ? '' : `, as ${first.fingerprint}: ${first.counts}`;
    const rest = ledger
      .pending(name)
      .map((each) => `; ${counted(each.changes.length)} still wait under ${each.fingerprint}`);
    return `${name}: its first plan is confirmed${what}${rest.join('')}`;
  }

  /** The yes holds on every system that it writes to: also where nobody could see what the first plan will be. */
  private demandWhole(mapping: MappingName): void {
    const { document, ledger } = this.options;
    const declared = document().mappings.find(({ name }) => name === mapping);
    const unseen = declared === undefined ? [] : unseenSystems(ledger, declared);
    if (unseen.length === 0) return;
    throw new ProblemError('plan.incomplete', `${mapping} has no complete plan on ${unseen.join(', ')} now`);
  }

  /** On all systems together. */
  private firstPlan(mapping: MappingName): FirstPlan {
    const parts = this.options.ledger.pending(firstPlanName(mapping));
    const counts = parts.flatMap(({ changes }) => changes).join(', ');
    return { fingerprint: fingerprintOfAll(parts.map(({ fingerprint }) => fingerprint)), counts };
  }

  refuse(mapping: string, fingerprint: string, by: Actor & { readonly reason: string }): string {
    const { ledger, clock, acted } = this.options;
    const name = mapping as MappingName;
    const pending = this.waiting(name, fingerprint);
    ledger.refuse(name, pending.fingerprint, { by: by.name, at: clock.now(), reason: by.reason });
    acted();
    return `${mapping}: ${counted(pending.changes.length)} stay held, and ask nobody until something else waits`;
  }

  setPaused(paused: boolean, by: Actor): string {
    const { ledger, clock, acted } = this.options;
    ledger.setPaused(paused, by.name, clock.now());
    acted();
    return paused ? 'writing is paused' : 'writing goes on';
  }

  confirmIdentity(name: string, identity: string, by: Actor): string {
    const { document, ledger, clock, acted } = this.options;
    if (!isNamed(name, document()))
      throw new ProblemError('request.not-found', `no cluster, fabric or load balancer is named ${name}`);
    const answering = this.identityOf(name);
    // Safe in any case: what answers otherwise is held. Only who mistyped would not be told.
    if (answering !== undefined && answering !== identity)
      throw new ProblemError('request.identity', `as ${name} answers ${answering}`);
    ledger.confirmIdentity(name as SourceName, identity, by.name, clock.now());
    // A rebuilt or restored cluster counts its versions anew; what was seen before says nothing of it. Systems have none.
    ledger.setResourceVersion(name as SourceName, '0');
    acted();
    const unproven = `; what answers as ${name} is not known now, and is held unless it is this one`;
    return `${name}: ${identity} is confirmed${answering === undefined ? unproven : ''}`;
  }

  /** undefined: it is not known now. */
  private identityOf(name: string): string | undefined {
    const { identity, problem } = this.options.viewOf?.(name) ?? {};
    // With any other problem that is who answered before.
    return problem === undefined || saysWhoAnswers.has(problem.code) ? identity : undefined;
  }

  resync(name: string): string {
    if (!this.options.resync(name))
      throw new ProblemError('request.not-found', `no source or system is named ${name}`);
    return `${name} is read again`;
  }

  /** A mapping of the document, or what one left behind: that waits under `orphan:` and the id in its marks. */
  private demandMapping(mapping: string): void {
    const { document, ledger } = this.options;
    if (document().mappings.some(({ name }) => name === mapping)) return;
    if (!isPlanName(mapping) && ledger.pending(mapping as MappingName).length > 0) return;
    throw new ProblemError('request.not-found', `no mapping is named ${mapping}`);
  }

  private waiting(mapping: MappingName, fingerprint: string): PendingApproval {
    this.demandMapping(mapping);
    const waiting = this.options.ledger.pending(mapping);
    const pending = waiting.find((each) => each.fingerprint === (fingerprint as Fingerprint));
    if (pending !== undefined) return pending;
    const first = this.firstPlan(mapping).fingerprint ?? [];
    const known = [...waiting.map((each) => each.fingerprint), first].flat().join(', ');
    const now = known === '' ? 'nothing waits there' : `what waits now is ${known}`;
    throw new ProblemError(
      'plan.changed',
      `${mapping} has no plan with the fingerprint ${fingerprint}: ${now}`,
    );
  }
}

const saysWhoAnswers: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'cluster.identity',
  'cluster.rewound',
  'fabric.identity',
  'loadBalancer.identity',
]);

function counted(changes: number): string {
  return changes === 1 ? '1 change' : `${changes} changes`;
}

/** What an identity may be confirmed for. */
export function isNamed(name: string, { clusters, fabrics, loadBalancers }: Document): boolean {
  return [...clusters, ...fabrics, ...loadBalancers].some((each) => each.name === (name as SystemName));
}
