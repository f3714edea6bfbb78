/**
 * Faults of target objects: those that leaves raise on what was deployed (F0467: the prefix is in use in another EPG of the VRF) and
 * those of relations that find no target. A fault names its object somewhere in its DN or description.
 */
import { problem, type Problem } from '../../model/problems.ts';
import { codecs } from './codec/registry.ts';
import type { Dn } from './dn.ts';
import { MoTable, type Followed } from './mo-table.ts';
import type { Mo } from './mo.ts';
import { mentioned } from './place.ts';
import { ReadOrder } from './read-order.ts';

export const faultClasses: Followed = {
  faultInst: ['code', 'severity', 'lc', 'descr', 'changeSet'],
};
/** Leaf faults carry the object's DN in brackets, others stand below it: both contain this. */
const mentions = codecs.map(({ prefix }) => `wcard(faultInst.dn,"/${prefix}-")`);
export const faultFilter = `or(${mentions.join(',')})`;

const address = /(?:pfx|extsubnet|RedirectDest_ip)-\[([^\]]+)\]/g;
const node = /\/node-(\d+)\//;

/** A cleared fault stays for a while as a record. */
function isOver({ attributes }: Mo): boolean {
  return attributes['severity'] === 'cleared' || attributes['lc'] === 'retaining';
}

function objectOf({ dn, attributes }: Mo): Dn | undefined {
  return mentioned(dn) ?? mentioned(attributes['descr'] ?? '');
}

/** The addresses first when the fault names some, so that it is found by the address. */
function problemOf({ dn, attributes }: Mo): Problem {
  const { code = '', descr = '', changeSet = '' } = attributes;
  const on = new Set(`${changeSet} ${descr} ${dn}`.matchAll(address).map((match) => match[1] ?? ''));
  const where = node.exec(dn)?.[1];
  const head = `${code}${where === undefined ? '' : ` on node ${where}`}: ${descr}`;
  return problem('fabric.fault', on.size === 0 ? head : `${[...on].join(', ')}: ${head}`);
}

/** What a read of faults found. */
export interface FoundFaults {
  /** Objects whose problems differ now. */
  readonly changed: readonly Dn[];
  /** They must be read again: something happened to one of them while they were read. */
  readonly isUncertain: boolean;
}

export class FaultBoard {
  readonly #order = new ReadOrder<'all'>();
  #table = new MoTable(faultClasses);
  #byDn = new Map<Dn, readonly Problem[]>();

  /** Announces a read; answers its number. */
  begin(): number {
    return this.#order.begin();
  }

  noticed(): void {
    this.#order.notice('all');
  }

  /** Replaces all, unless a newer read did meanwhile. */
  replace(mos: readonly Mo[], read: number): FoundFaults {
    if (!this.#order.take('all', read)) return { changed: [], isUncertain: false };
    const before = this.#table;
    const changed = this.#replace(mos);
    return { changed, isUncertain: !before.equals(this.#table) && this.#order.mayBeBehind('all', read) };
  }

  #replace(mos: readonly Mo[]): readonly Dn[] {
    this.#table = new MoTable(faultClasses, mos);
    const next = new Map<Dn, Problem[]>();
    for (const mo of mos) {
      const dn = isOver(mo) ? undefined : objectOf(mo);
      if (dn === undefined) continue;
      const list = next.get(dn);
      if (list === undefined) next.set(dn, [problemOf(mo)]);
      else list.push(problemOf(mo));
    }
    const all = new Set([...this.#byDn.keys(), ...next.keys()]);
    const changed = [...all].filter((dn) => !sameProblems(this.of(dn), next.get(dn) ?? []));
    this.#byDn = next;
    return changed;
  }

  agrees(notice: Mo): boolean {
    return this.#table.agrees(notice);
  }

  of(dn: Dn): readonly Problem[] {
    return this.#byDn.get(dn) ?? [];
  }
}

function sameProblems(some: readonly Problem[], others: readonly Problem[]): boolean {
  const texts = (list: readonly Problem[]): string =>
    list
      .map((each) => each.detail)
      .sort()
      .join('\n');
  return some.length === others.length && texts(some) === texts(others);
}
