/** Bridge domain and VRF of an EPG, ESG or VRF, by the relations that were resolved so far; '' what is not known. */
import type { Tree } from '../model/mo.ts';

export interface Domains {
  readonly bdDn: string;
  readonly vrfDn: string;
}

export function domainsOf(tree: Tree, dn: string): Domains {
  const target = (from: string, relation: string): string =>
    tree.get(from)?.childOfClass(relation)?.get('tDn') ?? '';
  const className = tree.get(dn)?.meta.name;
  if (className === 'fvCtx') return { bdDn: '', vrfDn: dn };
  if (className === 'fvESg') return { bdDn: '', vrfDn: target(dn, 'fvRsScope') };
  const bdDn = target(dn, 'fvRsBd');
  return { bdDn, vrfDn: target(bdDn, 'fvRsCtx') };
}
