/**
 * The management information tree: objects by DN, by class and by parent.
 *
 * It stores and indexes; it knows nothing of requests, rules or notifications. Objects that hang below parts of a
 * fabric that are not modelled (leaf faults, audit records) are *loose*: found by DN, class and DN prefix.
 */
import type { ClassMeta } from './meta.ts';
import { isWithin } from './dn.ts';

export class Mo {
  readonly meta: ClassMeta;
  readonly dn: string;
  readonly rn: string;
  readonly parent: Mo | undefined;
  children: Set<Mo> | undefined;
  /** Only what differs from the class's defaults. */
  readonly own: Record<string, string> = {};
  /** The attributes as JSON, kept until the next change (see query/render.ts). */
  rendered: string | undefined;

  constructor(meta: ClassMeta, name: { dn: string; rn: string }, parent?: Mo) {
    this.meta = meta;
    this.dn = name.dn;
    this.rn = name.rn;
    this.parent = parent;
  }

  get(prop: string): string {
    if (prop === 'dn') return this.dn;
    if (prop === 'rn') return this.rn;
    return this.own[prop] ?? this.meta.defaultOf(prop);
  }

  set(prop: string, value: string | undefined): void {
    this.rendered = undefined;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an absent property is a default: the object stays small
    if (value === undefined) delete this.own[prop];
    else this.own[prop] = value;
  }

  /** Itself and everything below it, parents first. */
  *subtree(): Generator<Mo> {
    yield this;
    for (const child of this.children ?? []) yield* child.subtree();
  }

  childOfClass(className: string): Mo | undefined {
    return this.children?.values().find((child) => child.meta.name === className);
  }
}

export class Tree {
  readonly #byDn = new Map<string, Mo>();
  readonly #byClass = new Map<string, Set<Mo>>();
  readonly #loose = new Set<Mo>();

  get size(): number {
    return this.#byDn.size;
  }

  get(dn: string): Mo | undefined {
    return this.#byDn.get(dn);
  }

  ofClass(className: string): ReadonlySet<Mo> {
    return this.#byClass.get(className) ?? new Set();
  }

  add(mo: Mo): void {
    this.#byDn.set(mo.dn, mo);
    const peers = this.#byClass.get(mo.meta.name);
    if (peers) peers.add(mo);
    else this.#byClass.set(mo.meta.name, new Set([mo]));
    if (mo.parent) (mo.parent.children ??= new Set()).add(mo);
    else this.#loose.add(mo);
  }

  /** Takes out this one object; its children must be gone already. */
  drop(mo: Mo): void {
    this.#byDn.delete(mo.dn);
    this.#byClass.get(mo.meta.name)?.delete(mo);
    this.#loose.delete(mo);
    mo.parent?.children?.delete(mo);
  }

  /** Everything at or below `dn`, loose objects included. */
  *subtree(dn: string): Generator<Mo> {
    const root = this.#byDn.get(dn);
    if (root) yield* root.subtree();
    for (const mo of this.#loose) if (mo !== root && isWithin(mo.dn, dn)) yield* mo.subtree();
  }
}
