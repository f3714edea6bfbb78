/**
 * A real HAProxy that is reloaded, killed, replaced or crowded: it is noticed at once, nothing is forgotten, and what was added at
 * runtime is back soon after.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { startMember, startTraffic, type Member, type Traffic } from '../../lab/haproxy/traffic.ts';
import {
  add,
  follow,
  haproxy,
  member,
  startWorld,
  until,
  type Follower,
  type World,
  type WorldOptions,
} from '../../backend/adapters/haproxy/testing/world.ts';
import { lane } from '../support/lane.ts';

lane('a real HAProxy that does not stay as it was', haproxy, () => {
  let world: World;
  const followers: Follower[] = [];
  const members: Member[] = [];
  const flows: Traffic[] = [];
  const sockets: Socket[] = [];

  async function begin(options: WorldOptions = {}): Promise<void> {
    world = await startWorld(options);
  }

  async function other(...parameters: Parameters<typeof follow>): Promise<Follower> {
    const follower = await follow(...parameters);
    followers.push(follower);
    return follower;
  }

  async function pod(address: string, delayMs = 0): Promise<string> {
    const started = await startMember(address, 0, delayMs);
    members.push(started);
    return `${address}:${started.port}`;
  }

  function send(keepAlive = false): Traffic {
    const traffic = startTraffic({ url: world.rig.url('app'), keepAlive });
    flows.push(traffic);
    return traffic;
  }

  afterEach(async () => {
    await Promise.all(flows.splice(0).map((each) => each.stop()));
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(followers.splice(0).map((each) => each.letGo()));
    await world.stop();
    await Promise.all(members.splice(0).map((each) => each.stop()));
  });

  it('has every pool looked at after a reload, and what is added again serves without a failed request', async () => {
    const fallback = await pod('127.2.0.9');
    await begin({ rig: { backends: [{ name: 'app', lines: [`server static1 ${fallback}`] }] } });
    const name = await pod('127.2.0.1');
    await world.write(add('app', member(name)));
    const traffic = send();
    await until(() => (traffic.tally.by[name] ?? 0) > 20, 'traffic');

    await world.rig.reload();
    await until(() => world.drifted().includes('all'), 'drift of everything');
    const shown = world.shown('app');
    const outcome = await world.write(add('app', member(name)));
    traffic.reset();
    await until(() => (traffic.tally.by[name] ?? 0) > 20, 'traffic again');
    const tally = await traffic.stop();

    assert.deepEqual(shown, [`${fallback} enabled 1`]);
    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(tally.failures, {});
    assert.equal(world.system.counters.reloads, 1);
    assert.equal(world.system.view.problem, undefined);
  });

  it('does not stay with the process that was replaced, even while that finishes what it has begun', async () => {
    await begin();
    const name = await pod('127.2.0.1', 1_500);
    await world.write(add('app', member(name)));
    const traffic = send();
    await until(async () => (await world.rig.connectionsInUse('app')) > 0, 'requests under way');
    const before = /^Pid: (\d+)$/m.exec(await world.rig.run('show info'))?.[1] ?? '';

    await world.rig.reload();
    await until(() => world.drifted().includes('all'), 'drift of everything');
    await world.write(add('app', member(name)));
    const there = (await world.rig.servers('app')).length;

    assert.equal(there, 1);
    await traffic.stop();
    assert.ok((traffic.tally.by[name] ?? 0) >= 4);
    await until(() => !isAlive(Number(before)), 'the old process gone');
  });

  it('brings a thousand members back after a reload', async function () {
    this.timeout(60_000);
    await begin({ rig: { global: ['maxconn 1000'] } });
    const wanted = Array.from({ length: 1_000 }, (_, index) =>
      member(`127.2.${index >> 8}.${index & 255}:80`),
    );
    for (const item of wanted) await world.write(add('app', item));

    await world.rig.reload();
    await until(() => world.drifted().includes('all'), 'drift of everything');
    const outcomes = new Set<string>();
    for (const item of wanted) outcomes.add((await world.write(add('app', item))).result);

    assert.deepEqual([...outcomes], ['accepted']);
    const servers = await world.rig.servers('app');
    assert.equal(servers.length, 1_000);
    assert.equal(new Set(servers.map(({ id }) => id)).size, 1_000);
    assert.ok(servers.every(({ admin }) => admin === 0));
    assert.equal(world.object('app').items.size, 1_000);
  });

  it('is a problem while it is dead, of which nothing is forgotten, and is read anew when it is back', async () => {
    await begin();
    await world.write(add('app', member('127.2.0.1:80')));

    await world.rig.kill();
    await until(() => world.system.view.problem !== undefined, 'a problem');
    const found = world.system.view.problem;
    const shown = world.shown('app');
    const outcome = await world.write(add('app', member('127.2.0.2:80')));
    world.drifted();
    await world.rig.start();
    await until(() => world.drifted().includes('all'), 'drift of everything');
    await world.refresh('app');

    assert.equal(found?.code, 'loadBalancer.unreachable');
    assert.deepEqual(shown, ['127.2.0.1:80 enabled 1']);
    assert.equal(outcome.result, 'unknown');
    assert.equal(world.system.view.problem, undefined);
    assert.deepEqual(world.shown('app'), []);
    assert.equal((await world.write(add('app', member('127.2.0.2:80')))).result, 'accepted');
  });

  it('is not believed when another one answers than was confirmed', async () => {
    const seen: string[] = [];
    let confirmed = 'lab';
    await begin({
      system: { expectedIdentity: () => confirmed, onIdentity: (identity) => seen.push(identity) },
    });
    await world.write(add('app', member('127.2.0.1:80')));

    await world.rig.configure([{ name: 'app' }], 'elsewhere');
    await world.rig.reload();
    await until(() => world.system.view.problem?.code === 'loadBalancer.identity', 'a problem');
    const outcome = await world.write(add('app', member('127.2.0.1:80')));
    const there = await world.rig.servers('app');
    const shown = world.shown('app');
    confirmed = 'elsewhere';
    await until(() => world.system.view.problem === undefined, 'belief');

    assert.equal(outcome.result, 'unknown');
    assert.deepEqual(there, []);
    assert.deepEqual(shown, ['127.2.0.1:80 enabled 1']);
    assert.deepEqual([...new Set(seen)], ['lab', 'elsewhere']);
    assert.deepEqual(world.shown('app'), []);
  });

  it('finds a backend that a reload brings, and misses one that it takes away', async () => {
    await begin();

    await world.rig.configure([{ name: 'other' }]);
    await world.rig.reload();
    await until(() => world.drifted().includes('all'), 'drift of everything');

    assert.equal(world.object('other').exists, true);
    assert.throws(() => world.object('app'), /pool\.missing/);
  });

  it('is followed over TCP as over its socket', async () => {
    await begin();
    const follower = await other(world.rig.tcpSocket);

    const outcome = await follower.write(add('app', member('127.2.0.1:80')));
    await world.rig.reload();
    await until(() => follower.drifted().includes('all'), 'drift of everything');

    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(follower.shown('app'), []);
  });

  it('is a problem when others use up its connections, and none when they leave', async () => {
    await begin({ rig: { global: ['stats maxconn 3'] } });
    await world.letGo();
    for (let index = 0; index < 3; index += 1) {
      const socket = connect(world.rig.socket.path);
      socket.on('error', () => undefined).write('prompt\n');
      await new Promise((resolve) => socket.once('data', resolve));
      sockets.push(socket);
    }

    const follower = await other(world.rig.socket, { impatient: true, system: { requestTimeoutMs: 200 } });
    await follower.system.settled(new AbortController().signal);
    const found = follower.system.view.problem;
    for (const socket of sockets.splice(0)) socket.destroy();
    await until(() => follower.system.view.problem === undefined, 'no problem');

    assert.equal(found?.code, 'loadBalancer.unreachable');
    assert.match(found.detail, /stats maxconn/);
  });

  it("says so when it is given the master's socket", async () => {
    await begin();

    const follower = await other(world.rig.masterSocket, {
      impatient: true,
      system: { requestTimeoutMs: 200 },
    });
    await follower.system.settled(new AbortController().signal);

    assert.match(follower.system.view.problem?.detail ?? '', /master/);
  });

  it('leaves no connection behind', async () => {
    await begin();
    const follower = await other(world.rig.socket);
    const count = async (): Promise<number> =>
      (await world.rig.run('show sess')).split('fe=GLOBAL').length - 1;
    const during = await count();

    await follower.letGo();

    await until(async () => (await count()) === during - 1, 'one connection fewer');
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
