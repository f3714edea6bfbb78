/**
 * What the fabric makes of a configuration after it was accepted, in its own time: targets of relations, tags and
 * scopes, the state of deployment, and the faults that only a leaf can find.
 *
 * In: commits. Out: commits of its own, which subscribers see as further `modified` and `created` notifications.
 */
import type { LabClock } from '../../clock.ts';
import type { Mo } from '../model/mo.ts';
import { fabricAuthor, type Commit, type Store } from '../store.ts';
import { domainsOf } from '../endpoints/domains.ts';
import type { Change, Transaction } from '../write/transaction.ts';
import { FaultLife, faultDn, systemNode, type Condition } from './fault-life.ts';
import { PrefixTable, vrfOf } from './prefixes.ts';
import { Relations } from './relations.ts';

export interface LeafParts {
  readonly clock: LabClock;
  readonly store: Store;
  readonly delayMs: number;
}

/** Those at the border; no other leaf has the prefixes of external EPGs. */
const leaves = ['topology/pod-1/node-101', 'topology/pod-1/node-102'];
/** A message names no more than this many. */
const shownPrefixes = 8;
/** What endpoints and prefixes are classified into; each gets a tag once its VRF is known. */
const groups = new Set(['l3extInstP', 'fvAEPg', 'fvESg']);
const firstVrfScope = 2_097_153;
const vrfScopeStep = 32_768;
const firstLocalTag = 16_386;
const firstVrfTag = 49_153;

export class Leaf {
  readonly #parts: LeafParts;
  readonly #relations: Relations;
  readonly #prefixes = new PrefixTable();
  readonly #faults: FaultLife;
  #tags = 0;
  #vrfs = 0;

  constructor(parts: LeafParts) {
    this.#parts = parts;
    this.#relations = new Relations(parts.store.tree);
    this.#faults = new FaultLife(parts.store, parts.clock);
  }

  follow({ changes }: Commit): void {
    const relations = this.#relations.concerned(changes);
    const deploy = changes.flatMap(deploymentsAfter);
    const subnets = changes.filter(isAboutPrefixes);
    if (relations.size + deploy.length + subnets.length === 0) return;
    this.#parts.clock.after(this.#parts.delayMs, () => this.#settle({ relations, deploy, subnets }));
  }

