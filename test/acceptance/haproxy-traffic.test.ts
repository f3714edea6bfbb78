/**
 * A real HAProxy under traffic, its members pods of a simulated cluster that come, go, roll and are drained from a node: no client may
 * notice. Each pod's address is one of loopback, where a real server listens while the pod is there.
 */
import assert from 'node:assert/strict';
import { haproxy } from '../../backend/adapters/haproxy/testing/world.ts';
import { openWorld, until, type World } from '../../bench/world.ts';
import { startHaproxy, type HaproxyRig } from '../../lab/haproxy/rig.ts';
import { startTraffic, type Traffic } from '../../lab/haproxy/traffic.ts';
import { lane } from '../support/lane.ts';
import { startBackends, stayingAddresses, type Backends } from './backends.ts';

const namespace = 'load';
const port = 8080;
/** One pod in eight is slow: what it has begun it can only finish while it drains. */
const delayMs = (address: string): number => (Number(address.split('.').at(-1)) % 8 === 0 ? 300 : 5);
/** A sixteenth of loopback, not the same in two runs at once. */
const podCidr = `127.${64 + (process.pid % 12) * 16}.0.0/12`;

const mappings = (socket: string): string => `
loadBalancers:
  - { kind: haproxy, name: lb, socket: "unix:${socket}" }
mappings:
  - name: web
    mode: full
    firstContact: apply
    from: { kind: service, clusters: [c], namespaces: { names: [${namespace}] } }
    to:
      pool: { loadBalancer: lb, name: web, families: [ipv4], port: http, drain: { for: 1s } }
`;

lane('a real HAProxy whose members are pods', haproxy, function () {
  let rig: HaproxyRig;
  let world: World;
  let backends: Backends;

  before(async function () {
    this.timeout(60_000);
    rig = await startHaproxy({ backends: [{ name: 'web' }] });
    world = await openWorld({
      document: mappings(rig.socket.path),
      cluster: {
        nodes: 5,
        podCidrs: { v4: podCidr, v6: 'fd00:10:244::/48' },
        podReadyMs: 600,
        // Longer than it takes to be noticed and drained, as a preStop hook makes it.
        terminationMs: 5000,
      },
    });
    backends = startBackends(world.cluster, { namespace, port, delayMs });
    world.cluster.deployment(namespace, 'web', 100);
    world.cluster.service(namespace, 'web', { ports: [{ name: 'http', port: 80, targetPort: port }] });
    await world.cluster.settled();
    await world.startProduct();
    await inStep(100);
  });

  after(async () => {
    await world.close();
    await backends.stop();
    await rig.stop();
  });

  /** The pool has exactly the pods that stay, all in service, and nothing of those that go. */
  function inStep(pods: number): Promise<void> {
    return until(`${pods} members in step`, async () => {
      const wanted = stayingAddresses(world.cluster, namespace).sort();
      const present = (await rig.servers('web')).filter(({ admin }) => admin === 0);
      const all = await rig.servers('web');
      const addresses = present.map(({ address }) => address).sort();
      return wanted.length === pods && all.length === pods && wanted.join() === addresses.join();
    });
  }

  for (const [title, pods, act] of [
    ['scale from 100 to 200', 200, () => world.cluster.scale(namespace, 'web', 200)],
    ['scale from 200 to 100', 100, () => world.cluster.scale(namespace, 'web', 100)],
    ['roll', 100, () => world.cluster.rolloutRestart(namespace, 'web')],
    ['leave a node that is drained', 100, () => drainNode(world, 'node-1')],
  ] as const)
    it(`fails no request while the pods ${title}`, async function () {
      this.timeout(90_000);
      const before = stayingAddresses(world.cluster, namespace).join();
      const traffic = send(rig);

      act();
      await until('something', () => stayingAddresses(world.cluster, namespace).join() !== before);
      await world.cluster.settled();
      await inStep(pods);
      await enough(traffic);
      const { answered, failures } = await tallyOf(traffic);

      assert.deepEqual(failures, {});
      tell(this, `${answered} requests`);
    });

  for (const [title, act] of [
    ['reloaded', () => rig.reload()],
    ['killed and started again', () => rig.kill().then(() => rig.start())],
  ] as const)
    it(`has every member back after it was ${title}, and then fails no request`, async function () {
      this.timeout(60_000);

      await act();
      const answeredAt = performance.now();
      await inStep(100);
      const backAfter = performance.now() - answeredAt;
      const traffic = send(rig);
      await enough(traffic);
      const { answered, failures } = await tallyOf(traffic);

      assert.deepEqual(failures, {});
      tell(this, `back in ${Math.round(backAfter)} ms, ${answered} requests`);
    });
});

/** Clients that open a connection for each request, and clients that stay on theirs. */
function send(rig: HaproxyRig): readonly Traffic[] {
  return [false, true].map((keepAlive) =>
    startTraffic({ url: rig.url('web'), clients: 6, keepAlive, pauseMs: 2 }),
  );
}

/** So many that every member has had its turn. */
function enough(traffic: readonly Traffic[]): Promise<void> {
  return until('enough requests', () => traffic.every(({ tally }) => tally.answered + tally.failed >= 200));
}

async function tallyOf(
  traffic: readonly Traffic[],
): Promise<{ readonly answered: number; readonly failures: Record<string, number> }> {
  const tallies = await Promise.all(traffic.map((each) => each.stop()));
  const failures: Record<string, number> = {};
  for (const tally of tallies)
    for (const [reason, count] of Object.entries(tally.failures))
      failures[reason] = (failures[reason] ?? 0) + count;
  return { answered: tallies.reduce((sum, tally) => sum + tally.answered, 0), failures };
}

function drainNode({ cluster }: World, name: string): void {
  const node = cluster.get('Node', undefined, name);
  if (node === undefined) throw new Error(`no node ${name}`);
  cluster.apply({ ...node, spec: { ...(node['spec'] as object), unschedulable: true } });
  for (const pod of cluster.list('Pod', namespace))
    if ((pod['spec'] as { nodeName?: string }).nodeName === name)
      cluster.remove('Pod', namespace, pod.metadata.name);
}

/** What was measured, for the reader of the run. */
function tell(context: Mocha.Context, figure: string): void {
  const { test } = context;
  if (test !== undefined) test.title += ` (${figure})`;
}
