import assert from 'node:assert/strict';
import { asking, requestOf } from './asking.fixture.ts';
import type { Asking, Question } from './asking.fixture.ts';
import { openEnvelope } from './envelope.ts';

function enveloped(world: Asking, inner: unknown, outer: Question = {}): ReturnType<typeof openEnvelope> {
  return openEnvelope(requestOf('POST', '/proxy.json', { json: inner, ...outer }), world.dispatcher);
}

function codeOf(answer: { readonly body?: unknown }): unknown {
  return (answer.body as { readonly code?: unknown } | null)?.code;
}

describe('requests in an envelope', () => {
  it('are answered as they would be outside', async () => {
    const world = asking();

    const inside = await enveloped(world, { method: 'GET', path: '/api/v1/plan', query: { limit: '1' } });
    const outside = await world.ask('GET', '/api/v1/plan', { query: 'limit=1' });

    assert.equal(inside.status, 200);
    assert.deepEqual(inside.body, outside.json);
    assert.equal(inside.headers['etag'], outside.headers['etag']);
  });

  it('change what they would change outside, on the same conditions', async () => {
    const world = asking();
    const path = '/api/v1/mappings/shop';
    const body = { name: 'shop', to: {} };

    const blind = await enveloped(world, { method: 'PUT', path, body });
    const tag = (await enveloped(world, { method: 'GET', path })).headers['etag'] ?? '';
    const seeing = await enveloped(world, { method: 'PUT', path, body, headers: { 'If-Match': tag } });

    assert.deepEqual([codeOf(blind), seeing.status], ['config.condition', 200]);
    assert.equal(world.ports.audited.at(-1)?.verb, 'save mapping');
  });

  it('know a session by the inner Authorization, and set no cookie', async () => {
    const world = asking({ anonymous: null });
    const body = { username: 'viewer', password: 'viewer-password' };

    const started = await enveloped(world, { method: 'POST', path: '/api/v1/session', body });
    const { session } = started.body as { session: string };
    const headers = { Authorization: `Bearer ${session}` };
    const status = await enveloped(world, { method: 'GET', path: '/api/v1/status', headers });

    assert.equal(status.status, 200);
    assert.equal(started.headers['set-cookie'], undefined);
  });

  it('are refused as outside when another site makes a browser send them', async () => {
    const world = asking({ anonymous: null });
    const { session } = await world.ports.access.signIn(
      { username: 'admin', password: 'admin-password' },
      '',
    );
    const inner = {
      method: 'POST',
      path: '/api/v1/pause',
      body: { paused: true },
      headers: { origin: 'http://sync.example' },
    };
    const ask = (headers: Record<string, string>): ReturnType<typeof openEnvelope> =>
      enveloped(world, inner, { headers: { cookie: `aks_session=${session}`, ...headers } });

    const crossed = await ask({ origin: 'https://evil.example' });
    const own = await ask({ origin: 'http://sync.example' });

    assert.deepEqual([codeOf(crossed), own.status], ['access.origin', 200]);
  });

  it('carry what App Center gives to the page, in the outer headers or the inner ones', async () => {
    const seen: unknown[] = [];
    const base = asking();
    const identify: typeof base.ports.access.identify = (credentials) => {
      seen.push(credentials.appCenter);
      return Promise.resolve(undefined);
    };
    const access = Object.assign(Object.create(base.ports.access) as typeof base.ports.access, { identify });
    const world = asking({}, { access });
    const headers = { devcookie: 'token', 'apic-challenge': 'challenge' };

    await enveloped(world, { method: 'GET', path: '/api/v1/plan' }, { headers });
    await enveloped(world, { method: 'GET', path: '/api/v1/plan', headers });

    const expected = { token: 'token', challenge: 'challenge' };
    assert.deepEqual(seen, [expected, expected]);
  });

  const malformed = [
    ['another method', { method: 'TRACE', path: '/livez' }],
    ['another envelope', { method: 'POST', path: '/proxy.json', body: { method: 'GET', path: '/livez' } }],
    ['an address of another host', { method: 'GET', path: 'http://evil.example/' }],
    ['a header that is no text', { method: 'GET', path: '/livez', headers: { accept: 1 } }],
    ['prototype keys', JSON.parse('{"method":"GET","path":"/livez","query":{"__proto__":"x"}}') as unknown],
    ['nothing', undefined],
  ] as const;

  for (const [what, inner] of malformed)
    it(`are told inside what is wrong with ${what}`, async () => {
      const world = asking();

      const answer = await enveloped(world, inner);

      assert.ok([400, 404].includes(answer.status));
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.deepEqual(world.logged, []);
    });

  it('are no larger than outside', async () => {
    const body = { name: ' '.repeat(2 * 1024 * 1024) };

    const answer = await enveloped(asking(), { method: 'POST', path: '/api/v1/resync', body });

    assert.equal(codeOf(answer), 'request.too-large');
  });

  it('come as JSON, which other sites cannot make a browser send', async () => {
    const answer = await enveloped(
      asking(),
      { method: 'GET', path: '/livez' },
      { headers: { 'content-type': 'text/plain' } },
    );

    assert.equal(codeOf(answer), 'request.type');
  });
});
