/**
 * Pools from nothing: 1,000 members of a backend of a real HAProxy; 500 members on a simulated BIG-IP that takes 10 ms a request;
 * and how long an endpoint that the fabric learned takes to become a member.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../lab/authority.ts';
import { startBigip } from '../lab/bigip/bigip.ts';
import type { Cluster } from '../lab/cluster/cluster.ts';
import { startHaproxy } from '../lab/haproxy/rig.ts';
import { openWorld, quantile, until } from './world.ts';

const mapping = (to: string): string => `
mappings:
  - name: pool
    mode: full
    firstContact: apply
    from: { kind: service, clusters: [c], namespaces: { names: [load] } }
    to: { pool: { ${to}, families: [ipv4], port: 8080 } }
  - name: vms
    mode: full
    firstContact: apply
    from: { kind: aciEpg, epgs: [k8s/apps/vms] }
    to: { pool: { ${to.replace(/name: [^,}]+/, 'name: vms')}, port: 8080 } }
`;

export async function pools(): Promise<Record<string, unknown>> {
  return { haproxy: await ofHaproxy(1000), bigip: await ofBigIp(500) };
}

async function ofHaproxy(members: number): Promise<Record<string, unknown>> {
  const haproxy = await startHaproxy({ backends: [{ name: 'load' }, { name: 'vms' }] });
  const document = `
loadBalancers:
  - { kind: haproxy, name: lb, socket: "unix:${haproxy.socket.path}" }
${mapping('loadBalancer: lb, name: "load"')}`;
  const world = await openWorld({ document });
  try {
    await loadService(world.cluster, members);
    const count = async (): Promise<number> => (await haproxy.servers('load')).length;
    const startedAt = performance.now();
    const product = await world.startProduct();
    const listeningAt = performance.now();
    await until('every member is there', async () => (await count()) >= members);
    const inStepAt = performance.now();
    await haproxy.reload();
    const reloadedAt = performance.now();
    await until('every member is back', async () => (await count()) >= members);
    const backAt = performance.now();
    await product.stop();
    return {
      members,
      secondsFromProcessStart: seconds(inStepAt - startedAt),
      secondsFromListening: seconds(inStepAt - listeningAt),
      secondsBackAfterReload: seconds(backAt - reloadedAt),
    };
  } finally {
    await world.close();
    await haproxy.stop();
  }
}

async function ofBigIp(members: number): Promise<Record<string, unknown>> {
  const authority = await createAuthority();
  const bigip = await startBigip({ authority, replyDelayMs: 10 });
  bigip.device.seed({ partitions: [{ name: 'k8s' }] });
  const document = `
loadBalancers:
  - kind: bigip
    name: lb
    address: ${bigip.url}
    ca: file:ca.pem
    credentials: { username: ${bigip.username}, password: file:bigip }
${mapping('loadBalancer: lb, partition: k8s, name: "load"')}`;
  const world = await openWorld({ document, files: { bigip: bigip.password } }, authority);
  try {
    await loadService(world.cluster, members);
    bigip.device.resetStats();
    const startedAt = performance.now();
    const product = await world.startProduct();
    await until('every member is there', () => bigip.device.objects('member', '/k8s/load').length >= members);
    const inStepAt = performance.now();
    await sleep(1000);
    const { requests, writes, reads, mostWritesInFlight, acceptedByObject } = bigip.device.stats();
    const learned = await learnOneByOne(world, (address) =>
      bigip.device.objects('member', '/k8s/vms').some(({ path }) => path.includes(`${address}:`)),
    );
    await product.stop();
    const twice = [...Object.values(acceptedByObject as Record<string, number>)].filter((times) => times > 1);
    return {
      members,
      replyDelayMs: 10,
      secondsFromProcessStart: seconds(inStepAt - startedAt),
      requests,
      writes,
      reads,
      mostWritesInFlight,
      objectsWrittenTwice: twice.length,
      learnedToMember: learned,
    };
  } finally {
    await world.close();
    await bigip.close();
  }
}

/** From the moment that the fabric has learned it: its notification takes its time, and the BIG-IP its reply's delay. */
async function learnOneByOne(
  { fabric }: Awaited<ReturnType<typeof openWorld>>,
  isMember: (address: string) => boolean,
): Promise<Record<string, unknown>> {
  const times: number[] = [];
  for (let index = 0; index <= 100; index += 1) {
    const address = `10.50.0.${index + 1}`;
    const mac = `00:50:56:00:00:${(index + 1).toString(16).padStart(2, '0').toUpperCase()}`;
    const at = performance.now();
    fabric.endpoints.learn({ epgDn: 'uni/tn-k8s/ap-apps/epg-vms', mac, ips: [address], nodes: [101] });
    await until(`${address} is a member`, () => isMember(address), 30_000);
    // With the first one the pool is made, which is another matter.
    if (index > 0) times.push(performance.now() - at);
    // As machines come: apart. Rounds that come one after the other are kept at a pace of five a second.
    await sleep(250);
  }
  return {
    endpoints: times.length,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    slowestMs: times
      .toSorted((a, b) => b - a)
      .slice(0, 3)
      .map(Math.round),
    farSideMs: 'notification 5, reply 10',
  };
}

async function loadService(cluster: Cluster, pods: number): Promise<void> {
  cluster.deployment('load', 'app', pods);
  cluster.service('load', 'app', {
    selector: { app: 'app' },
    ports: [{ name: 'http', port: 80, targetPort: 8080 }],
  });
  await cluster.settled();
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
