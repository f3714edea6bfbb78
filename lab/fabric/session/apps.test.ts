import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { createAppCredentials, type AppCredentials } from '../app-credentials.ts';
import type { Fabric } from '../fabric.ts';
import { PlainClient, testFabric, type Answer } from '../plain-client.ts';
import { mo } from '../seed.ts';

const app = 'Vendor_App';
const dn = `uni/userext/appuser-${app}/usercert-${app}`;
const path = '/api/requestAppToken.json';
const body = JSON.stringify({ aaaAppToken: { attributes: { appName: app } } });

interface Request {
  readonly keyPem: string;
  readonly signed?: string;
  readonly cookies?: Readonly<Record<string, string>>;
}

describe('apps of the simulated APIC', () => {
  let fabric: Fabric;
  let client: PlainClient;
  let credentials: AppCredentials;

  before(async () => {
    credentials = await createAppCredentials(app);
  });

  beforeEach(async () => {
    fabric = await testFabric();
    client = new PlainClient(fabric);
    fabric.apps.install({ app, certificatePem: credentials.certificatePem, version: '1.0' });
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  async function ask({ keyPem, signed = `POST${path}${body}`, cookies }: Request): Promise<Answer> {
    const all = {
      'APIC-Request-Signature': sign('sha256', Buffer.from(signed), keyPem).toString('base64'),
      'APIC-Certificate-Algorithm': 'v1.0',
      'APIC-Certificate-Fingerprint': 'fingerprint',
      'APIC-Certificate-DN': dn,
      ...cookies,
    };
    client.cookie = Object.entries(all)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    return client.post(path, body);
  }

  it('are given a token for their signature, with the roles that they were installed with', async () => {
    fabric.apps.install({
      ...{ app, certificatePem: credentials.certificatePem },
      roles: [{ domain: 'k8s', role: 'nw-svc-admin', privilege: 'writePriv' }],
    });

    const answer = await ask(credentials);
    const login = answer.imdata[0]?.['aaaLogin'];
    client.cookie = `APIC-cookie=${login?.attributes['token'] ?? ''}`;
    const write = await client.post('/api/mo/uni.json', mo('fvTenant', { name: 'a' }));

    assert.equal(answer.status, 200);
    assert.equal(login?.attributes['userName'], app);
    assert.deepEqual(login.children?.[0]?.['aaaUserDomain']?.attributes, {
      name: 'k8s',
      rolesR: 'nw-svc-admin',
      rolesW: 'nw-svc-admin',
    });
    assert.equal(write.status, 200);
  });

  const wrong: readonly [string, Omit<Request, 'keyPem'>][] = [
    ['of another body', { signed: `POST${path}${body} ` }],
    ['of the whole URL', { signed: `POSThttps://apic${path}${body}` }],
    ['of another algorithm', { cookies: { 'APIC-Certificate-Algorithm': 'v2.0' } }],
    ['with another fingerprint', { cookies: { 'APIC-Certificate-Fingerprint': 'x' } }],
    ['of a local user', { cookies: { 'APIC-Certificate-DN': 'uni/userext/user-admin/usercert-admin' } }],
    ['that is none', { cookies: { 'APIC-Request-Signature': 'AAAA' } }],
  ];
  for (const [what, request] of wrong)
    it(`are refused a signature ${what}`, async () => {
      const answer = await ask({ ...credentials, ...request });

      assert.equal(answer.status, 403);
    });

  it('are refused by the key of an installation before, and once they are removed', async () => {
    const renewed = await createAppCredentials(app);
    fabric.apps.install({ app, certificatePem: renewed.certificatePem });

    const before = await ask(credentials);
    const now = await ask(renewed);
    fabric.apps.remove(app);
    const removed = await ask(renewed);

    assert.deepEqual([before.status, now.status, removed.status], [403, 200, 403]);
  });

  it('have an object that says whether they are enabled', () => {
    const dnOfPlugin = `pluginContr/plugin-${app}`;
    fabric.apps.setState(app, 'inactive');

    const disabled = fabric.get(dnOfPlugin);
    fabric.apps.setState(app, 'active');

    assert.equal(disabled?.attributes['pluginSt'], 'inactive');
    assert.equal(disabled.attributes['version'], '1.0');
    assert.equal(fabric.get(dnOfPlugin)?.attributes['pluginSt'], 'active');
  });

  it('have tokens as short as the fabric is told', async () => {
    fabric.setTokenLife({ refreshTimeoutSeconds: 10, maximumLifetimeSeconds: 20 });

    const answer = await ask(credentials);
    const { attributes } = answer.imdata[0]?.['aaaLogin'] ?? { attributes: {} };
    client.cookie = `APIC-cookie=${attributes['token'] ?? ''}`;
    fabric.clock.advance(10_500);
    const late = await client.get('/api/mo/uni.json');

    assert.deepEqual(
      [attributes['refreshTimeoutSeconds'], attributes['maximumLifetimeSeconds'], late.status],
      ['10', '20', 403],
    );
  });
});
