/**
 * Distinguished names: relative names joined by `/`, where a name in brackets may hold slashes and brackets of its own
 * (`uni/tn-a/out-o/instP-e/rssecInherited-[uni/tn-a/out-o/instP-m]`). Never cut a DN with `split('/')`.
 */
import type { Brand } from '../../model/identity.ts';

export type Dn = Brand<'Dn'>;

/** The relative names, outermost first. Brackets that do not balance keep the rest as one name. */
export function splitDn(dn: string): string[] {
  if (dn === '') return [];
  if (!dn.includes('[')) return dn.split('/');
  const names: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < dn.length; index += 1) {
    const character = dn[index];
    if (character === '[') depth += 1;
    else if (character === ']') depth -= 1;
    else if (character === '/' && depth === 0) {
      names.push(dn.slice(start, index));
      start = index + 1;
    }
  }
  names.push(dn.slice(start));
  return names;
}

/** The parent's DN and the last relative name; the parent of a root is the empty text. */
export function splitLast(dn: string): { readonly parent: Dn; readonly rn: string } {
  const rn = splitDn(dn).at(-1) ?? '';
  return { parent: dn.slice(0, Math.max(0, dn.length - rn.length - 1)) as Dn, rn };
}

export function joinDn(...names: readonly string[]): Dn {
  return names.filter((name) => name !== '').join('/') as Dn;
}

/** The object itself, or something below it. */
export function isWithin(dn: string, ancestor: string): boolean {
  return dn.startsWith(ancestor) && (dn.length === ancestor.length || dn[ancestor.length] === '/');
}

/** The value in `prefix-[value]` or `prefix-value`; undefined when the name has another prefix. */
export function rnValue(rn: string, prefix: string): string | undefined {
  if (!rn.startsWith(`${prefix}-`)) return undefined;
  const value = rn.slice(prefix.length + 1);
  return value.startsWith('[') && value.endsWith(']') ? value.slice(1, -1) : value;
}

export function tenantDn(tenant: string): Dn {
  return `uni/tn-${tenant}` as Dn;
}

/** Of anything at or below a tenant; empty for anything else. */
export function tenantOf(dn: string): string {
  return /^uni\/tn-([^/]+)/.exec(dn)?.[1] ?? '';
}
