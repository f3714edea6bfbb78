/** The class tables made ready for use: defaults, sorted property names, and relative names that can be read and written. */
import { allClasses } from './classes/all.ts';
import type { ClassDef, PropDef } from './class-def.ts';
import { splitDn } from './dn.ts';

export class ClassMeta {
  readonly name: string;
  readonly def: ClassDef;
  /** All properties in the order in which they are shown; secrets are left out. */
  readonly shown: readonly string[];
  readonly configurable: ReadonlySet<string>;
  readonly naming: readonly string[];
  readonly rnPrefix: string;
  /** Around the name, in the common case of one. */
  readonly #before: string;
  readonly #after: string;
  readonly #pattern: RegExp;
  readonly #loosePattern: RegExp | undefined;

  constructor(name: string, def: ClassDef) {
    this.name = name;
    this.def = def;
    const props = Object.entries(def.props);
    this.shown = props
      .filter(([, prop]) => prop.kind !== 'secret')
      .map(([key]) => key)
      .sort();
    this.configurable = new Set(props.filter(([, prop]) => isConfigurable(prop)).map(([key]) => key));
    this.naming = [...def.rn.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    this.rnPrefix = def.rn.split(/[[{]/)[0] ?? '';
    [this.#before = '', this.#after = ''] = def.rn.split(/\{\w+\}/);
    this.#pattern = patternOf(def.rn);
    // Keys of annotations stood without brackets before 4.1, and are still taken that way.
    this.#loosePattern = name === 'tagAnnotation' ? patternOf(def.rn.replace(/[[\]]/g, '')) : undefined;
  }

  prop(name: string): PropDef | undefined {
    return Object.hasOwn(this.def.props, name) ? this.def.props[name] : undefined;
  }

  defaultOf(prop: string): string {
    return this.prop(prop)?.def ?? '';
  }

  /** Naming properties that `rn` holds, or undefined if it is no name of this class. */
  parseRn(rn: string): Record<string, string> | undefined {
    if (!rn.startsWith(this.rnPrefix)) return undefined;
    const [only, more] = this.naming;
    if (only !== undefined && more === undefined && rn.startsWith(this.#before) && rn.endsWith(this.#after)) {
      return { [only]: rn.slice(this.#before.length, rn.length - this.#after.length) };
    }
    const match = this.#pattern.exec(rn) ?? this.#loosePattern?.exec(rn);
    if (!match) return undefined;
    return Object.fromEntries(this.naming.map((prop, index) => [prop, match[index + 1] ?? '']));
  }

  rnOf(values: Readonly<Record<string, string>>): string {
    const [only, more] = this.naming;
    if (only === undefined) return this.def.rn;
    if (more === undefined) return this.#before + (values[only] ?? '') + this.#after;
    return this.def.rn.replace(/\{(\w+)\}/g, (_, prop: string) => values[prop] ?? '');
  }
}

function isConfigurable(prop: PropDef): boolean {
  return prop.kind !== 'read-only' && prop.kind !== 'secret';
}

function patternOf(rn: string): RegExp {
  const escaped = rn.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '(.*)');
  return new RegExp(`^${escaped}$`, 's');
}

const metas: ReadonlyMap<string, ClassMeta> = new Map(
  Object.entries(allClasses).map(([name, def]) => [name, new ClassMeta(name, def)]),
);

export function classMeta(name: string): ClassMeta | undefined {
  return metas.get(name);
}

export function canContain(parent: ClassMeta, child: ClassMeta): boolean {
  if (child.def.parents.includes(parent.name)) return true;
  return child.def.parents.includes('*') && !parent.name.startsWith('tag') && parent.name !== 'faultInst';
}

const childCandidates = new Map<ClassMeta, ClassMeta[]>();

function candidates(parent: ClassMeta): ClassMeta[] {
  let known = childCandidates.get(parent);
  if (known === undefined) {
    known = [...metas.values()].filter((child) => canContain(parent, child));
    known.sort((a, b) => b.rnPrefix.length - a.rnPrefix.length);
    childCandidates.set(parent, known);
  }
  return known;
}

/** The class that an object called `rn` inside `parent` has; the longest prefix wins. */
export function classOfRn(parent: ClassMeta, rn: string): ClassMeta | undefined {
  return candidates(parent).find((child) => child.parseRn(rn) !== undefined);
}

/** Roots, and what hangs below parts of the fabric that are not modelled: leaf faults, audit records. */
export function isLoose(meta: ClassMeta): boolean {
  return meta.def.parents.length === 0 || meta.name === 'faultInst';
}

const loose = [...metas.values()].filter(isLoose);

/** The class of the object that `dn` names whether or not it exists; or the first RN that means nothing. */
export function classOfDn(dn: string): { meta: ClassMeta } | { badRn: string } {
  const names = splitDn(dn);
  const found = walk(names);
  if ('meta' in found || names.length < 2) return found;
  const meta = loose.find((one) => one.parseRn(names.at(-1) ?? ''));
  return meta ? { meta } : found;
}

function walk([first = '', ...rest]: readonly string[]): { meta: ClassMeta } | { badRn: string } {
  let meta = loose.find((root) => root.def.rn === first);
  if (meta === undefined) return { badRn: first };
  for (const rn of rest) {
    const next = classOfRn(meta, rn);
    if (next === undefined) return { badRn: rn };
    meta = next;
  }
  return { meta };
}
