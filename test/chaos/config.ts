/** The configuration that a chaos run is played on, with some of its mappings left out. */
import { stringify } from 'yaml';

export const instance = 'cha0';
export const container = 'uni/tn-k8s/out-calico';
export const services = 'uni/tn-k8s/svcCont';
export const partition = 'k8s';
/** Where machines are that no cluster knows. */
export const machines = 'k8s/apps/vms';
/** How long what leaves a pool may finish, in the product's time. */
export const drainMs = 20_000;

export interface ConfigPlaces {
  readonly fabricUrl: string;
  readonly balancerUrl: string;
  readonly clusters: readonly { readonly name: string; readonly url: string }[];
  /** Names of mappings that are not in the document now. */
  readonly without: ReadonlySet<string>;
}

/** Mappings that a step may take out of the document, so that they leave orphans, and put back. */
export const removable = ['bare', 'services', 'stateful', 'by-node'] as const;

export function configYaml({ fabricUrl, balancerUrl, clusters, without }: ConfigPlaces): string {
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
        nodes: [`10.${1 + index}.0.0/16`],
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
    loadBalancers: [
      {
        kind: 'bigip',
        name: 'f5-a',
        address: balancerUrl,
        ca: 'file:ca.pem',
        credentials: { username: 'admin', password: 'file:balancer-password' },
        resync: '20s',
        save: '20s',
      },
    ],
    mappings: [...mappings(names), ...trafficMappings(names)].filter(({ name }) => !without.has(name)),
    // Nothing unexplained goes without a person, so that every false removal is a violation.
    settings: { guard: { share: 0, atLeast: 0 } },
  });
}

type Mappings = readonly { readonly name: string; readonly [field: string]: unknown }[];

const full = { mode: 'full', firstContact: 'apply' };

function mappings(clusters: readonly string[]): Mappings {
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

function trafficMappings(clusters: readonly string[]): Mappings {
  const drain = { for: `${drainMs / 1000}s`, then: 'leave' };
  const policy = (name: string, more: object = {}): object => ({
    redirectPolicy: { tenant: 'k8s', name, ipSla: 'tcp80', ...more },
  });
  const pool = (name: string, more: object): object => ({
    pool: { loadBalancer: 'f5-a', partition, name, drain, ...more },
  });
  return [
    {
      name: 'balanced',
      ...full,
      from: { kind: 'service', clusters, namespaces: { names: ['shop', 'pay'] }, groupBy: 'service' },
      to: {
        ...policy('{cluster}_{namespace}_{service}', { minHealthy: '50%' }),
        ...pool('{cluster}_{namespace}_{service}', { port: 'http', whenEmpty: 'delete', emptyFor: '10s' }),
      },
    },
    {
      name: 'stateful',
      ...full,
      from: {
        kind: 'workload',
        clusters,
        workloads: ['StatefulSet'],
        namespaces: { names: ['shop', 'pay', 'ops'] },
        groupBy: 'workload',
      },
      to: pool('{cluster}_{namespace}_{workload}_sts', { port: { container: 'web' }, minHealthy: 2 }),
    },
    {
      name: 'by-node',
      ...full,
      from: { kind: 'service', clusters, namespaces: { names: ['shop', 'grow'] }, groupBy: 'service' },
      to: policy('{cluster}_{namespace}_{service}_nodes', {
        destinations: 'node',
        whenEmpty: 'delete',
        emptyFor: '10s',
      }),
    },
    {
      name: 'machines',
      ...full,
      from: { kind: 'aciEpg', fabric: 'dc1', epgs: [machines], absentFor: '20s', groupBy: 'epg' },
      to: { ...policy('{app}_{epg}'), ...pool('{app}_{epg}', { port: 80, monitor: '/Common/tcp' }) },
    },
  ];
}
