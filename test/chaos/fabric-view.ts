/** The external EPGs of the L3Out as they stand on the fabric. */
import type { Fabric, MoView } from '../../lab/fabric/fabric.ts';
import { container, instance } from './config.ts';

export interface PresentSubnet {
  readonly prefix: string;
  readonly annotation: string;
  readonly scope: string;
  readonly isOurs: boolean;
}

export interface PresentEpg {
  readonly dn: string;
  readonly annotation: string;
  readonly isOurs: boolean;
  readonly subnets: readonly PresentSubnet[];
  readonly provides: readonly string[];
  /** Something in it is a person's. */
  readonly hasForeignChildren: boolean;
}

const markOfOurs = `orchestrator:aci-kube-sync:${instance}:`;

export const isOurs = (annotation: string): boolean => annotation.startsWith(markOfOurs);

export function presentEpgs(fabric: Fabric): Map<string, PresentEpg> {
  const all = fabric.subtree(container);
  const epgs = all.filter(({ className }) => className === 'l3extInstP');
  const children = Map.groupBy(all, ({ dn }) => /^.*?\/instP-[^/]+(?=\/)/.exec(dn)?.[0] ?? '');
  return new Map(epgs.map((epg) => [epg.dn, presentEpg(epg, children.get(epg.dn) ?? [])]));
}

function presentEpg({ dn, attributes }: MoView, children: readonly MoView[]): PresentEpg {
  const annotation = attributes['annotation'] ?? '';
  const subnets = children
    .filter(({ className }) => className === 'l3extSubnet')
    .map((subnet) => ({
      prefix: subnet.attributes['ip'] ?? '',
      annotation: subnet.attributes['annotation'] ?? '',
      scope: subnet.attributes['scope'] ?? '',
      isOurs: isOurs(subnet.attributes['annotation'] ?? ''),
    }));
  const provided = children.filter(({ className }) => className === 'fvRsProv');
  const marked = children.filter(({ className }) => marks.has(className));
  return {
    dn,
    annotation,
    isOurs: isOurs(annotation),
    subnets,
    provides: provided.map((relation) => relation.attributes['tnVzBrCPName'] ?? ''),
    hasForeignChildren: marked.some((child) => !isOurs(child.attributes['annotation'] ?? '')),
  };
}

/** Classes of children that carry an annotation, ours or a person's. */
const marks: ReadonlySet<string> = new Set(['l3extSubnet', 'fvRsProv', 'fvRsCons', 'fvRsSecInherited']);
