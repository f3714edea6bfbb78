/** What is declared at first: a fabric, two clusters, two load balancers, four mappings. */
import type { ConfigurationModel } from '../../../backend/api/contract/configuration.ts';

export type FakeDocument = ConfigurationModel['document'];

const pin = '-----BEGIN CERTIFICATE-----\nMIIBfake\n-----END CERTIFICATE-----\n';

function cluster(name: string, host: number): FakeDocument['clusters'][number] {
  return {
    name,
    server: `https://10.1.${host}.10:6443`,
    ca: pin,
    credentials: { token: `secret:${name}-token` },
    observe: { mode: 'watch' },
    ranges: { pods: [`10.${243 + host}.0.0/16`], nodes: [`10.1.${host}.0/24`] },
  };
}

function mapping(name: string, mode: string, to: object): FakeDocument['mappings'][number] {
  return {
    name,
    mode,
    from: { kind: 'workload', clusters: ['prod-a'], namespaces: { names: [name] }, groupBy: 'workload' },
    to,
  };
}

export function startingDocument(empty: boolean): FakeDocument {
  const settings = { guard: { share: 0.2, atLeast: 10, atMost: 50, window: '60m' } };
  if (empty)
    return {
      version: 1,
      instance: '7f3a',
      clusters: [],
      fabrics: [],
      loadBalancers: [],
      mappings: [],
      settings,
    };
  return {
    version: 1,
    instance: '7f3a',
    clusters: [cluster('prod-a', 1), cluster('prod-b', 2)],
    fabrics: [
      {
        name: 'dc1',
        controllers: ['https://10.0.0.1', 'https://10.0.0.2', 'https://10.0.0.3'],
        pin,
        credentials: { username: 'kubesync', password: 'secret:dc1-password' },
      },
    ],
    loadBalancers: [
      {
        name: 'f5-edge',
        kind: 'bigip',
        address: 'https://10.2.0.1',
        pin,
        credentials: { username: 'kubesync', password: 'secret:f5-password' },
      },
      {
        name: 'lb1',
        kind: 'haproxy',
        address: 'https://10.2.0.2:5555',
        pin,
        credentials: { username: 'kubesync', password: 'file:/run/secrets/lb1' },
      },
    ],
    mappings: [
      mapping('shop', 'full', {
        externalEpg: {
          fabric: 'dc1',
          tenant: 'k8s',
          l3out: 'calico',
          name: '{cluster}_{namespace}_{workload}',
        },
      }),
      mapping('billing', 'add-only', {
        externalEpg: { fabric: 'dc1', tenant: 'k8s', l3out: 'calico', name: '{namespace}' },
      }),
      mapping('inspect', 'report', { redirectPolicy: { fabric: 'dc1', tenant: 'k8s', name: 'inspect' } }),
      mapping('edge', 'full', {
        pool: { loadBalancer: 'f5-edge', partition: 'k8s', name: '{service}', port: 8080 },
      }),
    ],
    settings,
  };
}
