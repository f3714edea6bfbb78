import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get as request } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import type { Response } from 'supertest';
import { manualClock } from '../model/clock.ts';
import { problemTable } from '../model/problems.ts';
import { podAddress } from '../../test/support/report-world.ts';
import { arrange, shop, web } from './api.fixture.ts';
import { planSchema, statusSchema } from './contract/models.ts';
import { createApi } from './express-api.ts';
import type { ApiOptions } from './express-api.ts';

function get(path: string, over: Partial<ApiOptions> = {}): supertest.Test {
  return supertest(createApi(arrange(over).options)).get(path);
}

function assertProblem(response: Response, code: keyof typeof problemTable): void {
  const body = JSON.parse(response.text) as Record<string, unknown>;
  assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8');
  assert.equal(body['code'], code);
  assert.equal(response.status, problemTable[code].status);
  assert.equal(body['next'], problemTable[code].next);
}

describe('status and plan over HTTP', () => {
  for (const path of ['/api/v1/status', '/api/v1/plan'])
    it(`${path} answers 304 while nothing changed, and 200 once something did`, async () => {
      const { options, status, fabric } = arrange();
      const api = supertest(createApi(options));
      const first = await api.get(path);
      const tag = String(first.headers['etag']);

      const same = await api.get(path).set('If-None-Match', tag);
      status.report(fabric.run({ mappings: [shop] }));
      const changed = await api.get(path).set('If-None-Match', tag);

      assert.deepEqual([first.status, same.status, changed.status], [200, 304, 200]);
    });

  it('answers HEAD without a body', async () => {
    const response = await supertest(createApi(arrange().options)).head('/api/v1/status');

    assert.equal(response.status, 200);
    assert.equal(response.text, undefined);
  });

  it('carries what is wanted, present and held', async () => {
    const { options } = arrange();
    const api = supertest(createApi(options));

    const status = statusSchema.parse((await api.get('/api/v1/status')).body);
    const plan = planSchema.parse((await api.get('/api/v1/plan?limit=1')).body);

    assert.deepEqual(
      status.targets.map(({ wanted, present, state }) => [wanted, present, state]),
      [[1, 0, 'held']],
    );
    assert.equal(plan.mappings[0]?.groups[0]?.hold, 'isolated');
  });
});

describe('bad requests', () => {
  it('are told which parameter is wrong, and what was expected', async () => {
    const response = await get('/api/v1/plan?limit=many');

    assertProblem(response, 'request.invalid');
    assert.match(response.text, /limit: expected a number from 0 to 100000/);
  });

  it('are told of a parameter that does not exist', async () => {
    const response = await get('/api/v1/status?colour=red');

    assertProblem(response, 'request.invalid');
    assert.match(response.text, /colour/);
  });

  for (const address of ['', '10.1', '10.0.0.300', 'fe80::1%25eth0', '%3Cscript%3E'])
    it(`explain refuses ${JSON.stringify(address)} as an address`, async () => {
      assertProblem(await get(`/api/v1/explain?address=${address}`), 'request.invalid');
    });

  it('explain takes an IPv6 address in any spelling', async () => {
    const response = await get('/api/v1/explain?address=FD00:0:0::1');

    assert.equal((response.body as { address: string }).address, 'fd00::1');
  });

  it('get 404 for a target nobody knows', async () => {
    assertProblem(await get('/api/v1/target?key=a%7Cb%7Cc'), 'request.not-found');
  });

  for (const path of ['/nothing', '/api/v1/nothing', '/../../etc/passwd'])
    it(`get 404 for ${path}`, async () => {
      assertProblem(await get(path), 'request.not-found');
    });

  it('get 404 for an address that cannot be decoded', async () => {
    assertProblem(await get('/%E0%A4%A'), 'request.not-found');
  });

  for (const method of ['post', 'put', 'patch', 'delete'] as const)
    it(`${method} is refused where one may only read`, async () => {
      const response = await supertest(createApi(arrange().options))[method]('/api/v1/status').send({});

      assertProblem(response, 'request.method');
      assert.equal(response.headers['allow'], 'GET, HEAD');
    });
});

describe('faults of ours', () => {
  it('are logged, and tell the caller nothing of the inside', async () => {
    const broken = {
      render: () => Promise.reject(new Error('secret path /etc/shadow')),
    };
    const { options, logged } = arrange({ metrics: broken });

    const response = await supertest(createApi(options)).get('/metrics');

    assertProblem(response, 'internal.bug');
    assert.doesNotMatch(response.text, /shadow/);
    assert.deepEqual(logged, ['a request failed']);
  });
});

