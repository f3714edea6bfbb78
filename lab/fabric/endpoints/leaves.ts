/**
 * Leaves that reload, leave the fabric and come back. What only they saw is gone meanwhile.
 *
 * The state of a node and the loss of its endpoints reach the APIC by different ways: either may be reported first.
 */
import { timestamp, type LabClock } from '../../clock.ts';
import type { Mo } from '../model/mo.ts';
import { Refused } from '../refused.ts';
import { mo } from '../seed.ts';
import { fabricAuthor, type Store } from '../store.ts';
import { parseNode } from '../write/body.ts';
import type { Endpoints } from './endpoints.ts';

export interface OutageOptions {
  /** What is reported first. Usual: the endpoints. */
  readonly first?: 'endpoints' | 'node' | undefined;
  /** From the first report to the second, in the fabric's milliseconds. */
  readonly lagMs?: number | undefined;
}

export interface ReloadOptions extends OutageOptions {
  /** Until the node is active again, in the fabric's milliseconds. */
  readonly for?: number | undefined;
  /** From then on until its endpoints are learned again. */
  readonly relearnMs?: number | undefined;
}

export interface LeafControl {
  /** The node goes inactive, what only it saw vanishes; later it is active, and learns the same again. */
  reload(node: number, options?: ReloadOptions): void;
  /** As a reload that does not end, until `commission`. */
  decommission(node: number, options?: OutageOptions): void;
  /** Ends any absence at once; the endpoints are learned again. */
  commission(node: number): void;
}

const usual = { first: 'endpoints', lagMs: 500, for: 60_000, relearnMs: 1_000 } as const;

export class Leaves implements LeafControl {
  readonly #store: Store;
  readonly #clock: LabClock;
  readonly #endpoints: Endpoints;
  /** What is still to happen to nodes that are away. */
  readonly #pending = new Map<number, (() => void)[]>();

  constructor(store: Store, clock: LabClock, endpoints: Endpoints) {
    this.#store = store;
    this.#clock = clock;
    this.#endpoints = endpoints;
  }

  reload(node: number, options: ReloadOptions = {}): void {
    this.#begin(node, 'inactive', options);
    const back = options.for ?? usual.for;
    this.#later(node, back, () => this.#boot(node));
    this.#later(node, back + (options.relearnMs ?? usual.relearnMs), () => this.#endpoints.recall(node));
  }

  decommission(node: number, options: OutageOptions = {}): void {
    this.#begin(node, 'disabled', options);
  }

  commission(node: number): void {
    this.#cancel(node);
    if (this.#find(node).get('fabricSt') !== 'active') this.#boot(node);
    this.#endpoints.recall(node);
  }

  #begin(node: number, fabricSt: string, { first, lagMs }: OutageOptions): void {
    this.#find(node);
    this.#cancel(node);
    const steps = [() => this.#endpoints.lose(node), () => this.#setState(node, fabricSt)];
    const [now, then] = (first ?? usual.first) === 'node' ? steps.toReversed() : steps;
    now?.();
    const lag = lagMs ?? usual.lagMs;
    if (lag === 0) then?.();
    else this.#later(node, lag, () => then?.());
  }

  #boot(node: number): void {
    this.#setState(node, 'active');
    const dn = `${this.#find(node).dn}/sys`;
    const lastRebootTime = timestamp(this.#clock.now());
    const system = { dn, lastRebootTime, lastResetReason: 'reload', systemUpTime: '00:00:00:00.000' };
    this.#store.commit(fabricAuthor, (transaction) =>
      transaction.apply(parseNode(mo('topSystem', system)), dn),
    );
  }

  #setState(node: number, fabricSt: string): void {
    const { dn } = this.#find(node);
    const lastStateModTs = timestamp(this.#clock.now());
    this.#store.commit(fabricAuthor, (transaction) =>
      transaction.apply(parseNode(mo('fabricNode', { dn, fabricSt, lastStateModTs })), dn),
    );
  }

  #find(node: number): Mo {
    const nodes = [...this.#store.tree.ofClass('fabricNode')];
    const found = nodes.find((one) => one.get('id') === String(node) && one.get('role') === 'leaf');
    if (found === undefined) throw new Refused(`there is no leaf ${node}`);
    return found;
  }

  #later(node: number, wait: number, task: () => void): void {
    const pending = this.#pending.get(node) ?? [];
    pending.push(this.#clock.after(wait, task));
    this.#pending.set(node, pending);
  }

  #cancel(node: number): void {
    for (const cancel of this.#pending.get(node) ?? []) cancel();
    this.#pending.delete(node);
  }
}
