/**
 * What notifications lead to. Each only says which place may have changed: followed objects become doubts and drift, which a round's
 * refresh resolves; everything else is read again in the background. Late, doubled and reordered ones lead to nothing worse than a read.
 */
import type { Backlog } from './backlog.ts';
import type { Counters } from './counters.ts';
import type { Dn } from './dn.ts';
import type { Doubts } from './doubts.ts';
import type { Drift } from '../system/drift.ts';
import type { Mirror } from './mirror.ts';
import type { Mo } from './mo.ts';
import { containerOf, placeOf } from './place.ts';

export interface NoticesOptions {
  readonly mirror: Mirror;
  readonly doubts: Doubts;
  readonly backlog: Pick<Backlog, 'add'>;
  readonly drift: Drift<Dn>;
  readonly counters: Counters;
  /** Whether rounds look at objects of this container. */
  readonly isFollowed: (container: Dn) => boolean;
}

export class Notices {
  readonly #options: NoticesOptions;
  #held: ReadonlySet<Dn> = new Set();
  #waiting: { readonly mo: Mo; readonly at: number }[] = [];

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** A write of these is under way: its echo may come before its reply, when the mirror does not show it yet. */
  hold(dns: ReadonlySet<Dn>): void {
    this.#held = dns;
  }

  /** The mirror shows what came of the write. */
  release(): void {
    this.#held = new Set();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { mo, at } of waiting) this.receive([mo], at);
  }

  receive(mos: readonly Mo[], at: number): void {
    const { drift } = this.#options;
    const dns = mos.filter((mo) => !this.#isHeld(mo, at)).map((mo) => this.#judge(mo));
    drift.of(
      dns.filter((dn) => dn !== undefined),
      at,
    );
  }

  #isHeld(mo: Mo, at: number): boolean {
    const place = this.#held.size === 0 ? undefined : placeOf(mo.dn);
    if (place?.at !== 'object' || !this.#held.has(place.dn)) return false;
    this.#waiting.push({ mo, at });
    return true;
  }

  /** A followed object that is in doubt now. */
  #judge(mo: Mo): Dn | undefined {
    const { mirror, doubts, backlog, counters, isFollowed } = this.#options;
    const doubt = mirror.judge(mo);
    if (doubt === undefined) {
      counters.echoes += 1;
      return undefined;
    }
    if (doubt.in !== 'object' || !isFollowed(containerOf(doubt.dn))) {
      backlog.add(doubt);
      return undefined;
    }
    doubts.notified(doubt.dn);
    return doubt.dn;
  }
}
