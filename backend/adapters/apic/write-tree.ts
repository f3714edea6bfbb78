/**
 * One request from patches. Pure.
 *
 * The request is one tree, rooted where all of it lies: an L3Out or service container, a tenant, or `uni`. Nodes that only lead to what
 * is written carry `modified`, so that a tenant, L3Out or object that is not there makes the APIC refuse (102) instead of making
 * one. New objects carry `created`, so that one that somebody made meanwhile is refused (103) instead of taken over.
 */
import { joinDn, splitLast, tenantDn, type Dn } from './dn.ts';
import { wireMo, type WireMo } from './mo.ts';
import { merged, type Patch } from './patch.ts';
import { containerClassOf, placeOf } from './place.ts';

export interface WriteRequest {
  readonly path: string;
  readonly body: string;
}

interface Node {
  readonly dn: Dn;
  readonly patch: Patch | undefined;
  readonly children: Node[];
}

/** Every patch below its parents, up to `uni`; what is below a deleted object goes with it. */
function grow(patches: ReadonlyMap<Dn, Patch>): Node {
  const nodes = new Map<Dn, Node>();
  const nodeAt = (dn: Dn): Node => {
    const known = nodes.get(dn);
    if (known !== undefined) return known;
    const node: Node = { dn, patch: patches.get(dn), children: [] };
    nodes.set(dn, node);
    const { parent } = splitLast(dn);
    if (parent !== '') nodeAt(parent).children.push(node);
    return node;
  };
  for (const dn of patches.keys()) nodeAt(dn);
  return nodeAt(joinDn('uni'));
}

function wire({ dn, patch, children }: Node): WireMo {
  if (patch === undefined) return leading(dn, children.map(wire));
  if (patch.status === 'deleted') return wireMo(patch.className, { ...patch.attributes, status: 'deleted' });
  return wireMo(patch.className, { ...patch.attributes, status: patch.status }, children.map(wire));
}

/** Only leads to what is below it, which is there already. */
function leading(dn: Dn, children: readonly WireMo[]): WireMo {
  const status = 'modified';
  const { parent, rn } = splitLast(dn);
  return wireMo(classOf(dn), parent === '' ? { dn, status } : { rn, status }, children);
}

function classOf(dn: Dn): string {
  if (dn === 'uni') return 'polUni';
  const place = placeOf(dn);
  if (place?.at === 'tenant' && dn === tenantDn(place.tenant)) return 'fvTenant';
  if (place?.at === 'container' && dn === place.container) return containerClassOf(dn);
  if (place?.at === 'object' && dn === place.dn) return place.codec.objectClass;
  throw new TypeError(`nothing says what ${dn} is`);
}

/** The innermost node at or above a container that all of the tree hangs on. */
function rootOf(node: Node): Node {
  const [only] = node.children;
  const isContainer = placeOf(node.dn)?.at === 'container';
  return isContainer || only === undefined || node.children.length > 1 ? node : rootOf(only);
}

export function requestOf(patches: Iterable<Patch>): WriteRequest {
  const root = rootOf(grow(merged(patches)));
  return { path: `/api/mo/${root.dn}.json`, body: JSON.stringify(wire(root)) };
}
