import assert from 'node:assert/strict';
import supertest from 'supertest';
import { arrange } from './api.fixture.ts';
import { createApi } from './express-api.ts';
import { defaultLimits } from './dispatch.ts';

const forwarded = {
  'X-Forwarded-For': '203.0.113.66, 198.51.100.7',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'sync.example',
};
const page = { Host: 'inside:8080', Origin: 'https://sync.example' };

function arranged(hops: 1 | false) {
  const limits = { ...defaultLimits, reads: { perSecond: 0.001, burst: 1 } };
  const { options, ports } = arrange({ limits }, { anonymous: null });
  const app = createApi(options);
  app.set('trust proxy', hops);
  const ask = supertest(app);
  const signIn = (headers: Record<string, string>) =>
    ask
      .post('/api/v1/session')
      .set({ ...page, ...headers })
      .send({ username: 'admin', password: 'admin-password' });
  return { ask, ports, signIn };
}

describe('behind a proxy that is believed', () => {
  it('whoever asks is the one that the proxy saw, over the TLS that they spoke', async () => {
    const { ports, signIn } = arranged(1);

    const response = await signIn(forwarded);

    assert.equal(response.status, 200);
    assert.equal(ports.audited[0]?.from, '198.51.100.7');
    assert.match(String(response.headers['set-cookie']), /; Secure/);
  });

  for (const [written, expected] of [
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['198.51.100.7:4711', '198.51.100.7'],
    ['unknown', '127.0.0.1'],
    ['', '127.0.0.1'],
  ] as const)
    it(`takes ${JSON.stringify(written)} for ${expected}`, async () => {
      const { ports, signIn } = arranged(1);

      await signIn({ 'X-Forwarded-For': written });

      assert.equal(ports.audited[0]?.from, expected);
    });

  it('a page is ours under the name that the browser used', async () => {
    const { ask, signIn } = arranged(1);
    const cookie = String((await signIn(forwarded)).headers['set-cookie']).split(';')[0] ?? '';
    const act = (headers: Record<string, string>) =>
      ask
        .post('/api/v1/pause')
        .set({ ...page, ...headers, cookie })
        .send({ paused: true });

    const ours = await act(forwarded);
    const other = await act({ ...forwarded, 'X-Forwarded-Host': 'evil.example' });

    assert.deepEqual([ours.status, other.status], [200, 403]);
  });

  it('paces each by themselves', async () => {
    const { ask } = arranged(1);
    const read = (address: string) => ask.get('/api/v1/session').set('X-Forwarded-For', address);

    const statuses = [await read('198.51.100.7'), await read('198.51.100.7'), await read('198.51.100.8')];

    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 429, 200],
    );
  });
});

describe('where no proxy is believed', () => {
  it('what is said of others is not heard', async () => {
    const { ask, ports, signIn } = arranged(false);

    const response = await signIn(forwarded);
    const cookie = String(response.headers['set-cookie']);
    const act = await ask
      .post('/api/v1/pause')
      .set({ ...page, ...forwarded, cookie: cookie.split(';')[0] ?? '' })
      .send({ paused: true });

    assert.equal(ports.audited[0]?.from, '127.0.0.1');
    assert.doesNotMatch(cookie, /Secure/);
    assert.equal(act.status, 403);
  });

  it('nobody gets another pace by making up addresses', async () => {
    const { ask } = arranged(false);
    const read = (address: string) => ask.get('/api/v1/session').set('X-Forwarded-For', address);

    const statuses = [await read('198.51.100.7'), await read('198.51.100.8')];

    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 429],
    );
  });
});
