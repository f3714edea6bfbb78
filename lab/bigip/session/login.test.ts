import assert from 'node:assert/strict';
import type { Bigip } from '../bigip.ts';
import { TestClient, testBigip } from '../test-client.ts';

const pools = '/mgmt/tm/ltm/pool';

describe('logins to the simulated BIG-IP', () => {
  let bigip: Bigip;
  let client: TestClient;

  beforeEach(async () => {
    bigip = await testBigip({ clockRate: 0.001 });
    client = new TestClient(bigip);
  });

  afterEach(async () => {
    await client.close();
    await bigip.close();
  });

  it('gives a token of 20 minutes that use does not extend', async () => {
    const login = await client.login();
    bigip.clock.advance(1_190_000);
    const used = await client.get(pools);
    bigip.clock.advance(20_000);
    const late = await client.get(pools);

    const { token, timeout } = login.json['token'] as Record<string, unknown>;
    assert.match(String(token), /^[A-Z2-7]{26}$/);
    assert.equal(timeout, 1200);
    assert.equal(used.status, 200);
    assert.equal(late.error, '401: X-F5-Auth-Token has expired.');
  });

  it('extends a token, up to ten hours', async () => {
    await client.login();
    const path = `/mgmt/shared/authz/tokens/${client.token}`;

    const extended = await client.patch(path, { timeout: 36_000 });
    bigip.clock.advance(35_000_000);
    const later = await client.get(pools);
    const tooLong = await client.patch(path, { timeout: 36_001 });

    assert.equal(extended.json['timeout'], 36_000);
    assert.equal(later.status, 200);
    assert.equal(tooLong.error, '406: Auth-token absolute timeout (36000 seconds) exceeded');
  });

  it('ends a token at log-out', async () => {
    await client.login();

    const out = await client.remove(`/mgmt/shared/authz/tokens/${client.token}`);
    const after = await client.get(pools);

    assert.equal(out.status, 200);
    assert.equal(after.error, '401: X-F5-Auth-Token does not exist.');
  });

  it('refuses a wrong password in the words of restjavad, and does not repeat it', async () => {
    const refused = await client.login('admin', 'guess');

    assert.equal(refused.error, '401: Authentication failed.');
    assert.equal(refused.json['kind'], ':resterrorresponse');
    assert.equal(refused.text.includes('guess'), false);
  });

  it('refuses who shows neither token nor password', async () => {
    const refused = await client.get(pools);

    assert.match(
      refused.error ?? '',
      /^401: Authorization failed: no user authentication header or token detected. Uri:http:\/\/localhost:8100\/mgmt\/tm\/ltm\/pool /,
    );
  });

  it('takes Basic authentication', async () => {
    const credentials = Buffer.from(`${bigip.username}:${bigip.password}`).toString('base64');
    client.headers = { authorization: `Basic ${credentials}` };

    const answer = await client.get(pools);

    assert.equal(answer.status, 200);
  });

  it('gives a user 100 tokens, and admin as many as it asks for', async () => {
    bigip.device.addUser({ name: 'kube', password: 'secret', role: 'manager' });

    const statuses = new Set<number>();
    for (let login = 0; login < 100; login += 1) statuses.add((await client.login('kube', 'secret')).status);
    const refused = await client.login('kube', 'secret');
    for (let login = 0; login < 101; login += 1) statuses.add((await client.login()).status);

    assert.deepEqual([...statuses], [200]);
    assert.equal(refused.error, '400: user kube has reached maximum active login tokens');
  });

  it('lets nobody touch the token of another', async () => {
    bigip.device.addUser({ name: 'kube', password: 'secret', role: 'manager' });
    await client.login();
    const { token } = client;
    await client.login('kube', 'secret');

    const refused = await client.remove(`/mgmt/shared/authz/tokens/${token}`);

    assert.equal(refused.status, 400);
  });

  it('lets guests read, operators turn members on and off, managers work in their partitions', async () => {
    bigip.device.seed({
      partitions: [{ name: 'k8s' }],
      pools: [{ name: 'p', partition: 'k8s', members: ['10.0.0.1:80'] }, { name: 'q' }],
    });
    bigip.device.addUser({ name: 'guest', password: 'x', role: 'guest' });
    bigip.device.addUser({ name: 'operator', password: 'x', role: 'operator' });
    bigip.device.addUser({ name: 'manager', password: 'x', role: 'manager', partitions: ['k8s'] });
    const member = `${pools}/~k8s~p/members/~k8s~10.0.0.1:80`;
    const off = { session: 'user-disabled' };

    await client.login('guest', 'x');
    const byGuest = [await client.get(member), await client.patch(member, off)];
    await client.login('operator', 'x');
    const byOperator = [await client.patch(member, off), await client.patch(member, { ratio: 2 })];
    await client.login('manager', 'x');
    const byManager = [
      await client.patch(member, { ratio: 2 }),
      await client.patch(`${pools}/q`, { minUpMembers: 1 }),
    ];

    const statuses = [byGuest, byOperator, byManager].map((answers) => answers.map(({ status }) => status));
    assert.deepEqual(statuses, [
      [200, 403],
      [200, 403],
      [200, 403],
    ]);
  });
});
