import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { PlainClient, testFabric } from '../plain-client.ts';
import { baseFabric, mo } from '../seed.ts';

const tenants = '/api/class/fvTenant.json';

describe('a simulated APIC that misbehaves', () => {
  let fabric: Fabric;
  let client: PlainClient;

  beforeEach(async () => {
    fabric = await testFabric();
    fabric.seed(baseFabric());
    client = await PlainClient.loggedIn(fabric);
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  it('answers with the page of the web server, as often as asked, writes only if asked', async () => {
    fabric.faults.set({ unavailablePage: { times: 1, only: 'writes' } });

    const read = await client.get(tenants);
    const first = await client.post('/api/mo/uni.json', mo('fvTenant', { name: 'a' }));
    const second = await client.post('/api/mo/uni.json', mo('fvTenant', { name: 'a' }));

    assert.deepEqual([read.status, first.status, second.status], [200, 503, 200]);
    assert.match(first.text, /^<html>/);
  });

  it('answers with the text of the APIC', async () => {
    fabric.faults.set({ unavailableJson: { matching: 'fvTenant' } });

    const answer = await client.get(tenants);
    const other = await client.get('/api/class/fvCtx.json');
    fabric.faults.clear();
    const later = await client.get(tenants);

    assert.equal(answer.error, '503: Unable to deliver the message, Resolve timeout');
    assert.deepEqual([other.status, later.status], [200, 200]);
  });

  it('forgets the session', async () => {
    fabric.faults.set({ expiredToken: { times: 1 } });

    const first = await client.get(tenants);
    const second = await client.get(tenants);
    await client.login();
    const third = await client.get(tenants);

    assert.deepEqual(
      [first, second, third].map(({ status }) => status),
      [403, 403, 200],
    );
  });

  it('refuses a good session for a while', async () => {
    fabric.faults.set({ forbidden: { times: 2 } });

    const statuses = [await client.get(tenants), await client.get(tenants), await client.get(tenants)];

    assert.deepEqual(
      statuses.map(({ status }) => status),
      [403, 403, 200],
    );
  });

  it('gives a page that is too short, or empty, and counts as if it were full', async () => {
    fabric.faults.set({ truncatedPage: { times: 1 } });
    const short = await client.get(`${tenants}?page-size=10&page=0`);
    fabric.faults.set({ emptyPage: { times: 1 } });
    const empty = await client.get(tenants);

    assert.deepEqual([short.totalCount, short.imdata.length], ['4', 2]);
    assert.deepEqual([empty.totalCount, empty.imdata.length], ['4', 0]);
  });

  it('applies a write and says that it failed', async () => {
    fabric.faults.set({ applyThenFail: { times: 1 } });

    const answer = await client.post('/api/mo/uni.json', mo('fvTenant', { name: 'a' }));

    assert.equal(answer.status, 503);
    assert.ok(fabric.get('uni/tn-a'));
  });

  for (const fault of ['closed', 'resetMidReply'] as const) {
    it(`breaks the connection: ${fault}`, async () => {
      fabric.faults.set({ [fault]: { times: 1 } });

      await assert.rejects(client.get(tenants));
      const later = await client.get(tenants);

      assert.equal(later.status, 200);
    });
  }

  it('never answers', async () => {
    fabric.faults.set({ stall: { times: 1 } });

    const silent = client.get(tenants).then(
      () => 'answered',
      () => 'broken',
    );
    const other = await client.get(tenants);
    await fabric.close();

    assert.equal(other.status, 200);
    assert.equal(await silent, 'broken');
  });

  it('refuses to refresh a subscription, and has forgotten it', async () => {
    await client.open();
    const { subscriptionId: id = '' } = await client.get(`${tenants}?subscription=yes`);
    fabric.faults.set({ refusedRefresh: { times: 1 } });

    const first = await client.get(`/api/subscriptionRefresh.json?id=${id}`);
    const second = await client.get(`/api/subscriptionRefresh.json?id=${id}`);

    assert.deepEqual([first.status, second.status], [400, 400]);
  });

  it('strikes about as often as its probability says', async () => {
    fabric.faults.set({ unavailableJson: { probability: 0.5 } });

    let failed = 0;
    for (let call = 0; call < 60; call += 1) failed += (await client.get(tenants)).status === 503 ? 1 : 0;

    assert.ok(failed > 10 && failed < 50, String(failed));
  });
});
