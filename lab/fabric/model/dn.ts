/** Distinguished names: relative names joined by `/`, where a name in brackets may hold slashes itself. */

const slash = 0x2f;
const opening = 0x5b;
const closing = 0x5d;

/** `uni/tn-a/out-o/instP-e/extsubnet-[10.0.0.1/32]` → its five relative names. */
export function splitDn(dn: string): string[] {
  if (!dn.includes('[')) return dn === '' ? [] : dn.split('/');
  const names: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < dn.length; index += 1) {
    const code = dn.charCodeAt(index);
    if (code === opening) depth += 1;
    else if (code === closing) depth -= 1;
    else if (code === slash && depth === 0) {
      names.push(dn.slice(start, index));
      start = index + 1;
    }
  }
  names.push(dn.slice(start));
  return names;
}

/** DN of the parent and the last relative name. The parent of a root is ''. */
export function splitLast(dn: string): { parent: string; rn: string } {
  let depth = 0;
  for (let index = dn.length - 1; index >= 0; index -= 1) {
    const code = dn.charCodeAt(index);
    if (code === closing) depth += 1;
    else if (code === opening) depth -= 1;
    else if (code === slash && depth === 0) return { parent: dn.slice(0, index), rn: dn.slice(index + 1) };
  }
  return { parent: '', rn: dn };
}

export function isWithin(dn: string, ancestor: string): boolean {
  if (ancestor === '') return true;
  return dn.startsWith(ancestor) && (dn.length === ancestor.length || dn[ancestor.length] === '/');
}
