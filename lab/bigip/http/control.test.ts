import assert from 'node:assert/strict';
import type { Bigip } from '../bigip.ts';
import { TestClient, testBigip } from '../test-client.ts';

const members = '/mgmt/tm/ltm/pool/p/members';

describe('control of the simulated BIG-IP by HTTP', () => {
  let bigip: Bigip;
  let client: TestClient;

  beforeEach(async () => {
    bigip = await testBigip({ replyDelayMs: 20 });
    client = new TestClient(bigip);
  });

  afterEach(async () => {
    await client.close();
    await bigip.close();
  });

  it('seeds, shows and removes objects without a login', async () => {
    const seeded = await client.post('/lab/seed', { pools: [{ name: 'p' }] });
    await client.post('/lab/seed', { members: [{ pool: '/Common/p', name: '10.0.0.1:80', ratio: 3 }] });
    const shown = await client.get('/lab/objects?kind=member&pool=/Common/p');
    const removed = await client.post('/lab/remove', {
      kind: 'member',
      pool: '/Common/p',
      path: '/Common/10.0.0.1:80',
    });

    assert.equal(seeded.status, 200);
    assert.match(shown.text, /"ratio":3/);
    assert.deepEqual(removed.json, { removed: true });
    assert.equal(bigip.device.objects('member', '/Common/p').length, 0);
  });

  it('counts what was asked, how much at once, and how often each object was written', async () => {
    bigip.device.seed({ pools: [{ name: 'p' }] });
    await client.login();
    const posts = ['10.0.0.1:80', '10.0.0.2:80'].map((name) => client.post(members, { name }));
    await Promise.all(posts);
    await client.post(members, { name: '10.0.0.1:80' });
    const { lastWrites, ...counts } = bigip.device.stats();
    await client.post('/lab/stats/reset', {});
    const after = await client.get('/lab/stats');

    assert.deepEqual(
      lastWrites.map(({ method, path, status }) => [method, path, status]),
      [
        ['POST', members, 200],
        ['POST', members, 200],
        ['POST', members, 409],
      ],
    );
    assert.deepEqual(counts, {
      requests: 4,
      reads: 0,
      writes: 3,
      logins: 1,
      tokenCalls: 0,
      saves: 0,
      inFlight: 0,
      mostInFlight: 2,
      mostWritesInFlight: 2,
      tokens: 1,
      acceptedByMethod: { POST: 2 },
      acceptedByObject: {
        'node /Common/10.0.0.1': 1,
        'member /Common/p /Common/10.0.0.1:80': 1,
        'node /Common/10.0.0.2': 1,
        'member /Common/p /Common/10.0.0.2:80': 1,
      },
    });
    assert.match(after.text, /"requests":0/);
  });

  it('says whose every commit is', async () => {
    const seen: string[] = [];
    bigip.onCommit(({ by, changes }) =>
      seen.push(...changes.map(({ action, path }) => `${by} ${action} ${path}`)),
    );
    await client.login();

    await client.post('/mgmt/tm/ltm/pool', { name: 'p' });
    await client.post('/mgmt/tm/ltm/pool', { name: 'p' });
    bigip.device.change({ pools: [{ name: 'p', description: 'x' }] });
    bigip.device.remove('pool', '/Common/p');

    assert.deepEqual(seen, [
      'admin created /Common/p',
      'person modified /Common/p',
      'person deleted /Common/p',
    ]);
  });

  it('sets and clears faults, moves the clock, sets health and connections, swaps the box', async () => {
    bigip.device.seed({ pools: [{ name: 'p', members: ['10.0.0.1:80'] }] });
    const place = { pool: '/Common/p', member: '10.0.0.1:80' };

    const answers = [
      await client.post('/lab/faults', { stall: {} }),
      await client.remove('/lab/faults'),
      await client.post('/lab/clock', { rate: 2, advanceMs: 1_000 }),
      await client.post('/lab/health', { where: '10.0.0.1', health: 'down' }),
      await client.post('/lab/connections', { ...place, count: 3 }),
      await client.post('/lab/identity', { machineId: 'another' }),
      await client.post('/lab/as3', { version: '3.50.0', tenants: ['T'] }),
      await client.post('/lab/users', { name: 'u', password: 'p', role: 'guest' }),
      await client.post('/lab/restart-mcpd', { lostMs: 1 }),
      await client.post('/lab/flush-tokens', {}),
    ];

    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(bigip.clock.rate, 2);
    assert.equal(bigip.device.connections(place), 3);
    assert.equal(bigip.device.identity.machineId, 'another');
    assert.ok(bigip.device.object('folder', '/T/app'));
  });

  const bad: readonly [string, string, string, RegExp][] = [
    ['a body that is not JSON', '/lab/seed', 'x', /not JSON/],
    [
      'objects without a place',
      '/lab/seed',
      '{"pools":[{"name":"p","partition":"x"}]}',
      /folder \(\/x\) was not found/,
    ],
    ['an unknown fault', '/lab/faults', '{"fire":{}}', /unknown fault 'fire'; known: restartingPage/],
    ['a clock that stands still', '/lab/clock', '{"rate":0}', /rate/],
    ['an unknown control', '/lab/nonsense', '{}', /no such control; known: POST \/lab\/seed/],
  ];
  for (const [title, path, body, text] of bad) {
    it(`refuses ${title} with 400 and a sentence`, async () => {
      const answer = await client.post(path, body);

      assert.equal(answer.status, 400);
      assert.match(answer.text, text);
    });
  }
});
