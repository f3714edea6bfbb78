import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { PlainClient, testFabric } from '../plain-client.ts';
import { baseFabric, mo } from '../seed.ts';

describe('control of the simulated APIC by HTTP', () => {
  let fabric: Fabric;
  let client: PlainClient;

  beforeEach(async () => {
    fabric = await testFabric();
    client = new PlainClient(fabric);
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  it('seeds, shows and deletes objects without a login', async () => {
    const seeded = await client.post('/lab/seed', baseFabric('shop'));
    const shown = await client.get('/lab/mo/uni/tn-shop/out-calico/rsectx');
    await client.remove('/lab/mo/uni/tn-shop');

    assert.equal(seeded.status, 200);
    assert.match(shown.text, /"tnFvCtxName":"prod"/);
    assert.equal(fabric.get('uni/tn-shop'), undefined);
  });

  it('counts what clients did, and starts again from nothing', async () => {
    await client.login();
    await client.post('/api/mo/uni.json', mo('fvTenant', { name: 'a' }, [mo('fvCtx', { name: 'v' })]));
    await client.post('/api/mo/uni.json', mo('fvTenant', { name: 'a b' }));
    await client.remove('/api/mo/uni/tn-a.json');
    const { lastWrites, ...counts } = fabric.stats();
    await client.post('/lab/stats/reset', '');
    const after = await client.get('/lab/stats');

    assert.deepEqual(
      lastWrites.map(({ method, dn, objects, status }) => [method, dn, objects, status]),
      [
        ['POST', 'uni', 2, 200],
        ['POST', 'uni', 1, 400],
        ['DELETE', 'uni/tn-a', 1, 200],
      ],
    );
    assert.deepEqual(counts, {
      requests: 4,
      reads: 0,
      writes: 2,
      deletes: 1,
      logins: 1,
      appTokens: 0,
      logouts: 0,
      tokenRefreshes: 0,
      subscriptionRefreshes: 0,
      subscribes: 0,
      notifications: 0,
      objectsWritten: 3,
      objectsRead: 0,
      subscriptions: 0,
      sockets: 0,
    });
    assert.match(after.text, /"requests":0/);
  });

  it('sets and clears faults', async () => {
    await client.login();
    await client.post('/lab/faults', { unavailablePage: {} });
    const faulty = await client.get('/api/mo/uni.json');
    await client.remove('/lab/faults');
    const healthy = await client.get('/api/mo/uni.json');

    assert.deepEqual([faulty.status, healthy.status], [503, 200]);
  });

  it('ends sessions and breaks sockets', async () => {
    await client.login();
    const socket = await client.open();
    const closed = new Promise((resolve) => socket.once('close', resolve));

    await client.post('/lab/drop-sockets', '');
    await closed;
    await client.post('/lab/expire-sessions', '');
    const answer = await client.get('/api/mo/uni.json');

    assert.equal(answer.error, '403: Token was invalid (Error: Token timeout)');
  });

  it('moves the clock', async () => {
    const before = fabric.clock.now();

    const answer = await client.post('/lab/clock', { advanceMs: 3_600_000, rate: 60 });

    assert.match(answer.text, /"rate":60/);
    assert.ok(fabric.clock.now() - before >= 3_600_000);
  });

  const bad: readonly [string, 'GET' | 'POST' | 'DELETE', string, string | undefined, RegExp][] = [
    ['a body that is not JSON', 'POST', '/lab/seed', 'x', /not JSON/],
    [
      'an unknown class',
      'POST',
      '/lab/seed',
      '{"fvX":{"attributes":{}}}',
      /unknown managed object class fvX/,
    ],
    [
      'a tree without a place',
      'POST',
      '/lab/seed',
      '{"l3extInstP":{"attributes":{"name":"a"}}}',
      /Can not contain/,
    ],
    [
      'an unknown fault',
      'POST',
      '/lab/faults',
      '{"fire":{}}',
      /unknown fault 'fire'; known: unavailablePage/,
    ],
    [
      'a fault with a wrong number',
      'POST',
      '/lab/faults',
      '{"stall":{"times":"x"}}',
      /times must be a number/,
    ],
    ['a clock that stands still', 'POST', '/lab/clock', '{"rate":0}', /rate must be a number above 0/],
    ['an unknown control', 'GET', '/lab/nonsense', undefined, /no such control; known: POST \/lab\/seed/],
    ['an object that is not there', 'GET', '/lab/mo/uni/tn-x', undefined, /no object uni\/tn-x/],
  ];
  for (const [title, method, path, body, text] of bad) {
    it(`refuses ${title} with 400 and a sentence`, async () => {
      const answer = await client.send(method, path, body);

      assert.equal(answer.status, 400);
      assert.match(answer.text, text);
    });
  }
});
