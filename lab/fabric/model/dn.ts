/** Distinguished names: relative names joined by `/`, where a name in brackets may hold slashes itself. */

/** `uni/tn-a/out-o/instP-e/extsubnet-[10.0.0.1/32]` → its five relative names. */
export function splitDn(dn: string): string[] {
  if (!dn.includes('[')) return dn === '' ? [] : dn.split('/');
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

/** DN of the parent and the last relative name. The parent of a root is ''. */
export function splitLast(dn: string): { parent: string; rn: string } {
  const names = splitDn(dn);
  const rn = names.at(-1) ?? '';
  return { parent: dn.slice(0, Math.max(0, dn.length - rn.length - 1)), rn };
}

export function isWithin(dn: string, ancestor: string): boolean {
  if (ancestor === '') return true;
  return dn.startsWith(ancestor) && (dn.length === ancestor.length || dn[ancestor.length] === '/');
}
