/**
 * One write: a tree of nodes applied to the object tree, all or nothing.
 *
 * Each step is journalled, so that a refusal anywhere undoes everything before it. The journal is also what the
 * rest of the fabric learns from: notifications, audit, leaves and relations follow from the committed changes.
 */
import { canContain, classMeta, isLoose, type ClassMeta } from '../model/meta.ts';
import { Mo, type Tree } from '../model/mo.ts';
import { errors } from '../model/errors.ts';
import { normalise } from '../model/value.ts';
import { splitLast } from '../model/dn.ts';
import { timestamp } from '../../clock.ts';
import type { WriteNode } from './body.ts';
import { childDn } from './names.ts';
import { checkRules, dependents, type RuleSettings } from './rules.ts';

/** Who writes. The system itself may write what people may not. */
export interface Author {
  readonly user: string;
  readonly uid: string;
  readonly system: boolean;
  readonly sessionId: string;
}

export interface Change {
  readonly kind: 'created' | 'modified' | 'deleted';
  readonly mo: Mo;
  /** Earlier values of what changed. */
  readonly before: Readonly<Record<string, string>>;
}

type Step =
  | { readonly kind: 'created' | 'deleted'; readonly mo: Mo }
  | { readonly kind: 'modified'; readonly mo: Mo; readonly before: Record<string, string | undefined> };

const upserts = new Set(['', 'created,modified', 'modified,created']);
/** With a blank after the comma the APIC takes it for a plain `created`. */
const creations = new Set(['created', 'created, modified']);
const identifiers = new Set(['dn', 'rn', 'status', 'childAction']);

export class Transaction {
  readonly #tree: Tree;
  readonly #author: Author;
  readonly #modTs: string;
  readonly #journal: Step[] = [];
  readonly #modified = new Map<Mo, Record<string, string | undefined>>();
  readonly #created = new Set<Mo>();

  constructor(tree: Tree, author: Author, now: number) {
    this.#tree = tree;
    this.#author = author;
    this.#modTs = timestamp(now);
  }

  /** Applies `node` as the object at `dn`. */
  apply(node: WriteNode, dn: string): void {
    const status = node.attributes['status'] ?? '';
    const existing = this.#tree.get(dn);
    if (status === 'deleted') {
      if (existing) this.remove(existing);
      return;
    }
    const mo = this.#upsert(node, dn, status);
    for (const child of node.children) this.apply(child, childDn(mo, child));
  }

