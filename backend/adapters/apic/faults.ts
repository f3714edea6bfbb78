/**
 * Faults of external EPGs: those that leaves raise on what was deployed (F0467: the prefix is in use in another EPG of the VRF) and
 * those of relations that find no target. A fault names its EPG somewhere in its DN or description.
 */
import { problem, type Problem } from '../../model/problems.ts';
import { placeOf } from './dn.ts';
import { MoTable, type Followed } from './mo-table.ts';
import type { Mo } from './mo.ts';

export const faultClasses: Followed = {
  faultInst: ['code', 'severity', 'lc', 'descr', 'changeSet'],
};
/** Leaf faults carry the EPG's DN in brackets, others stand below it: both contain this. */
export const faultFilter = 'wcard(faultInst.dn,"/instP-")';

const epg = /uni\/tn-[^/\]]+\/out-[^/\]]+\/instP-[a-zA-Z0-9_.:-]+/;
const prefix = /(?:pfx|extsubnet)-\[([^\]]+)\]/g;
const node = /\/node-(\d+)\//;

/** A cleared fault stays for a while as a record. */
function isOver({ attributes }: Mo): boolean {
  return attributes['severity'] === 'cleared' || attributes['lc'] === 'retaining';
}

function nameOf({ dn, attributes }: Mo): string | undefined {
  const found = epg.exec(dn) ?? epg.exec(attributes['descr'] ?? '');
  const place = found === null ? undefined : placeOf(found[0]);
  return place?.at === 'object' ? place.name : undefined;
}

/** The prefixes first when the fault names some, so that it is found by the address. */
function problemOf({ dn, attributes }: Mo): Problem {
  const { code = '', descr = '', changeSet = '' } = attributes;
  const on = new Set(`${changeSet} ${descr} ${dn}`.matchAll(prefix).map((match) => match[1] ?? ''));
  const where = node.exec(dn)?.[1];
  const head = `${code}${where === undefined ? '' : ` on node ${where}`}: ${descr}`;
  return problem('fabric.fault', on.size === 0 ? head : `${[...on].join(', ')}: ${head}`);
}

export class FaultBoard {
  #table = new MoTable(faultClasses);
  #byName = new Map<string, readonly Problem[]>();

  /** Replaces all; answers the names of objects whose problems differ now. */
  replace(mos: readonly Mo[]): readonly string[] {
    this.#table = new MoTable(faultClasses, mos);
    const next = new Map<string, Problem[]>();
    for (const mo of mos) {
      const name = isOver(mo) ? undefined : nameOf(mo);
      if (name === undefined) continue;
      const list = next.get(name);
      if (list === undefined) next.set(name, [problemOf(mo)]);
      else list.push(problemOf(mo));
    }
    const names = new Set([...this.#byName.keys(), ...next.keys()]);
    const changed = [...names].filter((name) => !sameProblems(this.of(name), next.get(name) ?? []));
    this.#byName = next;
    return changed;
  }

  agrees(notice: Mo): boolean {
    return this.#table.agrees(notice);
  }

  of(name: string): readonly Problem[] {
    return this.#byName.get(name) ?? [];
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
