/**
 * Connections through members: as many as the lab says. While a member or its node is off they end by themselves, at
 * the rate that was said with them; a removed member's go on, as the device keeps them.
 */
import type { LabClock } from '../../clock.ts';
import { nodePathOf } from '../config/references.ts';
import type { Commit, Store } from '../config/store.ts';
import { splitMember } from '../config/names.ts';
import { isOff } from './health.ts';

interface Flow {
  readonly pool: string;
  readonly member: string;
  count: number;
  /** When `count` was so. */
  at: number;
  /** How many end in a second of the lab's time while nothing new comes. */
  readonly endPerSecond: number;
  draining: boolean;
}

export class Connections {
  readonly #clock: LabClock;
  readonly #store: Store;
  readonly #flows = new Map<string, Flow>();

  constructor(clock: LabClock, store: Store) {
    this.#clock = clock;
    this.#store = store;
    store.onCommit((commit) => this.#follow(commit));
  }

  set(at: { pool: string; member: string }, count: number, endPerSecond = 0): void {
    const flow = { ...at, count, endPerSecond, at: this.#clock.now(), draining: false };
    flow.draining = this.#isDraining(flow);
    this.#flows.set(`${at.pool} ${at.member}`, flow);
  }

  of(pool: string, member: string): number {
    const flow = this.#flows.get(`${pool} ${member}`);
    return flow === undefined ? 0 : this.#countOf(flow);
  }

  /** Cuts what goes to an address, or to one port of it; returns how many. */
  cut(address: string, port?: number): number {
    let ended = 0;
    for (const flow of this.#flows.values()) {
      const member = splitMember(flow.member.slice(flow.member.lastIndexOf('/') + 1));
      const known = this.#store.get('member', flow.member, flow.pool)?.attributes['address'] ?? member.node;
      if (known !== address || (port !== undefined && port !== member.port)) continue;
      ended += this.#countOf(flow);
      flow.count = 0;
    }
    return ended;
  }

  /** All of them: the device went down. */
  end(): void {
    this.#flows.clear();
  }

  #countOf({ count, at, draining, endPerSecond }: Flow): number {
    if (!draining) return count;
    return Math.max(0, count - Math.floor(((this.#clock.now() - at) / 1000) * endPerSecond));
  }

  #follow({ changes }: Commit): void {
    if (this.#flows.size === 0) return;
    for (const { kind } of changes) {
      if (kind !== 'member' && kind !== 'node') continue;
      for (const flow of this.#flows.values()) this.#turn(flow);
      return;
    }
  }

  #turn(flow: Flow): void {
    const draining = this.#isDraining(flow);
    if (draining === flow.draining) return;
    flow.count = this.#countOf(flow);
    flow.at = this.#clock.now();
    flow.draining = draining;
  }

  #isDraining({ pool, member }: Flow): boolean {
    const object = this.#store.get('member', member, pool);
    if (object === undefined) return true;
    const node = this.#store.get('node', nodePathOf(object));
    return isOff(object) || (node !== undefined && isOff(node));
  }
}
