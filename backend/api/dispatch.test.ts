import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { ProblemError } from '../model/problems.ts';
import { asking, bearer } from './asking.fixture.ts';
import { defaultLimits } from './dispatch.ts';

const shop = '/api/v1/mappings/shop';
const entry = { name: 'shop', to: {}, mode: 'report' };

describe('finding what is asked for', () => {
  it('says what can be done at a path where something else was tried', async () => {
    const reply = await asking().ask('POST', shop);

    assert.deepEqual([reply.code, reply.headers['allow']], ['request.method', 'DELETE, GET, HEAD, PUT']);
  });

  it('says that there is nothing, whoever asks', async () => {
    assert.equal((await asking({ anonymous: null }).ask('GET', '/api/v1/nothing')).code, 'request.not-found');
  });

  it('tells a mapping called preview from the preview of a mapping', async () => {
    const { ask } = asking();
    const written = { ...entry, name: 'preview' };

    const made = await ask('PUT', '/api/v1/mappings/preview', {
      json: written,
      headers: { 'if-none-match': '*' },
    });
    const previewed = await ask('POST', '/api/v1/mappings/preview', { json: { mapping: written } });

    assert.deepEqual([made.status, made.json['name']], [200, 'preview']);
    assert.ok('cutOff' in previewed.json);
  });
});

describe('who may ask', () => {
  const { ports, ask } = asking({ anonymous: null });
  const cases = [
    [undefined, 'GET', '/api/v1/status', 'access.unknown'],
    ['wrong', 'GET', '/api/v1/status', 'access.unknown'],
    [ports.access.bearers.viewer, 'GET', '/api/v1/status', undefined],
    [ports.access.bearers.viewer, 'POST', '/api/v1/resync', 'access.role'],
    [ports.access.bearers.operator, 'POST', '/api/v1/resync', undefined],
    [ports.access.bearers.operator, 'PUT', shop, 'access.role'],
    [ports.access.bearers.admin, 'PUT', shop, 'config.condition'],
  ] as const;

  for (const [token, method, path, code] of cases)
    it(`${method} ${path} with ${token ?? 'nothing'}: ${code ?? 'done'}`, async () => {
      const json = method === 'PUT' ? entry : { name: 'dc1' };

      const reply = await ask(method, path, { json, headers: token === undefined ? {} : bearer(token) });

      assert.equal(reply.code, code);
    });

  it('says which role it takes, and that credentials are asked for', async () => {
    const role = await ask('POST', '/api/v1/resync', { headers: bearer(ports.access.bearers.viewer) });
    const unknown = await ask('GET', '/api/v1/status');

    assert.match(String(role.json['detail']), /operator/);
    assert.equal(unknown.headers['www-authenticate'], 'Bearer');
  });

  it('reads nothing of a body before its sender may send it', async () => {
    const reply = await ask('PUT', '/api/v1/configuration', { text: '{"text": ' });

    assert.equal(reply.code, 'access.unknown');
  });

  it('signs in, sets a cookie that scripts and other sites cannot use, and knows it', async () => {
    const json = { username: 'operator', password: 'operator-password' };

    const started = await ask('POST', '/api/v1/session', { json, tls: true });
    const cookie = String(started.headers['set-cookie']);
    const who = await ask('GET', '/api/v1/session', { headers: { cookie: cookie.split(';')[0] ?? '' } });

    assert.match(cookie, /^aks_session=\S+; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    assert.deepEqual(who.json['person'], { name: 'operator', role: 'operator', via: 'local' });
    assert.equal(who.json['endsAt'], started.json['endsAt']);
    assert.equal(who.headers['cache-control'], 'no-store');
  });

  it('takes the cookie back when the session ends', async () => {
    const reply = await ask('DELETE', '/api/v1/session');

    assert.match(String(reply.headers['set-cookie']), /^aks_session=; .*Max-Age=0$/);
  });
});

describe('requests that other sites make a browser send', () => {
  const known = async (): Promise<ReturnType<typeof asking> & { readonly cookie: string }> => {
    const world = asking({ anonymous: null });
    const { session } = await world.ports.access.signIn(
      { username: 'admin', password: 'admin-password' },
      '',
    );
    return { ...world, cookie: `aks_session=${session}` };
  };
  const cases = [
    [{}, 'access.origin'],
    [{ origin: 'https://evil.example' }, 'access.origin'],
    [{ origin: 'null' }, 'access.origin'],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://sync.example' }, 'access.origin'],
    [{ 'sec-fetch-site': 'same-site' }, 'access.origin'],
    [{ 'sec-fetch-site': 'same-origin' }, undefined],
    [{ origin: 'https://sync.example' }, undefined],
    [{ origin: 'https://apic.example', host: 'APIC.example' }, undefined],
    [{ origin: 'https://apic.example', 'x-forwarded-host': 'apic.example' }, 'access.origin'],
  ] as const;

  for (const [headers, code] of cases)
    it(`with the cookie and ${JSON.stringify(headers)}: ${code ?? 'done'}`, async () => {
      const { ask, cookie } = await known();

      const reply = await ask('POST', '/api/v1/pause', {
        json: { paused: true },
        headers: { cookie, ...headers },
      });

      assert.equal(reply.code, code);
    });

  it('are no danger where credentials are in a header, nor where nothing changes', async () => {
    const { ask, cookie, ports } = await known();
    const token = bearer(ports.access.bearers.admin);

    const act = await ask('POST', '/api/v1/pause', { json: { paused: true }, headers: { cookie, ...token } });
    const read = await ask('GET', '/api/v1/status', { headers: { cookie, origin: 'https://evil.example' } });

    assert.deepEqual([act.status, read.status], [200, 200]);
  });

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    '',
    'application/json; charset=latin1',
  ])
    it(`never have the type ${JSON.stringify(type)}, also where nobody signs in and no body is sent`, async () => {
      const { ask, ports } = asking();

      const reply = await ask('POST', '/api/v1/configuration/rotate-key', {
        headers: { 'content-type': type },
      });

      assert.equal(reply.code, 'request.type');
      assert.equal(ports.audited[0]?.result, 'request.type');
    });
});

