import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Fabric } from '../fabric.ts';
import { PlainClient, testFabric, type Event } from '../plain-client.ts';
import { baseFabric, mo } from '../seed.ts';

const out = 'uni/tn-k8s/out-calico';
const epg = `${out}/instP-shop`;
const subnet = (ip: string, more: Record<string, string> = {}) => mo('l3extSubnet', { ip, ...more });
const shop = (...children: ReturnType<typeof subnet>[]) =>
  mo('l3extInstP', { dn: epg, name: 'shop' }, children);
const isDone = ({ attributes }: Event): boolean => attributes['dn'] === 'uni/tn-done';

describe('notifications of the simulated APIC', () => {
  let fabric: Fabric;
  let client: PlainClient;

  beforeEach(async () => {
    fabric = await testFabric({ leafDelayMs: 3_600_000 });
    fabric.seed(baseFabric());
    client = await PlainClient.loggedIn(fabric);
    await client.open();
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  async function subscribe(query: string, by = client): Promise<string> {
    const answer = await by.get(`/api/${query}${query.includes('?') ? '&' : '?'}subscription=yes`);
    assert.equal(answer.status, 200, answer.text);
    return answer.subscriptionId ?? '';
  }

  /** Everything that arrives before a last, known notification. */
  async function untilDone(): Promise<Event[]> {
    fabric.seed(mo('fvTenant', { name: 'done' }));
    await client.event(isDone);
    return client.events.slice(0, client.events.findIndex(isDone));
  }

  const summary = ({ className, attributes }: Event): string => `${attributes['status'] ?? ''} ${className}`;

  it('are refused without an open socket', async () => {
    const other = await PlainClient.loggedIn(fabric);

    const answer = await other.get('/api/class/fvTenant.json?subscription=yes');

    assert.deepEqual([answer.status, answer.error], [405, '405: unable to locate opened web socket']);
    await other.close();
  });

  it('carry ids beyond what a number can hold, all that match, in one frame', async () => {
    const byClass = await subscribe('class/fvTenant.json');
    const byDn = await subscribe('mo/uni.json?query-target=subtree&target-subtree-class=fvTenant');

    fabric.seed(mo('fvTenant', { name: 'a' }));
    const event = await client.event(({ className }) => className === 'fvTenant');

    assert.ok(BigInt(byClass) > BigInt(Number.MAX_SAFE_INTEGER));
    assert.deepEqual(event.ids, [byClass, byDn]);
  });

  it('show a new object whole, a changed one by its changes, a deleted one by name', async () => {
    await subscribe('class/fvTenant.json');
    await subscribe('class/l3extInstP.json');

    await client.post(`/api/mo/${epg}.json`, mo('l3extInstP', {}));
    await client.post(`/api/mo/${epg}.json`, mo('l3extInstP', { descr: 'x', prio: 'level1' }));
    await client.post(`/api/mo/${epg}.json`, mo('l3extInstP', { descr: 'x' }));
    await client.remove(`/api/mo/${epg}.json`);
    const [created, modified, deleted, ...more] = await untilDone();

    assert.equal(created?.attributes['status'], 'created');
    assert.equal(created.attributes['pcEnfPref'], 'unenforced');
    assert.equal(created.attributes['rn'], '');
    const { modTs, ...changes } = modified?.attributes ?? {};
    assert.ok(modTs);
    assert.deepEqual(changes, {
      childAction: '',
      descr: 'x',
      dn: epg,
      prio: 'level1',
      rn: '',
      status: 'modified',
    });
    assert.deepEqual(Object.keys(deleted?.attributes ?? {}).sort(), [
      'childAction',
      'dn',
      'modTs',
      'rn',
      'status',
    ]);
    assert.equal(deleted?.attributes['status'], 'deleted');
    assert.deepEqual(more, []);
  });

  it('come one for each object of a tree, made or deleted', async () => {
    await subscribe(`mo/${out}.json?query-target=subtree`);
    await subscribe('class/fvTenant.json');

    fabric.seed(shop(subnet('10.0.0.1/32'), subnet('10.0.0.2/32')));
    fabric.remove(epg);
    const events = await untilDone();

    const counts = Object.groupBy(events, summary);
    assert.deepEqual(
      Object.entries(counts).map(([name, list]) => [name, list?.length]),
      [
        ['created l3extInstP', 1],
        ['created fvRsCustQosPol', 1],
        ['created l3extSubnet', 2],
        ['deleted l3extSubnet', 2],
        ['deleted fvRsCustQosPol', 1],
        ['deleted l3extInstP', 1],
      ],
    );
  });

  it('obey the filter of the subscription', async () => {
    await subscribe(
      'class/l3extSubnet.json?query-target-filter=eq(l3extSubnet.annotation,"orchestrator:us")',
    );
    await subscribe('class/fvTenant.json');

    fabric.seed(shop(subnet('10.0.0.1/32'), subnet('10.0.0.2/32', { annotation: 'orchestrator:us' })));
    const events = await untilDone();

    assert.deepEqual(
      events.map(({ attributes }) => attributes['ip']),
      ['10.0.0.2/32'],
    );
  });

  it('reach the socket of the own session only', async () => {
    const other = await PlainClient.loggedIn(fabric);
    await other.open();
    await subscribe('class/fvCtx.json', other);
    await subscribe('class/fvTenant.json');

    fabric.seed(mo('fvCtx', { dn: 'uni/tn-k8s/ctx-new', name: 'new' }));
    const [events, theirs] = [await untilDone(), await other.event(() => true)];

    assert.deepEqual(events, []);
    assert.equal(theirs.className, 'fvCtx');
    await other.close();
  });

  it('reach nobody who subscribed with two cookies', async () => {
    const cookie = client.cookie;
    client.cookie = `${cookie}; ${cookie}`;
    await subscribe('class/fvCtx.json');
    client.cookie = cookie;
    await subscribe('class/fvTenant.json');

    fabric.seed(mo('fvCtx', { dn: 'uni/tn-k8s/ctx-new', name: 'new' }));

    assert.deepEqual(await untilDone(), []);
  });

  it('go on while the subscription is refreshed, and end a while after it was not', async () => {
    const id = await subscribe('class/fvCtx.json');
    const refresh = (text: string) => client.get(`/api/subscriptionRefresh.json?id=${text}`);
    fabric.clock.advance(50_000);
    const inTime = await refresh(`${id}garbage`);
    fabric.clock.advance(50_000);
    const still = await refresh(id);
    fabric.clock.advance(61_000);
    const late = await refresh(id);

    assert.deepEqual([inTime.text, still.status], ['{"totalCount":"0","imdata":[]}', 200]);
    assert.deepEqual([late.status, late.error], [400, '400: Subscription refresh timeout']);
    assert.equal(fabric.stats().subscriptions, 0);
  });

  it('live as long as the subscriber asked', async () => {
    const id = await subscribe('class/fvCtx.json?refresh-timeout=300');
    fabric.clock.advance(299_000);

    const answer = await client.get(`/api/subscriptionRefresh.json?id=${id}`);

    assert.equal(answer.status, 200);
  });

  it('survive a refresh of the token, and end with the session', async () => {
    await subscribe('class/fvTenant.json');
    await client.get('/api/aaaRefresh.json');
    await untilDone();
    const closed = once(client.socket!, 'close');

    await client.post('/api/aaaLogout.json', { aaaUser: { attributes: { name: 'admin' } } });

    await closed;
    assert.equal(fabric.stats().subscriptions, 0);
  });

  it('need a token that is known for the socket', async () => {
    const stranger = new PlainClient(fabric);
    stranger.token = 'nonsense';

    await assert.rejects(stranger.open(), /403/);
    await stranger.close();
  });

  describe('when they misbehave', () => {
    beforeEach(async () => {
      await subscribe('class/l3extSubnet.json');
      await subscribe('class/fvTenant.json');
    });

    const prefixes = (events: readonly Event[]): (string | undefined)[] =>
      events.map(({ attributes }) => attributes['ip']);

    it('get lost', async () => {
      fabric.faults.set({ notificationsLost: { times: 1 } });
      fabric.seed(shop(subnet('10.0.0.1/32'), subnet('10.0.0.2/32')));

      assert.deepEqual(prefixes(await untilDone()), ['10.0.0.2/32']);
    });

    it('come twice', async () => {
      fabric.faults.set({ notificationsDoubled: { times: 1 } });
      fabric.seed(shop(subnet('10.0.0.1/32')));

      assert.deepEqual(prefixes(await untilDone()), ['10.0.0.1/32', '10.0.0.1/32']);
    });

    it('come in another order', async () => {
      fabric.faults.set({ notificationsReordered: { times: 1 } });
      fabric.seed(shop(subnet('10.0.0.1/32'), subnet('10.0.0.2/32')));

      assert.deepEqual(prefixes(await untilDone()), ['10.0.0.2/32', '10.0.0.1/32']);
    });

    it('come late', async () => {
      fabric.faults.set({ notificationsLate: { times: 1, ms: 100_000 } });
      fabric.seed(shop(subnet('10.0.0.1/32')));
      const before = prefixes(await untilDone());
      fabric.clock.advance(100_000);

      assert.deepEqual(before, []);
      await client.event(({ attributes }) => attributes['ip'] === '10.0.0.1/32');
    });

    it('break the socket', async () => {
      const closed = once(client.socket!, 'close');
      fabric.faults.set({ dropSocket: { times: 1 } });

      fabric.seed(shop(subnet('10.0.0.1/32')));

      await closed;
    });
  });
});
