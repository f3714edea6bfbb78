/** Where learned endpoints lie: names of EPGs and of endpoints, from DNs and back. */
import { splitDn, splitLast, rnValue, joinDn, type Dn } from '../dn.ts';

/** `tenant/ap/epg` → `uni/tn-tenant/ap-ap/epg-epg`. */
export function epgDn(epg: string): Dn {
  const [tenant = '', ap = '', name = ''] = epg.split('/');
  return joinDn('uni', `tn-${tenant}`, `ap-${ap}`, `epg-${name}`);
}

/** The tenant's DN of an EPG. */
export function tenantDnOf(epg: string): Dn {
  return joinDn('uni', `tn-${epg.split('/')[0] ?? ''}`);
}

/** What an `fvIp` is named after: the EPG, ESG or VRF above it, its MAC and its address. */
export interface EndpointPlace {
  readonly above: Dn;
  readonly mac: string;
  readonly address: string;
}

export function endpointPlace(dn: string): EndpointPlace | undefined {
  const { parent, rn } = splitLast(dn);
  const address = rnValue(rn, 'ip');
  const endpoint = splitLast(parent);
  const mac = rnValue(endpoint.rn, 'cep');
  if (address === undefined || mac === undefined) return undefined;
  return { above: endpoint.parent, mac: mac.toUpperCase(), address };
}

/** Switches of `topology/pod-1/paths-101/pathep-[..]` or `…/protpaths-101-102/…`; none where the path says none. */
export function switchesOfPath(fabricPathDn: string): readonly string[] {
  const [, , paths = ''] = splitDn(fabricPathDn);
  const [, first, second] = /^(?:prot)?paths-(\d+)(?:-(\d+))?$/.exec(paths) ?? [];
  return [first, second].filter((each) => each !== undefined);
}

/** The switch of `topology/pod-1/node-101`, or of something in it. */
export function switchOf(dn: string): string | undefined {
  return rnValue(splitDn(dn)[2] ?? '', 'node');
}
