/** Faults as objects: raised (soaking at first), changed, cleared, and kept a while after they were cleared. */
import type { LabClock } from '../../clock.ts';
import { timestamp } from '../../clock.ts';
import { classMeta } from '../model/meta.ts';
import { fabricAuthor, type Store } from '../store.ts';
import type { WriteNode } from '../write/body.ts';
import type { Transaction } from '../write/transaction.ts';

export interface Condition {
  readonly cause: string;
  readonly descr: string;
  readonly changeSet: string;
  readonly rule: string;
  readonly subject: string;
  readonly delegated?: 'yes' | 'no';
  readonly severity?: string;
}

const soakingMs = 120_000;
const retentionMs = 3_600_000;

export class FaultLife {
  readonly #store: Store;
  readonly #clock: LabClock;

  constructor(store: Store, clock: LabClock) {
    this.#store = store;
    this.#clock = clock;
  }

  raise(transaction: Transaction, dn: string, condition: Condition): void {
    const now = timestamp(this.#clock.now());
    const { severity = 'minor' } = condition;
    const active = isActive(this.#store.tree.get(dn)?.get('lc'));
    const start = { lc: 'soaking', lastTransition: now, created: now, prevSeverity: 'cleared' };
    const levels = { severity, highestSeverity: severity, origSeverity: severity };
    put(transaction, dn, { ...condition, ...(active ? {} : { ...start, ...levels }) });
    if (active) return;
    this.#later(dn, soakingMs, { from: ['soaking'], to: { lc: 'raised', prevSeverity: severity } });
  }

  clear(transaction: Transaction, dn: string): void {
    const fault = this.#store.tree.get(dn);
    if (fault === undefined || !isActive(fault.get('lc'))) return;
    const cleared = { severity: 'cleared', prevSeverity: fault.get('severity'), lc: 'retaining' };
    put(transaction, dn, { ...cleared, lastTransition: timestamp(this.#clock.now()) });
    this.#later(dn, retentionMs, { from: ['retaining'], to: 'gone' });
  }

  #later(
    dn: string,
    wait: number,
    step: { from: readonly string[]; to: Readonly<Record<string, string>> | 'gone' },
  ): void {
    const since = this.#clock.now();
    this.#clock.after(wait, () => {
      const fault = this.#store.tree.get(dn);
      const unchanged = fault && Date.parse(fault.get('lastTransition')) <= since;
      if (!unchanged || !step.from.includes(fault.get('lc'))) return;
      this.#store.commit(fabricAuthor, (transaction) => {
        if (step.to === 'gone') transaction.remove(fault);
        else put(transaction, dn, { ...step.to, lastTransition: timestamp(this.#clock.now()) });
      });
    });
  }
}

function isActive(lc: string | undefined): boolean {
  return lc !== undefined && lc !== 'retaining';
}

function put(transaction: Transaction, dn: string, attributes: Readonly<Record<string, string>>): void {
  transaction.apply(systemNode('faultInst', attributes), dn);
}

export function systemNode(className: string, attributes: Readonly<Record<string, string>>): WriteNode {
  const meta = classMeta(className);
  if (meta === undefined) throw new Error(`${className} is not in the class table`);
  return { meta, attributes, children: [] };
}

/** The DN of a fault that hangs below a policy object. */
export function faultDn(dn: string, code: string): string {
  return `${dn}/fault-${code}`;
}
