/** A site with something of everything: what is in step, due, held, wrong and unknown. */
import { problem } from '../../backend/model/problems.ts';
import type { ObservedKind } from '../../backend/model/cluster-records.ts';
import { keyText } from '../../backend/model/identity.ts';
import type { Mapping } from '../../backend/model/mapping.ts';
import type { Change } from '../../backend/model/plan.ts';
import type { DesiredItem } from '../../backend/model/target-object.ts';
import {
  FakeCluster,
  accepted,
  add,
  dc1,
  eepg,
  f5,
  lb1,
  mapping,
  podAddress,
  refused,
  remove,
} from '../support/report-world.ts';
import {
  backend,
  drain,
  held,
  policy,
  policyTarget,
  pool,
  poolTarget,
  removeBackend,
  there,
} from '../support/traffic-world.ts';
import type { Site } from './site.ts';

export const shop = mapping('shop', 'full');
export const platform = mapping('platform', 'add-only');
export const trial = mapping('trial', 'report');
export const checkout: Mapping = {
  ...mapping('checkout', 'full'),
  to: [policyTarget, poolTarget(f5), poolTarget(lb1)],
};
export const mappings = [shop, platform, trial, checkout];

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
  tellPools(site);
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
  const changes = [...guarded(site), ...isolated(site), ...reported(site, next + 100), ...redirected(site)];
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

/** A fabric on which the first plan of the shop waits to be let go. */
export function firstContact({ fabric, status }: Site): void {
  const key = eepg('prod-a_shop_web');
  fabric.want(key, 'shop', range(3, 10));
  status.system(dc1, fabric);
  const changes = range(3, 10).map((at) => add(key, 'shop', at, 'first-contact'));
  const run = fabric.run({ changes, mappings: [shop] });
  const planned = run.plan.mappings.map((one) => ({ ...one, mode: 'report' as const, firstContact: true }));
  status.report({ ...run, plan: { ...run.plan, mappings: planned } });
}

/** A policy whose new destination lacks its MAC, and one that is in step. */
function redirected({ fabric }: Site): Change[] {
  const firewall = policy('firewall');
  const items = range(3, 600).map((at, n) =>
    backend(firewall, 'checkout', at, n === 2 ? { attributes: { weight: '1' } } : {}),
  );
  fabric.wantItems(firewall, 'checkout', items);
  fabric.holdItems(
    firewall,
    'checkout',
    items.slice(0, 2).map((item) => there(item)),
  );
  const ids = policy('ids');
  const others = range(2, 610).map((at) => backend(ids, 'checkout', at));
  fabric.wantItems(ids, 'checkout', others);
  fabric.holdItems(
    ids,
    'checkout',
    others.map((item) => there(item)),
  );
  const [, , third] = items;
  if (third === undefined) return [];
  const detail = `${third.name}: no MAC address is known, and this release demands one`;
  return [held(add(firewall, 'checkout', podAddress(602)), 'incomplete', detail)].map((change) =>
    change.type === 'addItem' ? { ...change, item: third } : change,
  );
}

export const cart = pool('Common/cart');

/** On the BIG-IP a roll-out at every step of the ladder; on HAProxy one pool in step and one whose probes fail. */
export function tellPools({ status, balancers: [bigip, haproxy], drains }: Site): void {
  const member = (n: number, over: Partial<DesiredItem> = {}): DesiredItem =>
    backend(cart, 'checkout', podAddress(700 + n), over);
  const stays = [1, 2, 3].map((n) => member(n));
  const goes = [4, 5].map((n) => leaving(member(n), 'terminating'));
  const draining = { attributes: { state: 'drain', weight: '1' }, connections: 3 };
  bigip.wantItems(cart, 'checkout', [...stays, ...goes]);
  bigip.holdItems(cart, 'checkout', [
    ...stays.slice(0, 2).map((item) => there(item)),
    ...goes.map((item, n) => there(item, n === 0 ? draining : {})),
    there(member(6)),
    there(member(99), { mark: undefined }),
  ]);
  const [first, second] = goes;
  const added = stays[2];
  if (first === undefined || second === undefined || added === undefined) return;
  drains.set(`${keyText(cart)} ${first.id}`, Date.now() - 18_000);
  const adding = { ...add(cart, 'checkout', podAddress(703)), item: added } as Change;
  const changes = [
    adding,
    drain(cart, 'checkout', second),
    held(removeBackend(cart, first, 'checkout'), 'draining', '12 s left, 3 connections open'),
    removeBackend(cart, member(6), 'checkout', { explanation: 'aged-out', cut: true }),
  ];
  status.system(f5, bigip);
  status.report(bigip.run({ changes, mappings: [checkout], finishedAt: Date.now() - 1_000 }));
  tellProbes(status, haproxy);
}

function tellProbes(status: Site['status'], haproxy: Site['fabric']): void {
  const search = pool('be_search');
  const items = [1, 2, 3].map((n) => backend(search, 'checkout', podAddress(720 + n)));
  haproxy.wantItems(search, 'checkout', items);
  haproxy.holdItems(
    search,
    'checkout',
    items.map((item) => there(item)),
  );
  const api = pool('be_api');
  const unready = [1, 2].map((n) => leaving(backend(api, 'checkout', podAddress(730 + n)), 'notReady'));
  haproxy.wantItems(api, 'checkout', unready);
  haproxy.holdItems(
    api,
    'checkout',
    unready.map((item) => there(item)),
  );
  const kept = unready.map((item) =>
    held(drain(api, 'checkout', item), 'min-healthy', '0 of 2 in service, 1 must stay'),
  );
  status.system(lb1, haproxy);
  status.report(haproxy.run({ changes: kept, mappings: [checkout], finishedAt: Date.now() - 2_000 }));
}

function leaving(item: DesiredItem, state: 'terminating' | 'notReady'): DesiredItem {
  return {
    ...item,
    leaving: true,
    reasons: item.reasons.map((reason) => ({ ...reason, state, inService: false })),
  };
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
  const learned = new FakeCluster(dc1);
  learned.identity = 'fabric-1';
  learned.set('LearnedEndpoint', { count: 31 });
  status.source(learned);
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
