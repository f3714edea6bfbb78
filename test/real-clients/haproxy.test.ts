/**
 * Pools on a real HAProxy: what is written takes effect on traffic, none of which fails, and what HAProxy refuses is told in its own
 * words.
 */
import assert from 'node:assert/strict';
import { get } from 'node:http';
import {
  startMember,
  startTraffic,
  type Member,
  type Traffic,
  type TrafficOptions,
} from '../../lab/haproxy/traffic.ts';
import { shortId } from '../../backend/model/digest.ts';
import type { PoolTarget } from '../../backend/model/mapping.ts';
import type { Outcome } from '../../backend/model/outcome.ts';
import {
  add,
  follow,
  haproxy,
  key,
  mark,
  member,
  remove,
  startWorld,
  systemName,
  until,
  update,
  type Follower,
  type World,
  type WorldOptions,
} from '../../backend/adapters/haproxy/testing/world.ts';
import { lane } from '../support/lane.ts';

function tell(outcome: Outcome): string {
  return outcome.result === 'accepted' ? 'accepted' : `${outcome.problem.code} ${outcome.problem.detail}`;
}

lane('pools on a real HAProxy', haproxy, () => {
  let world: World;
  const members: Member[] = [];
  const flows: Traffic[] = [];

  async function begin(options: WorldOptions = {}): Promise<void> {
    world = await startWorld(options);
  }

  async function pod(address: string, delayMs = 0): Promise<string> {
    const started = await startMember(address, 0, delayMs);
    members.push(started);
    return address.includes(':') ? `[${address}]:${started.port}` : `${address}:${started.port}`;
  }

  function send(options: TrafficOptions): Traffic {
    const traffic = startTraffic(options);
    flows.push(traffic);
    return traffic;
  }

  afterEach(async () => {
    await Promise.all(flows.splice(0).map((each) => each.stop()));
    await world.stop();
    await Promise.all(members.splice(0).map((each) => each.stop()));
  });

  it('adds, drains and removes members under traffic, and no request fails', async () => {
    await begin();
    const names = await Promise.all(['127.1.0.1', '127.1.0.2', '127.1.0.3'].map((each) => pod(each)));
    const [first, second, third] = names.map((each) => member(each));
    await world.write(add('app', first!));
    const traffic = send({ url: world.rig.url('app') });
    const kept = send({ url: world.rig.url('app'), keepAlive: true });

    const added = [await world.write(add('app', second!)), await world.write(add('app', third!))];
    await until(
      () => [second, third].every((each) => (traffic.tally.by[each!.name] ?? 0) > 20),
      'traffic to the new ones',
    );
    const drained = await world.write(update('app', member(names[0]!, { state: 'drain' })));
    await until(async () => {
      await world.refresh('app');
      return world.object('app').items.get(first!.id)?.connections === 0;
    }, 'no connections on what drains');
    // What it answered last may be on its way to whoever asked.
    const before = traffic.tally.answered;
    await until(() => traffic.tally.answered > before + 20, 'the last answers of what drains');
    const answeredBefore = traffic.tally.by[names[0]!];
    traffic.reset();
    await until(() => traffic.tally.answered > 50, 'more traffic');
    const removed = await world.write(remove('app', first!));
    await until(() => traffic.tally.answered > 100, 'more traffic');
    const [tally, keptTally] = [await traffic.stop(), await kept.stop()];

    assert.deepEqual([...added, drained, removed].map(tell), Array(4).fill('accepted'));
    assert.ok((answeredBefore ?? 0) > 0);
    assert.equal(tally.by[names[0]!], undefined);
    assert.deepEqual([tally.failures, keptTally.failures], [{}, {}]);
    assert.deepEqual(world.shown('app'), [`${names[1]!} enabled 1`, `${names[2]!} enabled 1`]);
    assert.equal((await world.rig.servers('app')).length, 2);
  });

  it('removes a member that takes traffic without a failed request', async () => {
    await begin();
    const [stays, goes] = [await pod('127.1.0.1'), await pod('127.1.0.2')];
    await world.write(add('app', member(stays)));
    const traffic = send({ url: world.rig.url('app'), keepAlive: true, clients: 8 });

    for (let round = 0; round < 10; round += 1) {
      await world.write(add('app', member(goes)));
      await until(() => (traffic.tally.by[goes] ?? 0) > round * 10, 'traffic');
      await until(
        async () => tell(await world.write(remove('app', member(goes)))) === 'accepted',
        'its removal',
      );
    }
    const tally = await traffic.stop();

    assert.deepEqual(tally.failures, {});
    assert.ok((tally.by[goes] ?? 0) >= 90);
  });

  it('reaches members by IPv6', async () => {
    await begin();
    const name = await pod('::1');

    const outcome = await world.write(add('app', member(name)));
    const traffic = send({ url: world.rig.url('app') });
    await until(() => traffic.tally.answered > 10, 'traffic');
    const tally = await traffic.stop();
    const distant = await world.write(add('app', member('[2001:db8::1]:8080')));

    assert.deepEqual([outcome, distant].map(tell), ['accepted', 'accepted']);
    assert.deepEqual(tally.failures, {});
    assert.deepEqual(Object.keys(tally.by), [name]);
    const servers = await world.rig.servers('app');
    assert.equal(servers[1]?.name, `aks.7f3a.${shortId('shop')}.2001:db8::1:8080`);
    assert.equal(servers[1].address, '2001:db8::1');
    assert.deepEqual(world.shown('app'), ['[2001:db8::1]:8080 enabled 1', `${name} enabled 1`]);
  });

  it('keeps weights, limits and states, and knows them again after a restart of ours', async () => {
    await begin();
    const limits = { weight: '3', connectionLimit: '50' };
    world.system.watchFor([poolTarget]);
    await world.write(add('app', member('127.1.0.1:80', limits)), add('app', member('127.1.0.2:80', limits)));
    await world.write(
      update('app', member('127.1.0.2:80', { weight: '7', connectionLimit: '60', state: 'drain' })),
    );

    const before = world.object('app');
    await world.letGo();
    const again = await follow(world.rig.socket, { impatient: true });
    again.system.watchFor([poolTarget]);
    await until(() => again.system.view.problem === undefined, 'a first read');
    await again.refresh('app');
    const after = again.object('app');
    await again.letGo();

    const attributes = (object: typeof before): unknown =>
      [...object.items.values()].map((item) => item.attributes);
    assert.deepEqual(attributes(before), [
      { state: 'enabled', weight: '3', connectionLimit: '50' },
      { state: 'drain', weight: '7', connectionLimit: '60' },
    ]);
    assert.deepEqual(attributes(after), attributes(before));
    assert.deepEqual(
      [...after.items.values()].map((item) => item.mark),
      [mark, mark],
    );
    assert.equal([...again.system.view.owned()].length, 1);
  });

  it('leaves servers of others alone, and reports them', async () => {
    const server = await pod('127.1.0.9');
    const others = `aks.0000.${shortId('shop')}.127.1.0.8:80`;
    await begin({
      rig: { backends: [{ name: 'app', lines: [`server static1 ${server} weight 5`] }, { name: 'empty' }] },
    });
    await world.rig.run(`add server app/${others} 127.1.0.8:80 id 500000`);
    const ours = member(await pod('127.1.0.1'));

    await world.write(add('app', ours), remove('app', ours));
    const both = [
      await world.write(remove('app', member(server))),
      await world.write(update('app', member(server))),
    ];
    await until(async () => {
      await world.write(add('app', ours));
      await world.refresh('app');
      return world.object('app').problems.length > 0;
    }, 'what is reported');

    const servers = await world.rig.servers('app');
    assert.deepEqual(
      servers.map(({ name, admin, weight }) => [name.slice(0, 8), admin, weight]),
      [
        ['static1', 0, 5],
        ['aks.0000', 1, 1],
        ['aks.7f3a', 0, 1],
      ],
    );
    assert.deepEqual(both.map(tell), ['accepted', `pool.missing ${server} in app`]);
    assert.deepEqual(
      world.object('app').problems.map(({ code, detail }) => `${code} ${detail}`),
      ['pool.foreign-member app: static1'],
    );
    assert.equal(world.object('app').items.get(member(server).id)?.mark, undefined);
    assert.equal(world.object('empty').items.size, 0);
  });

  it('gives no traffic to members whose health check fails', async () => {
    await begin({ system: { check: 'check inter 20ms rise 1 fall 1' } });
    const [up, down] = [await pod('127.1.0.1'), await pod('127.1.0.2')];
    await members[1]?.stop();

    const outcomes = [await world.write(add('app', member(up))), await world.write(add('app', member(down)))];
    await until(async () => /,DOWN,/.test(await world.rig.run('show stat app 4 -1')), 'a failed check');
    const traffic = send({ url: world.rig.url('app') });
    await until(() => traffic.tally.answered > 30, 'traffic');
    const tally = await traffic.stop();

    assert.deepEqual(outcomes.map(tell), ['accepted', 'accepted']);
    assert.deepEqual(tally.failures, {});
    assert.deepEqual(Object.keys(tally.by), [up]);
    assert.deepEqual(world.shown('app'), [`${up} enabled 1`, `${down} enabled 1`]);
  });

  it('lets a busy member finish, tries nothing else on it, and removes the others', async () => {
    await begin();
    const [busy, idle] = [await pod('127.1.0.1', 400), await pod('127.1.0.2')];
    await world.write(add('app', member(busy)));
    const traffic = send({ url: world.rig.url('app'), clients: 1 });
    await until(
      async () => / 1 \d+ \d+ \d+ /.test(await world.rig.run('show servers conn app')),
      'a request under way',
    );
    await world.write(add('app', member(idle)));

    const outcome = await world.write(remove('app', member(busy)));
    const other = await world.write(remove('app', member('127.1.0.7:80')));
    const during = world.shown('app');
    await until(
      async () => tell(await world.write(remove('app', member(busy)))) === 'accepted',
      'its removal',
    );
    const tally = await traffic.stop();

    assert.match(tell(outcome), /^pool\.member-busy app\/aks\./);
    assert.equal(tell(other), 'accepted');
    assert.deepEqual(during, [`${busy} maint 1`, `${idle} enabled 1`]);
    assert.deepEqual(world.shown('app'), [`${idle} enabled 1`]);
    assert.deepEqual(tally.failures, {});
    assert.ok((tally.by[busy] ?? 0) >= 1);
  });

  it('cuts what is left on a member where that is asked', async () => {
    await begin();
    const name = await pod('127.1.0.1', 60_000);
    await world.write(add('app', member(name)));
    const traffic = send({ url: world.rig.url('app'), clients: 1, pauseMs: 20 });
    await until(async () => (await world.rig.connectionsInUse('app')) === 1, 'a request under way');

    const outcome = await world.write(remove('app', member(name), true));

    assert.equal(tell(outcome), 'accepted');
    assert.deepEqual(await world.rig.servers('app'), []);
    await until(() => traffic.tally.failed > 0, 'a client that was cut off');
  });

  it('tells refusals in the words of HAProxy, each on its own pool', async () => {
    await begin({ rig: { backends: [{ name: 'app' }, { name: 'fixed', balance: 'static-rr' }] } });
    const item = member('127.1.0.1:80');

    const outcomes = [
      await world.write(add('fixed', item)),
      await world.write(add('nowhere', item)),
      await world.write(add('app', member('127.1.0.1:80', { weight: '999' }))),
      await world.write(add('app', item)),
      await world.write(remove('app', member('127.1.0.2:80'))),
    ];

    assert.match(tell(outcomes[0]!), /^pool\.refused fixed\/.*Backend must use a dynamic load balancing/);
    assert.equal(tell(outcomes[1]!), 'pool.missing nowhere');
    assert.match(tell(outcomes[2]!), /^pool\.refused app\/.*weight of server .* is not within 0 and 256/);
    assert.deepEqual(outcomes.slice(3).map(tell), ['accepted', 'accepted']);
    const nowhere = world.system.view.get(key('nowhere'));
    assert.ok('code' in nowhere && nowhere.code === 'pool.missing');
    assert.equal(world.system.view.problem, undefined);
  });

  it('reads with a socket of a lower level, and says which level writing takes', async () => {
    await begin({ rig: { limitedLevel: 'user' } });
    const limited: Follower = await follow(world.rig.limitedSocket);

    const outcome = await limited.write(add('app', member('127.1.0.1:80')));
    await limited.letGo();

    assert.equal(limited.system.level, 'user');
    assert.equal(tell(outcome), 'loadBalancer.forbidden Permission denied');
    assert.deepEqual(await world.rig.servers('app'), []);
  });

  it('notices what others changed on our servers, and repairs it', async () => {
    await begin({ system: { resyncMs: 100 } });
    const name = await pod('127.1.0.1');
    await world.write(add('app', member(name, { weight: '3' })));
    const path = `app/aks.7f3a.${shortId('shop')}.${name}`;

    const seen: string[] = [];
    for (const [command, shown] of [
      [`set server ${path} state maint`, `${name} maint 3`],
      [`set server ${path} weight 9`, `${name} enabled 9`],
      [`set server ${path} addr 127.1.0.99 port 9`, `${name} astray 3`],
    ] as const) {
      world.drifted();
      await world.rig.run(command);
      await until(() => world.drifted().includes('app') && world.shown('app').includes(shown), shown);
      seen.push(tell(await world.write(update('app', member(name, { weight: '3' })))));
    }

    const traffic = send({ url: world.rig.url('app') });
    await until(() => traffic.tally.answered > 10, 'traffic');
    const tally = await traffic.stop();
    assert.deepEqual(seen, ['accepted', 'accepted', 'accepted']);
    assert.deepEqual(Object.keys(tally.by), [name]);
    assert.deepEqual(world.shown('app'), [`${name} enabled 3`]);
  });

  it('tells of a change that it comes across while it looks at other pools', async () => {
    const names = ['a', 'b', 'c', 'd', 'app'];
    await begin({ rig: { backends: names.map((name) => ({ name })) } });
    const item = member('127.1.0.1:80');
    await world.write(add('app', item));
    await world.rig.run(`del server app/x;set server app/aks.7f3a.${shortId('shop')}.127.1.0.1:80 weight 9`);
    for (const name of names.slice(0, 4)) await world.write(update(name, item));
    world.drifted();

    await world.system.refresh(names.slice(0, 4).map(key), new AbortController().signal);

    assert.deepEqual(world.drifted(), ['app']);
    assert.deepEqual(world.shown('app'), ['127.1.0.1:80 enabled 9']);
  });

  it('hands a member from one mapping to another without a failed request', async () => {
    await begin({ system: { resyncMs: 100, mayWrite: () => true } });
    const name = await pod('127.1.0.1', 20);
    await world.write(add('app', member(name)));
    const traffic = send({ url: world.rig.url('app'), keepAlive: true });
    await until(() => traffic.tally.answered > 10, 'traffic');
    const taken = { ...member(name), mark: { ...mark, mapping: shortId('other') } };

    const outcome = await world.write(update('app', taken));
    const shown = world.object('app').items;
    await until(async () => (await world.rig.servers('app')).length === 1, 'the old one gone');
    const tally = await traffic.stop();

    assert.equal(tell(outcome), 'accepted');
    assert.deepEqual(
      [...shown.values()].map((item) => item.mark?.mapping),
      [shortId('other')],
    );
    assert.deepEqual(tally.failures, {});
    assert.match((await world.rig.servers('app'))[0]!.name, new RegExp(shortId('other')));
  });

  it('spreads a consistent hash over everything that it added', async () => {
    await begin({
      rig: { backends: [{ name: 'app', balance: 'hdr(host)', lines: ['hash-type consistent'] }] },
    });
    const names = await Promise.all(Array.from({ length: 4 }, (_, index) => pod(`127.1.0.${index + 1}`)));
    for (const name of names) await world.write(add('app', member(name)));

    const url = new URL(world.rig.url('app'));
    const answered = new Set<string>();
    for (let index = 0; index < 200; index += 1) {
      const response = await rawGet(Number(url.port), `host-${index}`);
      answered.add(response);
    }

    assert.deepEqual([...answered].sort(), [...names].sort());
  });

  it('asks one cheap question a probe when idle, and nothing to refresh what is not in doubt', async () => {
    await begin();
    await world.write(add('app', member('127.1.0.1:80')));
    const { requests, probes, fullReads } = { ...world.system.counters };

    await world.refresh('app');
    await until(() => world.system.counters.probes >= probes + 3, 'three probes');

    const now = world.system.counters;
    assert.equal(now.requests - requests, now.probes - probes);
    assert.equal(now.fullReads, fullReads);
    assert.equal(now.connections, 1);
  });
});

const poolTarget: PoolTarget = {
  kind: 'pool',
  system: systemName,
  name: 'app',
  families: ['ipv4'],
  create: false,
  whenEmpty: 'keep',
  emptyForMs: 0,
  destinations: 'pod',
  readiness: 'ready',
  minHealthy: { share: 0 },
  drain: { forMs: 0, then: 'leave' },
  weights: true,
  partition: '',
  port: { number: 80 },
  monitor: undefined,
  loadBalancingMode: undefined,
  priorityGroup: undefined,
  connectionLimit: 50,
};

function rawGet(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}
