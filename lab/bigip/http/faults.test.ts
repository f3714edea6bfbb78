import assert from 'node:assert/strict';
import type { Bigip } from '../bigip.ts';
import type { BigipFaults } from '../faults.ts';
import { TestClient, testBigip } from '../test-client.ts';

const pools = '/mgmt/tm/ltm/pool';
const members = `${pools}/p/members`;

describe('a simulated BIG-IP that misbehaves', () => {
  let bigip: Bigip;
  let client: TestClient;

  beforeEach(async () => {
    bigip = await testBigip();
    bigip.device.seed({ pools: [{ name: 'p', members: ['10.0.0.1:80'] }] });
    client = await TestClient.loggedIn(bigip);
  });

  afterEach(async () => {
    bigip.faults.clear();
    await client.close();
    await bigip.close();
  });

  const replies: readonly [keyof BigipFaults, RegExp, string][] = [
    ['restartingPage', /^503: <html>.*Configuration Utility restarting\.\.\./s, 'text/html'],
    [
      'notRegistered',
      /^404: URI path \/mgmt\/tm\/ltm\/pool\/p not registered\. {2}Please/,
      'application/json',
    ],
    [
      'falseAbsent',
      /^404: 01020036:3: The requested Pool \(\/Common\/p\) was not found\.$/,
      'application/json',
    ],
    ['mcpdLost', /^500: The connection to mcpd has been lost, try again\.$/, 'application/json'],
    ['taskActive', /^503: There is an active asynchronous task executing\.$/, 'application/json'],
    ['unauthorized', /^401: Authorization failed: no user authentication header/, 'application/json'],
    ['tokensLost', /^401: X-F5-Auth-Token does not exist\.$/, 'application/json'],
  ];
  for (const [name, error, type] of replies) {
    it(`answers as asked for: ${name}`, async () => {
      bigip.faults.set({ [name]: { times: 1 } });

      const first = await client.patch(`${pools}/p`, { description: 'x' });
      await client.login();
      const second = await client.patch(`${pools}/p`, { description: 'y' });

      assert.match(first.error ?? '', error);
      assert.ok(first.type.startsWith(type));
      assert.equal(second.status, 200);
    });
  }

  it('applies a write and then answers late with a page of Jetty', async () => {
    bigip.faults.set({ applyThenFail: { times: 1, ms: 20 } });

    const failed = await client.post(members, { name: '10.0.0.2:80' });

    assert.match(failed.error ?? '', /^500: <html>.*AsyncContext timeout/s);
    assert.equal(bigip.device.objects('member', '/Common/p').length, 2);
  });

  it('applies a write and closes the connection', async () => {
    bigip.faults.set({ applyThenClose: { times: 1 } });

    await assert.rejects(client.post(members, { name: '10.0.0.2:80' }));

    assert.equal(bigip.device.objects('member', '/Common/p').length, 2);
  });

  it('closes connections before and within replies, and applies nothing before', async () => {
    bigip.faults.set({ closed: { times: 1, only: 'writes' } });
    await assert.rejects(client.post(members, { name: '10.0.0.2:80' }));
    bigip.faults.set({ resetMidReply: { times: 1 } });
    await assert.rejects(client.get(pools));

    assert.equal(bigip.device.objects('member', '/Common/p').length, 1);
  });

  it('stalls until the faults are cleared', async () => {
    bigip.faults.set({ stall: { times: 1 } });
    const stalled = client.get(pools).then(
      () => 'answered',
      () => 'ended',
    );
    const other = await client.get(pools);

    bigip.faults.clear();

    assert.equal(other.status, 200);
    assert.equal(await stalled, 'ended');
  });

  it('shows a list without what is in it', async () => {
    bigip.faults.set({ emptyCollection: { times: 1, matching: '/members' } });

    const pool = await client.get(pools);
    const empty = await client.get(members);
    const whole = await client.get(members);

    assert.deepEqual([pool.items.length, empty.items.length, whole.items.length], [1, 0, 1]);
  });

  it('shows a member that is not there without an address', async () => {
    bigip.faults.set({ hollowMember: {} });

    const absent = await client.get(`${members}/~Common~10.0.0.9:80`);
    const present = await client.get(`${members}/~Common~10.0.0.1:80`);

    assert.deepEqual([absent.status, absent.json['address']], [200, undefined]);
    assert.equal(present.json['address'], '10.0.0.1');
  });

  it('leaves logins alone unless they are meant', async () => {
    bigip.faults.set({ restartingPage: {} });
    const login = await client.login();
    bigip.faults.set({ restartingPage: { only: 'logins' } });
    const refused = await client.login();

    assert.deepEqual([login.status, refused.status], [200, 503]);
  });
});
