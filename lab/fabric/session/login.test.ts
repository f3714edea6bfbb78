import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { PlainClient, testFabric } from '../plain-client.ts';
import { labPeople, peopleOfLab } from '../people.ts';
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

describe('users of the simulated APIC', () => {
  let fabric: Fabric;
  let client: PlainClient;

  beforeEach(async () => {
    fabric = await testFabric();
    fabric.seed(peopleOfLab());
    client = new PlainClient(fabric);
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  const rights: readonly [keyof typeof labPeople, string, string, string][] = [
    ['operator', 'all', 'ops', 'ops'],
    ['viewer', 'all', 'read-all', ''],
    ['outsider', 'k8s', 'tenant-admin', 'tenant-admin'],
  ];
  for (const [kind, name, rolesR, rolesW] of rights)
    it(`tells the roles of the ${kind} at the login and at each refresh`, async () => {
      const { username, password } = labPeople[kind];

      const login = await client.login(username, password);
      const refresh = await client.get('/api/aaaRefresh.json');

      for (const { imdata } of [login, refresh]) {
        assert.equal(imdata[0]?.['aaaLogin']?.attributes['userName'], username);
        assert.deepEqual(
          imdata[0]['aaaLogin'].children?.map((child) => child['aaaUserDomain']?.attributes),
          [{ name, rolesR, rolesW }],
        );
      }
    });

  it('have a session that ends at log-out, and no other', async () => {
    const other = await PlainClient.loggedIn(fabric);
    await client.login(labPeople.viewer.username, labPeople.viewer.password);

    await client.post('/api/aaaLogout.json', { aaaUser: { attributes: { name: 'victor' } } });

    assert.equal((await client.get('/api/aaaRefresh.json')).error, tokenTimeout);
    assert.equal((await other.get('/api/aaaRefresh.json')).status, 200);
    await other.close();
  });
});

describe('tokens of the simulated GUI', () => {
  const body = { aaaUser: { attributes: { name: 'admin', pwd: 'lab-Password1' } } };
  let fabric: Fabric;
  let client: PlainClient;
  let challenge: string;

  beforeEach(async () => {
    fabric = await testFabric();
    client = new PlainClient(fabric);
    const answer = await client.post('/api/aaaLogin.json?gui-token-request=yes', body);
    const { token = '', urlToken = '' } = answer.imdata[0]?.['aaaLogin']?.attributes ?? {};
    client.cookie = `APIC-cookie=${token}`;
    challenge = urlToken;
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  it('come with a challenge, without which they are worth nothing', async () => {
    const without = await client.get('/api/aaaRefresh.json');
    const wrong = await client.get(`/api/aaaRefresh.json?challenge=${challenge}x`);
    const right = await client.get(`/api/aaaRefresh.json?challenge=${challenge}`);

    assert.match(challenge, /^[0-9a-f]{64}$/);
    assert.deepEqual([without.status, wrong.status, right.status], [403, 403, 200]);
    assert.match(wrong.error ?? '', /^403: Token was invalid/);
    assert.equal(right.imdata[0]?.['aaaLogin']?.attributes['urlToken'], challenge);
  });

  it('are taken from headers, as the GUI’s apps send them', async () => {
    const headers = { DevCookie: client.cookie.slice('APIC-cookie='.length), 'APIC-challenge': challenge };
    client.cookie = '';

    const right = await client.get('/api/class/fvTenant.json', headers);
    const wrong = await client.get('/api/class/fvTenant.json', { ...headers, 'APIC-challenge': 'x' });

    assert.deepEqual([right.status, wrong.status], [200, 403]);
  });

  it('that were not asked for with a challenge need none', async () => {
    const answer = await client.login();

    assert.equal(answer.imdata[0]?.['aaaLogin']?.attributes['urlToken'], '');
    assert.equal((await client.get('/api/aaaRefresh.json')).status, 200);
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
