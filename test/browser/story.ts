/** A site with something of everything: what is in step, due, held, wrong and unknown. */
import { problem } from '../../backend/model/problems.ts';
import type { ObservedKind } from '../../backend/model/cluster-records.ts';
import type { Change } from '../../backend/model/plan.ts';
import {
  FakeCluster,
  accepted,
  add,
  dc1,
  eepg,
  mapping,
  podAddress,
  refused,
  remove,
} from '../support/report-world.ts';
import type { Site } from './site.ts';

export const shop = mapping('shop', 'full');
export const platform = mapping('platform', 'add-only');
export const trial = mapping('trial', 'report');
export const mappings = [shop, platform, trial];

const workloads = [
  'web',
  'api',
  'cart',
  'checkout',
  'search',
  'images',
  'mail',
  'payments',
  'worker',
  'redis',
];

function range(count: number, from: number): ReturnType<typeof podAddress>[] {
  return Array.from({ length: count }, (_, n) => podAddress(from + n));
}

export function tell(site: Site): void {
  tellSources(site);
  const { fabric, status } = site;
  const now = Date.now();
  let next = 10;
  for (const [index, name] of workloads.entries())
    for (const cluster of ['prod-a', 'prod-b']) {
      const count = 3 + ((index * 7) % 23);
      const key = eepg(`${cluster}_shop_${name}`);
      fabric.want(key, 'shop', range(count, next));
      fabric.hold(key, 'shop', range(count, next));
      next += count;
    }
  for (const name of ['ingress', 'monitoring', 'registry']) {
    const key = eepg(`prod-a_platform_${name}`, 'edge');
    fabric.want(key, 'platform', range(4, next));
    fabric.hold(key, 'platform', range(4, next));
    next += 4;
  }
  const changes = [...guarded(site), ...isolated(site), ...reported(site, next + 100)];
  const conflict = add(eepg('prod-b_shop_mail'), 'shop', podAddress(3), 'conflict');
  const faulty = add(eepg('prod-b_shop_redis'), 'shop', podAddress(4));
  const sent = range(6, 40).map((at) => add(eepg('prod-a_shop_web'), 'shop', at));
  status.report(
    fabric.run({
      changes: sent,
      outcomes: accepted(sent),
      requests: 1,
      causedAt: now - 95_038,
      startedAt: now - 95_030,
      finishedAt: now - 95_000,
      mappings,
    }),
  );
  for (let n = 0; n < 12; n += 1)
    status.report(fabric.run({ mappings, startedAt: now - 60_000, finishedAt: now - 59_997 }));
  status.report(
    fabric.run({
      changes: [...changes, conflict, faulty],
      outcomes: [
        refused(faulty, 'Validation failed: subnet 10.244.0.4/32 is configured as a BD subnet of k8s/nodes'),
      ],
      requests: 2,
      startedAt: now - 3_050,
      finishedAt: now - 3_000,
      mappings,
    }),
  );
}

function tellSources({ status, fabric }: Site): void {
  const counts: Partial<Record<ObservedKind, number>> = {
    Namespace: 14,
    Node: 6,
    Pod: 412,
    Service: 58,
    EndpointSlice: 61,
    Deployment: 47,
    StatefulSet: 5,
    DaemonSet: 4,
    ReplicaSet: 139,
    Job: 3,
  };
  for (const name of ['prod-a', 'prod-b', 'edge-west']) {
    const cluster = new FakeCluster(name);
    for (const [kind, count] of Object.entries(counts) as [ObservedKind, number][])
      cluster.set(kind, { count });
    if (name === 'edge-west') silence(cluster);
    status.source(cluster);
  }
  status.system(dc1, fabric);
}

function silence(cluster: FakeCluster): void {
  const lastContact = Date.now() - 4 * 60_000;
  cluster.set('Pod', {
    freshness: 'stale',
    lastContact,
    problem: problem('cluster.silent', 'no word on the watch of pods for 45 s'),
  });
  cluster.set('Job', {
    freshness: 'unknown',
    problem: problem('cluster.forbidden', 'jobs.batch is forbidden: User "kubesync" cannot list'),
  });
}

function guarded({ fabric }: Site): Change[] {
  const key = eepg('prod-a_shop_images');
  const addresses = range(22, 900);
  fabric.want(key, 'shop', addresses.slice(14));
  fabric.hold(key, 'shop', addresses);
  return addresses.slice(0, 14).map((at) =>
    remove(key, at, {
      of: 'shop',
      explanation: 'unexplained',
      hold: 'guard',
      detail: '14 of 248 addresses vanished within 60 min',
    }),
  );
}

function isolated({ fabric }: Site): Change[] {
  const key = eepg('prod-b_shop_payments');
  const addresses = range(5, 940);
  fabric.want(key, 'shop', addresses, [
    problem('object.isolated', 'no contract, preferred group or vzAny lets it talk'),
  ]);
  fabric.drop(key);
  return addresses.map((at) => add(key, 'shop', at, 'isolated'));
}

function reported({ fabric }: Site, from: number): Change[] {
  return ['alpha', 'beta'].flatMap((name, index) => {
    const key = eepg(`prod-b_trial_${name}`);
    const addresses = range(30, from + index * 30);
    fabric.want(key, 'trial', addresses);
    return addresses.map((at) => add(key, 'trial', at, 'report-mode'));
  });
}
