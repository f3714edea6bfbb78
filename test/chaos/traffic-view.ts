/** Redirect policies, health groups and pools as they stand, in the words of the oracle. */
import type { Bigip } from '../../lab/bigip/bigip.ts';
import type { ConfigObject } from '../../lab/bigip/config/store.ts';
import type { Fabric, MoView } from '../../lab/fabric/fabric.ts';
import { partition, services } from './config.ts';
import { isOurs } from './fabric-view.ts';

export interface PresentItem {
  readonly mark: string;
  readonly isOurs: boolean;
  readonly weight: number;
  /** In service: a member that does not drain. */
  readonly isOn: boolean;
  /** Of a destination: the group that it names, if that is there. */
  readonly healthGroup: string | undefined;
}

export interface PresentObject {
  readonly id: string;
  readonly mark: string;
  readonly isOurs: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** By what the oracle calls them. */
  readonly items: ReadonlyMap<string, PresentItem>;
  readonly ipSla: string | undefined;
}

export interface PresentTraffic {
  readonly objects: ReadonlyMap<string, PresentObject>;
  /** Our health groups, by name. */
  readonly healthGroups: ReadonlySet<string>;
}

export function presentTraffic({ fabric, balancer }: Pick<Sides, 'fabric' | 'balancer'>): PresentTraffic {
  const all = fabric.get(services) === undefined ? [] : fabric.subtree(services);
  const healthGroups = new Map(
    all
      .filter(({ className }) => className === 'vnsRedirectHealthGroup')
      .map(({ dn, attributes }) => [dn, attributes]),
  );
  const policies = all
    .filter(({ className }) => className === 'vnsSvcRedirectPol')
    .map((policy) => presentPolicy(policy, all, (dn) => healthGroups.get(dn)?.['name']));
  const pools = balancer.device
    .objects('pool')
    .filter((pool) => pool.partition === partition)
    .map((pool) => presentPool(pool, balancer));
  const ours = [...healthGroups.values()].filter(({ annotation = '' }) => isOurs(annotation));
  return {
    objects: new Map([...policies, ...pools].map((object) => [object.id, object])),
    healthGroups: new Set(ours.map(({ name = '' }) => name)),
  };
}

interface Sides {
  readonly fabric: Fabric;
  readonly balancer: Bigip;
}

function presentPolicy(
  { dn, attributes }: MoView,
  all: readonly MoView[],
  groupAt: (dn: string) => string | undefined,
): PresentObject {
  const byDn = new Map(all.map((each) => [each.dn, each.attributes]));
  const destinations = all.filter(
    (each) => each.className === 'vnsRedirectDest' && each.dn.startsWith(`${dn}/`),
  );
  const mark = attributes['annotation'] ?? '';
  const items = destinations.map((each): [string, PresentItem] => {
    const own = each.attributes['annotation'] ?? '';
    const group = byDn.get(`${each.dn}/rsRedirectHealthGroup`)?.['tDn'] ?? '';
    return [
      each.attributes['ip'] ?? '',
      {
        mark: own,
        isOurs: isOurs(own),
        weight: Number(each.attributes['weight'] ?? 1),
        isOn: true,
        healthGroup: groupAt(group),
      },
    ];
  });
  const probe = byDn.get(`${dn}/rsIPSLAMonitoringPol`)?.['tDn'];
  return {
    id: dn,
    mark,
    isOurs: isOurs(mark),
    attributes,
    items: new Map(items),
    ipSla: probe?.split('/ipslaMonitoringPol-')[1],
  };
}

function presentPool(pool: ConfigObject, { device }: Bigip): PresentObject {
  const mark = markOf(pool);
  return {
    id: pool.path,
    mark,
    isOurs: isOurs(mark),
    attributes: pool.attributes,
    items: new Map(
      device.objects('member', pool.path).map((member) => [nameOf(member), presentMember(member)]),
    ),
    ipSla: undefined,
  };
}

function presentMember(member: ConfigObject): PresentItem {
  const mark = markOf(member);
  return {
    mark,
    isOurs: isOurs(mark),
    weight: Number(member.attributes['ratio'] ?? 1),
    isOn: isOn(member),
    healthGroup: undefined,
  };
}

export function isOn({ attributes }: ConfigObject): boolean {
  return attributes['session'] !== 'user-disabled' && attributes['state'] !== 'user-down';
}

/** `address port`, whatever the member is called. */
export function nameOf({ name, attributes }: ConfigObject): string {
  const port = /[.:](\d+)$/.exec(name)?.[1] ?? '';
  return `${String(attributes['address']).replace(/%\d+$/, '')} ${port}`;
}

/** Empty: none. */
export function markOf({ attributes }: ConfigObject): string {
  const entries = (attributes['metadata'] ?? []) as readonly {
    readonly name: string;
    readonly value: string;
  }[];
  return entries.find(({ name }) => name === 'aci-kube-sync')?.value ?? '';
}