describe('probes', () => {
  it('readyz answers 503 and says what is waited for', async () => {
    const response = await get('/readyz', {
      ready: () => ({ ready: false, detail: 'cluster prod-a has not been read' }),
    });

    assert.equal(response.status, 503);
    assert.match(response.text, /prod-a has not been read/);
  });

  it('metrics carry held changes by reason, and zeros for what never happened', async () => {
    const response = await get('/metrics');

    assert.match(String(response.headers['content-type']), /^text\/plain/);
    assert.match(response.text, /kubesync_held_changes\{system="dc1",mapping="shop",reason="isolated"\} 1/);
    assert.match(response.text, /kubesync_removals_total\{mapping="shop",explanation="unexplained"\} 0/);
  });
});

describe('the page', () => {
  it('is served at the root, and its hashed files may be kept for ever', async () => {
    const page = await get('/');
    const script = await get('/main-AB.js');

    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(page.headers['cache-control'], 'no-cache');
    assert.match(String(script.headers['cache-control']), /immutable/);
  });

  it('allows nothing inline and nobody to frame it', async () => {
    const policy = String((await get('/')).headers['content-security-policy']);

    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('can be framed by whom the settings name', async () => {
    const response = await get('/', { frameAncestors: () => ["'self'", 'https://apic.example'] });

    assert.match(
      String(response.headers['content-security-policy']),
      /frame-ancestors 'self' https:\/\/apic.example/,
    );
    assert.equal(response.headers['x-frame-options'], undefined);
  });
});

describe('events', () => {
  it('answer polling with what changed since the cursor', async () => {
    const { options, status, fabric } = arrange();
    const api = supertest(createApi(options));
    const { cursor } = (await api.get('/api/v1/events')).body as { cursor: string };

    fabric.hold(web, 'shop', [podAddress(1)]);
    status.report(fabric.run({ mappings: [shop] }));
    const next = (await api.get(`/api/v1/events?after=${cursor}`)).body as {
      complete: boolean;
      targets: { put: unknown[] };
    };

    assert.equal(next.complete, false);
    assert.equal(next.targets.put.length, 1);
  });

  it('stream everything first and then each change, with the cursor as id', async () => {
    const closing = new AbortController();
    const { options, status, fabric } = arrange({ signal: closing.signal });
    const server = createServer(createApi(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const events = readEvents(`http://127.0.0.1:${port}/api/v1/events`, {});
    const first = await events.next();
    fabric.hold(web, 'shop', [podAddress(1)]);
    status.report(fabric.run({ mappings: [shop] }));
    const second = await events.next();
    const resumed = readEvents(`http://127.0.0.1:${port}/api/v1/events`, { 'Last-Event-ID': first.id });
    const third = await resumed.next();
    closing.abort();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');

    assert.deepEqual([first.data.complete, second.data.complete], [true, false]);
    assert.notEqual(first.id, second.id);
    assert.deepEqual(third, second);
    assert.equal(events.headers()['x-accel-buffering'], 'no');
  });

  it('end at once when whoever follows them signs out, and only theirs', async () => {
    const { options, ports } = arrange({ clock: manualClock(0) }, { anonymous: null });
    const server = createServer(createApi(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const follow = async (): Promise<{ session: string; events: ReturnType<typeof readEvents> }> => {
      const { session } = await ports.access.signIn({ username: 'viewer', password: 'viewer-password' }, '');
      const url = `http://127.0.0.1:${port}/api/v1/events`;
      return { session, events: readEvents(url, { Authorization: `Bearer ${session}` }) };
    };
    const [one, other] = [await follow(), await follow()];
    await Promise.all([one.events.next(), other.events.next()]);

    ports.access.signOut({ session: one.session });
    await one.events.ended;

    const others = other.events.ended.then(() => 'ended');
    const turn = new Promise((resolve) => setImmediate(() => resolve('goes on')));
    assert.equal(await Promise.race([others, turn]), 'goes on');
    server.closeAllConnections();
    server.close();
  });

  it('end when whoever follows them may not look any more', async () => {
    const clock = manualClock(0);
    const { options, ports } = arrange({ clock }, { anonymous: null });
    const server = createServer(createApi(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { session } = await ports.access.signIn({ username: 'viewer', password: 'viewer-password' }, '');
    const events = readEvents(`http://127.0.0.1:${port}/api/v1/events`, {
      Authorization: `Bearer ${session}`,
    });

    await events.next();
    ports.access.endSessions();
    await untilEnded(events.ended, clock);
    server.close();
    await once(server, 'close');

    assert.equal(events.headers()['content-type'], 'text/event-stream; charset=utf-8');
  });

  it('tell at once that they come through to whoever comes back to what did not change', async () => {
    const { options } = arrange({ clock: manualClock(0) });
    const server = createServer(createApi(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v1/events`;
    const { id } = await readEvents(url, {}).next();

    const back = await readEvents(`${url}?after=${id}`, {}).next();

    assert.equal(back.name, 'beat');
    server.closeAllConnections();
    server.close();
  });

  it('are refused to whoever has many open, until one of those is closed', async () => {
    const closing = new AbortController();
    const { options } = arrange({ clock: manualClock(0), signal: closing.signal });
    const server = createServer(createApi(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v1/events`;
    const open = Array.from({ length: 20 }, () => readEvents(url, {}));
    await Promise.all(open.map((each) => each.next()));
    const again = () => supertest(server).get('/api/v1/events').set('Accept', 'text/event-stream');

    const response = await again();

    assertProblem(response, 'request.too-many');
    closing.abort();
    await Promise.all(open.map((each) => each.ended));
    assert.equal((await again()).status, 200);
    server.closeAllConnections();
    server.close();
  });

  it('are for who may look', async () => {
    const { options } = arrange({}, { anonymous: null });

    const response = await supertest(createApi(options))
      .get('/api/v1/events')
      .set('Accept', 'text/event-stream');

    assertProblem(response, 'access.unknown');
  });

  it('refuse a bad query before the stream begins', async () => {
    const response = await get(`/api/v1/events?after=${'x'.repeat(100)}`).set('Accept', 'text/event-stream');

    assertProblem(response, 'request.invalid');
  });
});

describe('bodies over HTTP', () => {
  const overHttp = (over: Partial<ApiOptions> = {}): ReturnType<typeof supertest> =>
    supertest(createApi(arrange(over).options));

  it('are taken, and what was done is told', async () => {
    const response = await overHttp().post('/api/v1/pause').send({ paused: true });

    assert.deepEqual(response.body, { done: 'anonymous paused writing' });
  });

  it('that are too large are refused, whether they say so before or not', async () => {
    const text = JSON.stringify({ name: ' '.repeat(6_000_000) });
    const said = await overHttp().post('/api/v1/resync').type('json').send(text);
    const unsaid = overHttp().post('/api/v1/resync').type('json').set('Transfer-Encoding', 'chunked');
    for (let at = 0; at < text.length; at += 65_536) unsaid.write(text.slice(at, at + 65_536));

    assertProblem(said, 'request.too-large');
    assertProblem(await unsaid, 'request.too-large');
  });

  it('that are compressed are refused: they could unfold to any size', async () => {
    const response = await overHttp()
      .post('/api/v1/resync')
      .type('json')
      .set('Content-Encoding', 'gzip')
      .send('{}');

    assertProblem(response, 'request.type');
  });

  it('may come in an envelope, which is always answered by 200', async () => {
    const inner = { method: 'POST', path: '/api/v1/resync', body: { name: 'nothing' } };

    const response = await overHttp().post('/proxy.json').send(inner);
    const got = await overHttp().get('/proxy.json');

    assert.equal(response.status, 200);
    assert.equal((response.body as { status: number }).status, 404);
    assertProblem(got, 'request.method');
  });

  it('carry the headers that proxies add without complaint', async () => {
    const forwarded = { 'X-Forwarded-For': '10.1.1.1, 10.2.2.2', Forwarded: 'for=10.1.1.1' };

    const response = await overHttp().post('/api/v1/pause').set(forwarded).send({ paused: false });

    assert.equal(response.status, 200);
  });
});

interface ReadEvent {
  /** Empty: a difference. */
  readonly name: string;
  readonly id: string;
  readonly data: { readonly complete: boolean };
}

/** Lets time pass until the stream has ended. */
async function untilEnded(ended: Promise<void>, clock: ReturnType<typeof manualClock>): Promise<void> {
  const over = ended.then(() => true);
  const turn = (): Promise<boolean> => new Promise((resolve) => setImmediate(() => resolve(false)));
  while (!(await Promise.race([over, turn()]))) await clock.advance(1000);
}

/** Reads server-sent events as they come; `next` waits for one. */
function readEvents(
  url: string,
  headers: Record<string, string>,
): { next(): Promise<ReadEvent>; headers(): Record<string, unknown>; readonly ended: Promise<void> } {
  let text = '';
  let received: Record<string, unknown> = {};
  const waiting: (() => void)[] = [];
  const end = Promise.withResolvers<undefined>();
  request(url, { headers: { Accept: 'text/event-stream', ...headers } }, (response) => {
    received = response.headers;
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const wake of waiting.splice(0)) wake();
    });
    response.on('error', () => undefined).on('close', () => end.resolve(undefined));
  });
  return {
    headers: () => received,
    ended: end.promise,
    async next() {
      while (!text.includes('\n\n')) await new Promise<void>((resolve) => waiting.push(resolve));
      const end = text.indexOf('\n\n');
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const id = /^id: (.*)$/m.exec(event)?.[1] ?? '';
      const name = /^event: (.*)$/m.exec(event)?.[1] ?? '';
      const data = name === 'beat' ? 'null' : (/^data: (.*)$/m.exec(event)?.[1] ?? 'null');
      return { id, name, data: JSON.parse(data) as ReadEvent['data'] };
    },
  };
}