describe('what is sent', () => {
  const invalid = [
    ['not JSON', '{"name": }'],
    ['deep', `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['with a prototype', '{"name":"dc1","__proto__":{"role":"admin"}}'],
    ['with a constructor', '{"name":{"constructor":{}}}'],
    ['with NUL', '{"name":"dc1\\u0000"}'],
    ['half a character', '{"name":"\\ud800"}'],
    ['no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['another type', '{"name":7}'],
    ['more than expected', '{"name":"dc1","colour":"red"}'],
    ['nothing', ''],
    ['null', 'null'],
  ] as const;

  for (const [what, text] of invalid)
    it(`is refused when it is ${what}`, async () => {
      assert.equal((await asking().ask('POST', '/api/v1/resync', { text })).code, 'request.invalid');
    });

  it('is told field by field where it does not fit', async () => {
    const { json } = await asking().ask('POST', '/api/v1/tokens', {
      json: { name: 'a b', role: 'root', days: 0 },
    });

    assert.deepEqual(
      (json['faults'] as { path: string; found: string }[]).map(({ path, found }) => `${path}: ${found}`),
      ['name: "a b"', 'role: "root"', 'days: 0'],
    );
  });

  it('is never told back where it may be a secret', async () => {
    const { json } = await asking().ask('POST', '/api/v1/session/claim', {
      json: { code: { hunter2: 1 }, username: 'admin', password: 'hunter2' },
    });

    assert.doesNotMatch(JSON.stringify(json), /hunter2/);
    assert.equal((json['faults'] as unknown[]).length, 2);
  });

  it('may be 1 MB, and 8 MB of configuration', async () => {
    const { ask } = asking();
    const text = ' '.repeat(2 * 1024 * 1024);

    const small = await ask('POST', '/api/v1/resync', { json: { name: text } });
    const large = await ask('POST', '/api/v1/configuration/preview', { json: { text } });

    assert.equal(small.code, 'request.too-large');
    assert.notEqual(large.code, 'request.too-large');
  });

  for (const query of ['search=%00', 'mapping=a%00b'])
    it(`is refused when a parameter carries what no text should: ${query}`, async () => {
      assert.equal((await asking().ask('GET', '/api/v1/history', { query })).code, 'request.invalid');
    });

  it('is refused when a parameter comes twice', async () => {
    assert.equal(
      (await asking().ask('GET', '/api/v1/plan', { query: 'limit=1&limit=2' })).code,
      'request.invalid',
    );
  });

  for (const name of ['__proto__', 'constructor', 'toString'])
    it(`is refused when a parameter is called ${name}`, async () => {
      assert.equal(
        (await asking().ask('GET', '/api/v1/status', { query: `${name}=1` })).code,
        'request.invalid',
      );
    });
});

describe('conditions', () => {
  it('keep one admin from undoing what another did', async () => {
    const { ask } = asking();
    const tag = String((await ask('GET', shop)).headers['etag']);

    const first = await ask('PUT', shop, { json: { ...entry, mode: 'full' }, headers: { 'if-match': tag } });
    const second = await ask('PUT', shop, { json: entry, headers: { 'if-match': tag } });

    assert.deepEqual([first.status, second.code], [200, 'config.changed']);
    assert.notEqual(first.headers['etag'], tag);
  });

  for (const headers of [
    { 'if-match': 'bare' },
    { 'if-match': '"a", "b"' },
    { 'if-none-match': '"a"' },
    { 'if-match': '"a"', 'if-none-match': '*' },
  ])
    it(`are understood or refused: ${JSON.stringify(headers)}`, async () => {
      assert.equal((await asking().ask('PUT', shop, { json: entry, headers })).code, 'request.invalid');
    });

  it('are asked for before whoever keeps the document is', async () => {
    let asked = 0;
    const { ports } = asking();
    const careless = Object.create(ports.configuration) as typeof ports.configuration;
    careless.remove = () => Promise.resolve(void (asked += 1));
    const { ask } = asking({}, { configuration: careless });

    const blind = await ask('DELETE', shop);
    await ask('DELETE', shop, { headers: { 'if-match': '"any"' } });

    assert.deepEqual([blind.code, asked], ['config.condition', 1]);
  });

  it('spare who has it already from reading it again', async () => {
    const { ask } = asking();
    const tag = String((await ask('GET', shop)).headers['etag']);

    const reply = await ask('GET', shop, { headers: { 'if-none-match': `"other", W/${tag}` } });

    assert.deepEqual([reply.status, reply.body, reply.headers['etag']], [304, undefined, tag]);
  });
});

describe('what is taken down', () => {
  it('is every act, with who, from where, on what, and how it ended', async () => {
    const { ask, ports } = asking({ anonymous: null, now: () => 7 }, { clock: manualClock(7) });
    const headers = bearer(ports.access.bearers.operator);

    await ask('POST', '/api/v1/approve', { json: { mapping: 'shop', fingerprint: 'f1' }, headers });
    await ask('POST', '/api/v1/approve', { json: { mapping: 'none' }, headers });
    await ask('PUT', shop, { json: entry, headers });
    await ask('GET', '/api/v1/status', { headers });

    const who = { at: 7, person: 'token operator', via: 'token', from: '10.9.0.1' };
    assert.deepEqual(ports.audited, [
      { ...who, verb: 'approve', object: 'mapping shop', result: 'done', detail: 'f1' },
      {
        ...who,
        verb: 'approve',
        object: 'mapping none',
        result: 'request.not-found',
        detail: 'the first plan',
      },
      { ...who, verb: 'save mapping', object: 'shop', result: 'access.role', detail: '' },
    ]);
  });

  it('names whoever tries to sign in, on one line and cut, and never the password', async () => {
    const { ask, ports } = asking({ anonymous: null });
    const username = `eve\n2026 root did it${'x'.repeat(100)}`;

    await ask('POST', '/api/v1/session', { json: { username, password: 'guess-1' } });
    await ask('POST', '/api/v1/session', {
      json: { fabric: 'dc1', username: 'alice', password: 'alice-password' },
    });

    const [failed, signedIn] = ports.audited;
    assert.deepEqual([failed?.result, failed?.via, failed?.person.length], ['access.denied', 'local', 64]);
    assert.ok(failed?.person.startsWith('eve\u{fffd}2026'));
    assert.deepEqual([signedIn?.result, signedIn?.person, signedIn?.via], ['done', 'alice (dc1)', 'apic']);
    assert.doesNotMatch(JSON.stringify(ports.audited), /guess-1|alice-password/);
  });
});

describe('the pace', () => {
  const limits = {
    ...defaultLimits,
    signIn: { perSecond: 1, burst: 2 },
    personActs: { perSecond: 1, burst: 3 },
  };
  const wrong = { json: { username: 'admin', password: 'guess' } };

  it('of guessing passwords is slow for one peer, and says how long to wait', async () => {
    const clock = manualClock(0);
    const { ask, ports } = asking({}, { limits, clock });
    const guess = async (from: string): Promise<unknown> =>
      (await ask('POST', '/api/v1/session', { ...wrong, from })).code;

    const codes = [await guess('10.0.0.1'), await guess('10.0.0.1')];
    const third = await ask('POST', '/api/v1/session', { ...wrong, from: '10.0.0.1' });
    const other = await guess('10.0.0.2');
    await clock.advance(1000);
    const later = await guess('10.0.0.1');

    assert.deepEqual(
      [...codes, third.code, other, later],
      ['access.denied', 'access.denied', 'request.too-many', 'access.denied', 'access.denied'],
    );
    assert.equal(third.headers['retry-after'], '1');
    assert.equal(ports.audited.filter(({ result }) => result === 'request.too-many').length, 0);
  });

  it('of guessing is that of the network, where one may have as many addresses as one likes', async () => {
    const { ask } = asking({}, { limits, clock: manualClock(0) });

    const codes: unknown[] = [];
    for (const host of ['1', '2', '3'])
      codes.push((await ask('POST', '/api/v1/session', { ...wrong, from: `fd00:1:2:3::${host}` })).code);

    assert.equal(codes.at(-1), 'request.too-many');
  });

  it('of acting is that of a person, from wherever they act', async () => {
    const { ask } = asking({}, { limits, clock: manualClock(0) });

    const codes: unknown[] = [];
    for (const host of ['1', '2', '3', '4'])
      codes.push(
        (await ask('POST', '/api/v1/resync', { json: { name: 'dc1' }, from: `10.0.0.${host}` })).code,
      );

    assert.deepEqual(codes, [undefined, undefined, undefined, 'request.too-many']);
  });

  it('of reading lets a page and its programs ask 500 times a second', async () => {
    const { ask } = asking({}, { clock: manualClock(0) });

    const statuses = new Set<number>();
    for (let n = 0; n < 500; n += 1) statuses.add((await ask('GET', '/livez')).status);

    assert.deepEqual([...statuses], [200]);
  });
});

describe('faults of ours', () => {
  it('tell nothing of the inside, and are logged', async () => {
    const world = asking();
    const history = {
      ...world.ports.history,
      search: () => Promise.reject(new Error('SQLITE at /var/lib/x')),
    };
    const { ask, logged } = asking({}, { history });

    const reply = await ask('GET', '/api/v1/history');

    assert.equal(reply.code, 'internal.bug');
    assert.doesNotMatch(JSON.stringify(reply), /var.lib/);
    assert.deepEqual(logged, ['a request failed']);
  });

  it('include a problem that a route does not declare', async () => {
    const addresses = {
      addresses: () => {
        throw new ProblemError('store.locked', 'by another');
      },
    };
    const { ask, logged } = asking({}, { addresses });

    const reply = await ask('GET', '/api/v1/addresses');

    assert.equal(reply.code, 'store.locked');
    assert.deepEqual(logged, ['a route answered a problem that it does not declare']);
  });
});
