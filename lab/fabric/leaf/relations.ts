/**
 * Looks up the targets of relations: by DN, or by name in the own tenant, then in common. A target may come later or
 * go away, so relations that name it are found again by what they wait for.
 */
import type { RelationDef } from '../model/class-def.ts';
import { classMeta } from '../model/meta.ts';
import type { Mo, Tree } from '../model/mo.ts';
import type { Change } from '../write/transaction.ts';

export class Relations {
  readonly #tree: Tree;
  /** Relations by each DN at which their target could be. */
  readonly #waiting = new Map<string, Set<Mo>>();
  readonly #candidates = new Map<Mo, readonly string[]>();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Relations that have to be looked up again after `changes`. */
  concerned(changes: readonly Change[]): Set<Mo> {
    const concerned = new Set<Mo>();
    for (const { kind, mo, before } of changes) {
      if (kind !== 'modified') for (const waiting of this.#waiting.get(mo.dn) ?? []) concerned.add(waiting);
      const { relation } = mo.meta.def;
      if (relation === undefined) continue;
      if (kind === 'deleted') this.#forget(mo);
      else if (kind === 'created' || relation.property in before) concerned.add(this.#register(mo, relation));
    }
    return concerned;
  }

  /** What the relation's attributes should read now. */
  resolve(mo: Mo): Record<string, string> {
    const { relation } = mo.meta.def;
    if (relation === undefined) return {};
    const found = (this.#candidates.get(mo) ?? []).find((dn) => this.#fits(dn, relation));
    const state = found === undefined ? 'missing-target' : 'formed';
    if (relation.named === undefined) return { state };
    const name = mo.get(relation.property);
    const stateQual = found !== undefined && name === '' ? 'default-target' : 'none';
    return { state, stateQual, tDn: found ?? '', tRn: found === undefined ? '' : rnOfTarget(relation, name) };
  }

  #fits(dn: string, relation: RelationDef): boolean {
    const className = this.#tree.get(dn)?.meta.name;
    return className !== undefined && relation.to.includes(className);
  }

  #register(mo: Mo, relation: RelationDef): Mo {
    this.#forget(mo);
    const candidates = candidatesOf(mo, relation);
    this.#candidates.set(mo, candidates);
    for (const dn of candidates) {
      const waiting = this.#waiting.get(dn);
      if (waiting) waiting.add(mo);
      else this.#waiting.set(dn, new Set([mo]));
    }
    return mo;
  }

  #forget(mo: Mo): void {
    for (const dn of this.#candidates.get(mo) ?? []) {
      const waiting = this.#waiting.get(dn);
      waiting?.delete(mo);
      if (waiting?.size === 0) this.#waiting.delete(dn);
    }
    this.#candidates.delete(mo);
  }
}

function rnOfTarget({ named }: RelationDef, name: string): string {
  return (named ?? '').replace('{}', name === '' ? 'default' : name);
}

/** Without a name the tenant common's `default` is meant. */
function candidatesOf(mo: Mo, relation: RelationDef): string[] {
  const value = mo.get(relation.property);
  if (relation.named === undefined) return value === '' ? [] : [value];
  const rn = rnOfTarget(relation, value);
  const common = `uni/tn-common/${rn}`;
  const own = tenantOf(mo);
  return value === '' || own === undefined ? [common] : [`${own.dn}/${rn}`, common];
}

function tenantOf(mo: Mo): Mo | undefined {
  let one: Mo | undefined = mo;
  while (one && one.meta !== classMeta('fvTenant')) one = one.parent;
  return one;
}
