/** Finds which object the root of a POST means: the one that the URL names, or a child of it. */
import { canContain, classOfDn, type ClassMeta } from '../model/meta.ts';
import { errors } from '../model/errors.ts';
import { isWithin, splitLast } from '../model/dn.ts';
import { canonicalDn, ownRn } from './transaction.ts';
import type { WriteNode } from './body.ts';

export function classAt(dn: string): ClassMeta {
  const found = classOfDn(dn);
  if ('badRn' in found) throw errors.invalidRn(found.badRn);
  return found.meta;
}

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
