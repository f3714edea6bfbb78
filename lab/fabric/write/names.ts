/** Which object a node of a write means: by `dn`, else by `rn`, else by its naming properties. */
import { canContain, classOfDn, type ClassMeta } from '../model/meta.ts';
import { errors } from '../model/errors.ts';
import { isWithin, splitLast } from '../model/dn.ts';
import type { Mo } from '../model/mo.ts';
import { normalise } from '../model/value.ts';
import type { WriteNode } from './body.ts';

function classAt(dn: string): ClassMeta {
  const found = classOfDn(dn);
  if ('badRn' in found) throw errors.invalidRn(found.badRn);
  return found.meta;
}

/** The DN in the form in which it is kept; refused if it cannot name anything. */
export function canonical(dn: string): string {
  return canonicalDn(classAt(dn), dn);
}

/** The root of a POST is the object that the URL names, or a child of it. */
export function rootDn(node: WriteNode, urlDn: string): string {
  const { dn } = node.attributes;
  if (dn !== undefined && dn !== '') return byDn(node, dn, urlDn);
  if (urlDn === '') return node.meta.def.rn;
  const at = classAt(urlDn);
  if (at === node.meta && namesAgree(node, urlDn)) return canonicalDn(node.meta, urlDn);
  if (!canContain(at, node.meta)) throw errors.notContained(node.meta.rnOf(node.attributes), urlDn);
  return canonicalDn(node.meta, `${urlDn}/${ownRn(node, urlDn)}`);
}

function byDn(node: WriteNode, dn: string, urlDn: string): string {
  if (classAt(dn) !== node.meta || !isWithin(dn, urlDn)) throw errors.notContained(dn, urlDn);
  return canonicalDn(node.meta, dn);
}

function namesAgree(node: WriteNode, dn: string): boolean {
  const names = node.meta.parseRn(splitLast(dn).rn) ?? {};
  return Object.entries(names).every(([prop, value]) => (node.attributes[prop] ?? value) === value);
}

/** The DN of a node nested in `parent`. */
export function childDn(parent: Mo, node: WriteNode): string {
  const { dn, rn } = node.attributes;
  if (!canContain(parent.meta, node.meta)) {
    throw errors.notContained(rn ?? node.meta.rnOf(node.attributes), parent.dn);
  }
  if (dn === undefined) return canonicalChild(parent, node, rn);
  const canonical = canonicalDn(node.meta, dn);
  if (splitLast(canonical).parent !== parent.dn) throw errors.notContained(splitLast(dn).rn, parent.dn);
  return canonical;
}

function canonicalChild(parent: Mo, node: WriteNode, rn: string | undefined): string {
  const dn = `${parent.dn}/${ownRn(node, parent.dn)}`;
  return rn === undefined ? dn : canonicalDn(node.meta, dn);
}

/** The RN that a node gives itself. Names are checked first: one with a slash would make another DN. */
function ownRn(node: WriteNode, parentDn: string): string {
  const { meta, attributes } = node;
  if (attributes['rn'] !== undefined) return attributes['rn'];
  const rn = meta.rnOf(attributes);
  const on = { meta, rn, dn: `${parentDn}/${rn}` };
  for (const prop of meta.naming) normalise(on, prop, attributes[prop] ?? '');
  return rn;
}

/** Rewrites the last RN in the form in which it is kept. */
function canonicalDn(meta: ClassMeta, dn: string): string {
  const { parent, rn } = splitLast(dn);
  const values = meta.parseRn(rn);
  if (values === undefined) throw errors.invalidRn(rn);
  const canonical = meta.rnOf(values);
  return parent === '' ? canonical : `${parent}/${canonical}`;
}
