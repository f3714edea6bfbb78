import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { PlainClient, testFabric } from '../plain-client.ts';
import { localUser, mo } from '../seed.ts';

const tokenTimeout = '403: Token was invalid (Error: Token timeout)';

describe('login sessions of the simulated APIC', () => {
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

  it('gives a token in the body and the same one as a cookie', async () => {
    const answer = await client.login();

    const login = answer.imdata[0]?.['aaaLogin'];
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['server'], 'Cisco APIC');
    assert.ok(String(answer.headers['set-cookie']).startsWith(`APIC-cookie=${client.token};`));
    assert.equal(login?.attributes['refreshTimeoutSeconds'], '600');
    assert.equal(login.attributes['version'], '6.0(9c)');
    assert.deepEqual(login.children?.[0]?.['aaaUserDomain']?.attributes, {
      name: 'all',
      rolesR: 'admin',
      rolesW: 'admin',
    });
  });

  it('refuses a wrong password with 401 and code 401', async () => {
    const answer = await client.login('admin', 'wrong');

    assert.equal(answer.status, 401);
    assert.equal(answer.error, '401: User credential is incorrect');
  });

  it('takes the user name of a login domain', async () => {
    const answer = await client.login('apic:LOCAL\\admin');

    assert.equal(answer.status, 200);
  });

  it('refuses a login body of another class', async () => {
    const answer = await client.post('/api/aaaLogin.json', { aaaUsers: { attributes: {} } });

    assert.equal(answer.status, 400);
  });

  it('asks for a cookie when there is none', async () => {
    const answer = await client.get('/api/mo/uni.json');

    assert.equal(answer.status, 403);
    assert.match(answer.error ?? '', /^403: Need a valid webtoken cookie \(named APIC-Cookie\)/);
  });

  it('takes the cookie under any case and among the attributes of Set-Cookie', async () => {
    await client.login();
    client.cookie = `apic-COOKIE=${client.token}; path=/; HttpOnly; Secure`;

    const answer = await client.get('/api/mo/uni.json');

    assert.equal(answer.status, 200);
  });

  for (const method of ['GET', 'POST'] as const) {
    it(`refreshes by ${method} with another token under the root aaaLogin, and still takes the old one`, async () => {
      await client.login();

      const answer = await client.send(method, '/api/aaaRefresh.json');
      const withOld = await client.get('/api/mo/uni.json');

      assert.notEqual(answer.imdata[0]?.['aaaLogin']?.attributes['token'], client.token);
      assert.equal(withOld.status, 200);
    });
  }

  it('tells an expired token from one it never gave', async () => {
    await client.login();
    fabric.clock.advance(601_000);

    const expired = await client.get('/api/mo/uni.json');
    client.cookie = 'APIC-cookie=nonsense';
    const unknown = await client.get('/api/mo/uni.json');

    assert.equal(expired.error, tokenTimeout);
    assert.match(unknown.error ?? '', /^403: Token was invalid \(Error: /);
  });

  it('ends a session after a day however often it was refreshed', async () => {
    await client.login();
    let refreshes = 0;
    for (; refreshes < 200; refreshes += 1) {
      fabric.clock.advance(590_000);
      const refreshed = await client.get('/api/aaaRefresh.json');
      if (refreshed.status !== 200) break;
      client.cookie = `APIC-cookie=${refreshed.imdata[0]?.['aaaLogin']?.attributes['token'] ?? ''}`;
    }

    const answer = await client.get('/api/mo/uni.json');

    assert.equal(answer.error, tokenTimeout);
    assert.equal(refreshes, Math.floor(86_400 / 590));
  });

  it('ends the session at log-out', async () => {
    await client.login();

    const out = await client.post('/api/aaaLogout.json', { aaaUser: { attributes: { name: 'admin' } } });
    const answer = await client.get('/api/mo/uni.json');

    assert.equal(out.status, 200);
    assert.equal(answer.error, tokenTimeout);
  });

  it('lists login domains without a login', async () => {
    const answer = await client.get('/api/aaaListDomains.json');

    assert.equal(answer.status, 200);
  });

  it('lets a user with reading roles read and not write', async () => {
    fabric.seed(localUser('reader', 'secret', 'readPriv'));
    await client.login('reader', 'secret');

    const read = await client.get('/api/class/fvTenant.json');
    const write = await client.post('/api/mo/uni.json', mo('fvTenant', { name: 'a' }));

    assert.equal(read.status, 200);
    assert.equal(write.status, 403);
    assert.equal(fabric.get('uni/tn-a'), undefined);
  });

  it('never shows a password', async () => {
    await client.login();

    const answer = await client.get('/api/class/aaaUser.json');

    assert.equal(answer.text.includes(fabric.password), false);
    assert.equal('pwd' in (answer.imdata[0]?.['aaaUser']?.attributes ?? {}), false);
  });
});

describe('the login throttle of the simulated APIC', () => {
  it('answers the third login within a second with the web server’s page', async () => {
    const fabric = await testFabric({ loginThrottle: true, clockRate: 0.001 });
    const client = new PlainClient(fabric);

    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt += 1) statuses.push(await client.login());
    fabric.clock.advance(1_001);
    const later = await client.login();

    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 200, 503],
    );
    assert.match(statuses[2]?.text ?? '', /<hr><center>Cisco APIC<\/center>/);
    assert.equal(later.status, 200);
    await client.close();
    await fabric.close();
  });
});