  #upsert(node: WriteNode, dn: string, status: string): Mo {
    const existing = this.#tree.get(dn);
    const on = { className: node.meta.name, dn };
    if (!upserts.has(status) && !creations.has(status) && status !== 'modified') {
      throw errors.unknownValue(status, 'status', on);
    }
    if (existing) {
      if (creations.has(status)) throw errors.exists(node.meta.def.label, node.meta.name, dn);
      this.#modify(existing, node);
      return existing;
    }
    if (status === 'modified') throw errors.notFound(dn);
    return this.#create(node, dn);
  }

  /** The parts of the tree that nobody may delete are refused, unless they go with their parent. */
  remove(mo: Mo): void {
    if (!this.#author.system && mo.meta.def.creatable !== undefined) {
      throw errors.cannotDelete(mo.meta.name, mo.dn);
    }
    this.#removeSubtree(mo);
  }

  #removeSubtree(mo: Mo): void {
    for (const one of [...mo.subtree()].reverse()) {
      this.#tree.drop(one);
      this.#journal.push({ kind: 'deleted', mo: one });
    }
  }

  #create(node: WriteNode, dn: string): Mo {
    const { meta } = node;
    const { parent: parentDn, rn } = splitLast(dn);
    const parent = this.#tree.get(parentDn);
    this.#checkPlace({ meta, rn, parentDn, parent });
    const naming = meta.parseRn(rn);
    if (naming === undefined) throw errors.invalidRn(rn);
    const mo = new Mo(meta, { dn, rn }, parent);
    for (const [prop, value] of Object.entries(naming)) mo.own[prop] = normalise(mo, prop, value);
    this.#write(mo, node, mo.own);
    return this.#add(mo);
  }

  #checkPlace(at: { meta: ClassMeta; rn: string; parentDn: string; parent: Mo | undefined }): void {
    const { system } = this.#author;
    if (at.parent === undefined) {
      if (system && isLoose(at.meta)) return;
      throw errors.notFound(at.parentDn);
    }
    if (!canContain(at.parent.meta, at.meta)) throw errors.notContained(at.rn, at.parentDn);
    if (at.meta.def.creatable === 'never' && !system) {
      throw errors.semantic(`Invalid Configuration : class ${at.meta.name} can not be configured.`);
    }
    if (at.meta.def.single && at.parent.childOfClass(at.meta.name)) {
      throw errors.attached(at.meta.name, at.parentDn);
    }
  }

  #add(mo: Mo): Mo {
    if (mo.meta.prop('modTs')) mo.own['modTs'] = this.#modTs;
    if (mo.meta.prop('uid')) mo.own['uid'] = this.#author.uid;
    this.#tree.add(mo);
    this.#created.add(mo);
    this.#journal.push({ kind: 'created', mo });
    for (const className of mo.meta.def.implicit ?? []) this.#addImplicit(mo, className);
    return mo;
  }

  #addImplicit(parent: Mo, className: string): void {
    const meta = classMeta(className);
    if (meta === undefined) throw new Error(`class table names ${className}, which is not in it`);
    const rn = meta.rnOf({});
    this.#add(new Mo(meta, { dn: `${parent.dn}/${rn}`, rn }, parent));
  }

  #modify(mo: Mo, node: WriteNode): void {
    const wanted: Record<string, string> = {};
    this.#write(mo, node, wanted);
    const changed = Object.entries(wanted).filter(([prop, value]) => mo.get(prop) !== value);
    if (changed.length === 0) return;
    const before = this.#modified.get(mo) ?? {};
    if (!this.#modified.has(mo)) {
      this.#modified.set(mo, before);
      this.#journal.push({ kind: 'modified', mo, before });
    }
    if (mo.meta.prop('modTs')) changed.push(['modTs', this.#modTs]);
    for (const [prop, value] of changed) {
      if (!(prop in before)) before[prop] = mo.own[prop];
      mo.set(prop, value);
    }
  }

  /** Checks the attributes of `node` and writes those that may be set into `into`. */
  #write(mo: Mo, node: WriteNode, into: Record<string, string>): void {
    for (const [name, value] of Object.entries(node.attributes)) {
      if (identifiers.has(name)) continue;
      if (mo.meta.naming.includes(name)) {
        checkNaming(mo, name, value);
        continue;
      }
      const kept = normalise(mo, name, value);
      if (this.#author.system || mo.meta.prop(name)?.kind !== 'read-only') into[name] = kept;
    }
  }

  /** Checks what only the finished write can show, then returns what changed. */
  finish(settings: RuleSettings): Change[] {
    const touched = new Set(this.#journal.flatMap(({ mo }) => [mo, ...dependents(mo)]));
    for (const mo of touched) if (this.#tree.get(mo.dn) === mo) checkRules(mo, settings);
    return this.#changes();
  }

  #changes(): Change[] {
    const changes: Change[] = [];
    for (const step of this.#journal) {
      const gone = this.#tree.get(step.mo.dn) !== step.mo;
      // What was made and unmade within the write never was.
      if (gone && (step.kind !== 'deleted' || this.#created.has(step.mo))) continue;
      if (step.kind === 'modified' && this.#created.has(step.mo)) continue;
      changes.push({ kind: step.kind, mo: step.mo, before: step.kind === 'modified' ? earlier(step) : {} });
    }
    return changes;
  }

  rollback(): void {
    for (const step of this.#journal.reverse()) {
      if (step.kind === 'modified') restore(step.mo, step.before);
      else if (step.kind === 'created') this.#tree.drop(step.mo);
      else this.#tree.add(step.mo);
    }
  }
}

function restore(mo: Mo, before: Readonly<Record<string, string | undefined>>): void {
  for (const [prop, value] of Object.entries(before)) mo.set(prop, value);
}

function earlier(step: { mo: Mo; before: Record<string, string | undefined> }): Record<string, string> {
  const entries = Object.entries(step.before).filter(([prop]) => prop !== 'modTs');
  return Object.fromEntries(entries.map(([prop, value]) => [prop, value ?? step.mo.meta.defaultOf(prop)]));
}

function checkNaming(mo: Mo, name: string, value: string): void {
  if (mo.get(name) === value) return;
  throw errors.badRequest(`Dn ${mo.dn} does not match ${name} '${value}' of class ${mo.meta.name}`);
}
