import assert from 'node:assert/strict';
import type { Bigip } from '../bigip.ts';
import { TestClient, testBigip, type Json } from '../test-client.ts';

const list = '/mgmt/tm/ltm/pool/~Common~p/members';
const member = `${list}/~Common~10.0.0.1:80`;
const place = { pool: '/Common/p', member: '10.0.0.1:80' };

describe('monitors and connections of the simulated BIG-IP', () => {
  let bigip: Bigip;
  let client: TestClient;

  beforeEach(async () => {
    bigip = await testBigip({ monitorDelayMs: 5_000, clockRate: 0.001 });
    bigip.device.seed({ pools: [{ name: 'p', monitor: '/Common/http', members: ['10.0.0.1:80'] }] });
    client = await TestClient.loggedIn(bigip);
  });

  afterEach(async () => {
    await client.close();
    await bigip.close();
  });

  async function shown(): Promise<unknown[]> {
    const { json } = await client.get(member);
    return [json['session'], json['state']];
  }

  async function connections(): Promise<unknown> {
    const { json } = await client.get(`${member}/stats`);
    const [entry] = Object.values(json['entries'] as Record<string, { nestedStats: { entries: Json } }>);
    return entry?.nestedStats.entries['serverside.curConns'];
  }

  it('checks a new member for a while before it is up', async () => {
    const first = await shown();
    bigip.clock.advance(5_001);
    const later = await shown();

    assert.deepEqual(first, ['monitor-enabled', 'checking']);
    assert.deepEqual(later, ['monitor-enabled', 'up']);
  });

  it('notices a while later that a member is down', async () => {
    bigip.clock.advance(5_001);
    bigip.device.setHealth('10.0.0.1:80', 'down');
    const first = await shown();
    bigip.clock.advance(5_001);
    const later = await shown();

    assert.deepEqual(first, ['monitor-enabled', 'up']);
    assert.deepEqual(later, ['monitor-enabled', 'down']);
  });

  it('shows what was written of a member that is off, and begins anew when it is back', async () => {
    bigip.clock.advance(5_001);
    await client.patch(member, { session: 'user-disabled' });
    const draining = await shown();
    await client.patch(member, { session: 'user-disabled', state: 'user-down' });
    const offline = await shown();
    await client.patch(member, { session: 'user-enabled', state: 'user-up' });
    const back = await shown();

    assert.deepEqual(draining, ['user-disabled', 'up']);
    assert.deepEqual(offline, ['user-disabled', 'user-down']);
    assert.deepEqual(back, ['monitor-enabled', 'checking']);
  });

  it('checks nobody without a monitor', async () => {
    await client.patch('/mgmt/tm/ltm/pool/~Common~p', { monitor: 'none' });

    assert.deepEqual(await shown(), ['user-enabled', 'unchecked']);
  });

  it('lets connections end by themselves while a member is off, and only then', async () => {
    bigip.device.setConnections(place, 100, 10);
    bigip.clock.advance(60_000);
    const enabled = await connections();
    await client.patch(member, { session: 'user-disabled' });
    bigip.clock.advance(4_000);
    const draining = await connections();
    bigip.clock.advance(60_000);
    const drained = await connections();

    assert.deepEqual(enabled, { value: 100 });
    assert.deepEqual(draining, { value: 60 });
    assert.deepEqual(drained, { value: 0 });
  });

  it('keeps connections of a member that was removed, until they are cut', async () => {
    bigip.device.setConnections(place, 5);
    await client.remove(member);
    const kept = bigip.device.connections(place);
    await client.remove('/mgmt/tm/sys/connection?options=ss-server-addr,10.0.0.1,ss-server-port,80');

    assert.deepEqual([kept, bigip.device.connections(place)], [5, 0]);
  });

  it('drains a member whose node is off', async () => {
    bigip.device.setConnections(place, 10, 1);
    await client.patch('/mgmt/tm/ltm/node/~Common~10.0.0.1', { session: 'user-disabled' });
    bigip.clock.advance(20_000);

    assert.deepEqual(await connections(), { value: 0 });
  });

  it('sums up members in the statistics of their pool and lists all of them', async () => {
    bigip.device.setConnections(place, 7);
    const pool = await client.get('/mgmt/tm/ltm/pool/~Common~p/stats');
    const all = await client.get(`${list}/stats`);

    assert.match(pool.text, /"serverside.curConns":\{"value":7\}/);
    assert.deepEqual(Object.keys(all.json['entries'] as object), [
      'https://localhost/mgmt/tm/ltm/pool/~Common~p/members/~Common~10.0.0.1:80/stats',
    ]);
  });
});
