/** The configuration that a chaos run is played on, with some of its mappings left out. */
import { stringify } from 'yaml';

export const instance = 'cha0';
export const container = 'uni/tn-k8s/out-calico';

export interface ConfigPlaces {
  readonly fabricUrl: string;
  readonly clusters: readonly { readonly name: string; readonly url: string }[];
  /** Names of mappings that are not in the document now. */
  readonly without: ReadonlySet<string>;
}

/** Mappings that a step may take out of the document, so that they leave orphans, and put back. */
export const removable = ['bare', 'services'] as const;

export function configYaml({ fabricUrl, clusters, without }: ConfigPlaces): string {
  const names = clusters.map(({ name }) => name);
  return stringify({
    version: 1,
    instance,
    clusters: clusters.map(({ name, url }, index) => ({
      name,
      server: url,
      ca: 'file:ca.pem',
      credentials: { token: `file:${name}-token` },
      ranges: {
        pods: [`10.${244 + index}.0.0/16`, `fd00:10:${244 + index}::/56`],
        loadBalancers: [`192.168.${5 + index}.0/24`],
        external: ['198.51.100.0/24', '2001:db8:50::/64'],
      },
    })),
    fabrics: [
      {
        name: 'dc1',
        controllers: [fabricUrl],
        ca: 'file:ca.pem',
        credentials: { username: 'admin', password: 'file:fabric-password' },
        batch: { objects: 40 },
        resync: '2m',
      },
    ],
    mappings: mappings(names).filter(({ name }) => !without.has(name)),
    // Nothing unexplained goes without a person, so that every false removal is a violation.
    settings: { guard: { share: 0, atLeast: 0 } },
  });
}

function mappings(
  clusters: readonly string[],
): { readonly name: string; readonly [field: string]: unknown }[] {
  const full = { mode: 'full', firstContact: 'apply' };
  const epg = (name: string, more: object): object => ({
    externalEpg: { tenant: 'k8s', l3out: 'calico', name, contracts: { provide: ['web'] }, ...more },
  });
  return [
    {
      name: 'workloads',
      ...full,
      from: {
        kind: 'workload',
        clusters,
        namespaces: { names: ['shop'], labels: 'team in (web, api)' },
        labels: 'tier!=internal',
        groupBy: 'workload',
      },
      to: epg('{cluster}_{namespace}_{workload}', { whenEmpty: 'delete', emptyFor: '10s' }),
    },
    {
      name: 'services',
      ...full,
      from: { kind: 'service', clusters, namespaces: { names: ['shop', 'pay'] }, groupBy: 'service' },
      to: epg('{cluster}_{namespace}_{service}_lb', {
        addresses: ['loadBalancer', 'external'],
        whenEmpty: 'keep',
      }),
    },
    {
      name: 'bare',
      ...full,
      from: {
        kind: 'workload',
        clusters,
        workloads: ['Pod'],
        namespaces: { names: ['shop', 'ops'] },
        groupBy: 'namespace',
      },
      to: epg('{cluster}_{namespace}_bare', { whenEmpty: 'delete', emptyFor: '10s' }),
    },
    {
      name: 'front',
      ...full,
      from: { kind: 'workload', clusters, podLabels: 'front=yes', groupBy: 'mapping' },
      to: epg('all-front', {}),
    },
    {
      name: 'growing',
      ...full,
      mode: 'add-only',
      from: { kind: 'workload', clusters, namespaces: { names: ['grow'] }, groupBy: 'namespace' },
      to: epg('{cluster}_{namespace}_all', {}),
    },
    {
      name: 'looking',
      mode: 'report',
      from: { kind: 'workload', clusters, namespaces: { names: ['ops'] }, groupBy: 'workload' },
      to: epg('{cluster}_{namespace}_{workload}_seen', {}),
    },
  ];
}