  #settle(work: { relations: Set<Mo>; deploy: readonly Mo[]; subnets: readonly Change[] }): void {
    this.#parts.store.commit(fabricAuthor, (transaction) => {
      for (const relation of work.relations) if (this.#lives(relation)) this.#resolve(transaction, relation);
      // VRFs first: external EPGs take their scope from them.
      const deploy = work.deploy.toSorted((a, b) => a.meta.name.localeCompare(b.meta.name));
      for (const mo of deploy) if (this.#lives(mo)) this.#deploy(transaction, mo);
      this.#checkPrefixes(transaction, work.subnets);
    });
  }

  #lives(mo: Mo): boolean {
    return this.#parts.store.tree.get(mo.dn) === mo;
  }

  #resolve(transaction: Transaction, relation: Mo): void {
    const resolved = this.#relations.resolve(relation);
    set(transaction, relation, resolved);
    const { fault } = relation.meta.def.relation ?? {};
    if (fault === undefined) return;
    const dn = faultDn(relation.dn, fault);
    if (resolved['state'] === 'formed') this.#faults.clear(transaction, dn);
    else this.#faults.raise(transaction, dn, missingTarget(relation));
  }

  #deploy(transaction: Transaction, mo: Mo): void {
    if (mo.meta.name === 'fvCtx') return this.#allocateVrf(transaction, mo);
    if (!groups.has(mo.meta.name)) return;
    const { tree } = this.#parts.store;
    const vrf = tree.get(mo.meta.name === 'l3extInstP' ? vrfOf(mo) : domainsOf(tree, mo.dn).vrfDn);
    const pcTag = mo.get('pcTag') === 'any' ? String(firstLocalTag + (this.#tags += 1)) : mo.get('pcTag');
    const applied = { pcTag, configSt: 'applied', triggerSt: 'triggerable' };
    set(transaction, mo, vrf ? { ...applied, scope: vrf.get('scope') } : { pcTag });
  }

  #allocateVrf(transaction: Transaction, vrf: Mo): void {
    if (vrf.get('scope') !== '0') return;
    this.#vrfs += 1;
    const scope = String(firstVrfScope + this.#vrfs * vrfScopeStep);
    set(transaction, vrf, { scope, seg: scope, pcTag: String(firstVrfTag - this.#vrfs) });
  }

  #checkPrefixes(transaction: Transaction, changes: readonly Change[]): void {
    const touched = new Set<Mo>();
    for (const subnet of changes.flatMap(subnetsConcerned)) {
      for (const epg of this.#prefixes.update(subnet, this.#lives(subnet))) touched.add(epg);
    }
    for (const { mo, kind } of changes)
      if (mo.meta.name === 'l3extInstP' && kind === 'deleted') touched.add(mo);
    for (const epg of touched) this.#report(transaction, epg);
  }

  #report(transaction: Transaction, epg: Mo): void {
    const conflicts = this.#lives(epg) ? this.#prefixes.conflictsOf(epg) : [];
    const scope = this.#parts.store.tree.get(vrfOf(epg))?.get('scope') ?? '0';
    for (const leaf of leaves) {
      const dn = `${leaf}/local/svc-policyelem-id-0/uni/epp/rtd-[${epg.dn}]/nwissues/fault-F0467`;
      if (conflicts.length === 0) this.#faults.clear(transaction, dn);
      else this.#faults.raise(transaction, dn, prefixInUse(epg.dn, conflicts, scope));
    }
  }
}

function set(transaction: Transaction, mo: Mo, attributes: Readonly<Record<string, string>>): void {
  transaction.apply(systemNode(mo.meta.name, attributes), mo.dn);
}

/** A new VRF or group of endpoints; the group whose VRF changed; or all external EPGs of an L3Out whose VRF changed. */
function deploymentsAfter({ kind, mo, before }: Change): Mo[] {
  const { name } = mo.meta;
  if (kind === 'created') return groups.has(name) || name === 'fvCtx' ? [mo] : [];
  if (!('tDn' in before)) return [];
  if (name === 'fvRsBd' || name === 'fvRsScope') return mo.parent ? [mo.parent] : [];
  if (name !== 'l3extRsEctx') return [];
  return [...(mo.parent?.children ?? [])].filter((one) => one.meta.name === 'l3extInstP');
}

function isAboutPrefixes({ kind, mo, before }: Change): boolean {
  if (mo.meta.name === 'l3extSubnet') return kind !== 'modified' || 'scope' in before;
  if (mo.meta.name === 'l3extInstP') return kind === 'deleted';
  return mo.meta.name === 'l3extRsEctx' && 'tDn' in before;
}

/** A subnet itself, or all subnets of the L3Out whose VRF changed. */
function subnetsConcerned({ mo }: Change): Mo[] {
  if (mo.meta.name === 'l3extSubnet') return [mo];
  if (mo.meta.name !== 'l3extRsEctx') return [];
  return [...(mo.parent?.subtree() ?? [])].filter((one) => one.meta.name === 'l3extSubnet');
}

function missingTarget(relation: Mo): Condition {
  const { relation: def } = relation.meta.def;
  const property = def?.property ?? '';
  const target = relation.get(property);
  return {
    cause: 'resolution-failed',
    changeSet: `${property}:${target}`,
    descr: `Failed to form relation to MO ${target} of class ${def?.to[0] ?? ''}`,
    rule: `${relation.meta.name}-resolve-fail`,
    subject: 'relation-resolution',
  };
}

function prefixInUse(epgDn: string, prefixes: readonly string[], scope: string): Condition {
  const entries = prefixes
    .slice(0, shownPrefixes)
    .map((prefix) => `Prefix entry sys/ctx-[vxlan-${scope}]/pfx-[${prefix}] is in use`);
  const message = `prefix-entry-already-in-use: ${entries.join(';')};`;
  return {
    cause: 'configuration-failed',
    changeSet: `configQual:prefix-entry-already-in-use, configSt:failed-to-apply, debugMessage:${message}, temporaryError:no`,
    delegated: 'yes',
    descr: `Configuration failed for ${epgDn} due to Prefix Entry Already Used in Another EPG, debug message: ${message}`,
    rule: 'fv-nw-issues-config-failed',
    subject: 'nwissues',
  };
}
