import assert from 'node:assert/strict';
import { readTokens } from './host.ts';
import { createRequests } from './requests.ts';
import { RequestProblem } from './request-problem.ts';
import { directTransport, envelopeTransport } from './transport.ts';
import type { Fetch } from './transport.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** Answers in turn, and keeps what was sent. */
function scripted(...answers: readonly (readonly [number, unknown, Record<string, string>?])[]): {
  readonly fetch: Fetch;
  readonly sent: Sent[];
} {
  const sent: Sent[] = [];
  const rest = [...answers];
  return {
    sent,
    fetch(url, init) {
      sent.push({ url, init });
      const [status, body, headers = {}] = rest.shift() ?? [500, {}];
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve(new Response(text, { status, headers }));
    },
  };
}

const refusal = {
  type: 'about:blank',
  status: 412,
  code: 'config.changed',
  title: 'It was changed meanwhile',
  detail: 'by alice',
  next: 'Read it again.',
};
const nobody = (): Promise<void> => Promise.reject(new Error('nobody is there to sign in'));

describe('a direct request', () => {
  it('goes below the page, whatever its path, with what was read before as its condition', async () => {
    const { fetch, sent } = scripted([200, { name: 'shop' }]);
    const requests = createRequests({
      transport: directTransport('http://host/any/path/', fetch),
      signedIn: nobody,
    });

    await requests.putEntry('loadBalancers', 'a b', { name: 'a b' }, { tag: 't1' });

    assert.equal(sent[0]?.url, 'http://host/any/path/api/v1/load-balancers/a%20b');
    assert.equal((sent[0].init.headers as Record<string, string>)['If-Match'], '"t1"');
    assert.equal(sent[0].init.credentials, 'same-origin');
  });

  it('fails with what the server says, and with words where something else answers', async () => {
    const { fetch } = scripted([412, refusal], [502, '<html>Bad gateway</html>']);
    const requests = createRequests({ transport: directTransport('http://host/', fetch), signedIn: nobody });

    const faults = [await caught(requests.configuration()), await caught(requests.configuration())];

    assert.deepEqual(
      faults.map(({ code, status }) => [code, status]),
      [
        ['config.changed', 412],
        ['page.unexpected', 502],
      ],
    );
  });

  it('says so when nothing answers', async () => {
    const fetch = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));
    const requests = createRequests({ transport: directTransport('http://host/', fetch), signedIn: nobody });

    assert.equal((await caught(requests.configuration())).code, 'page.unreachable');
  });

  it('waits until somebody has signed in, and goes on', async () => {
    const { fetch, sent } = scripted([401, { ...refusal, status: 401 }], [200, { done: 'approved' }]);
    let asked = 0;
    const requests = createRequests({
      transport: directTransport('http://host/', fetch),
      signedIn: () => {
        asked += 1;
        return Promise.resolve();
      },
    });

    assert.equal(await requests.approve('shop', 'c0ffee'), 'approved');
    assert.deepEqual([asked, sent.length, sent[1]?.init.body], [1, 2, sent[0]?.init.body]);
  });

  it('does not ask to sign in because signing in failed', async () => {
    const { fetch } = scripted([401, { ...refusal, status: 401, code: 'access.denied' }]);
    const requests = createRequests({ transport: directTransport('http://host/', fetch), signedIn: nobody });

    assert.equal((await caught(requests.signIn({ username: 'a', password: 'b' }))).code, 'access.denied');
  });
});

describe('a request in an envelope', () => {
  it('is a POST of one path that carries all of it, the session and the host’s tokens', async () => {
    const { fetch, sent } = scripted(
      [200, { status: 200, headers: {}, body: { session: 's3cret', person: null, endsAt: null } }],
      [200, { status: 200, headers: { etag: '"t"' }, body: { total: 0, of: 0, rows: [] } }],
    );
    const transport = envelopeTransport({
      url: 'http://apic/proxy.json',
      fetch,
      hostHeaders: () => Promise.resolve({ DevCookie: 'one', 'APIC-challenge': 'two' }),
    });
    const requests = createRequests({ transport, signedIn: nobody });

    await requests.signIn({ username: 'a', password: 'b' });
    const page = await requests.addresses({ search: 'web', offset: 0 });

    const { url, init } = sent[1] ?? { url: '', init: {} };
    const envelope = JSON.parse(init.body as string) as Record<string, unknown>;
    assert.deepEqual([url, init.method, page.total], ['http://apic/proxy.json', 'POST', 0]);
    assert.equal((init.headers as Record<string, string>)['DevCookie'], 'one');
    assert.deepEqual(envelope, {
      method: 'GET',
      path: '/api/v1/addresses',
      query: { search: 'web', offset: '0' },
      headers: { DevCookie: 'one', 'APIC-challenge': 'two', authorization: 'Bearer s3cret' },
    });
    assert.equal(transport.streamAddress('events', {}), undefined);
  });

  it('fails by what is inside, and by what the proxy itself says', async () => {
    const { fetch } = scripted([200, { status: 412, headers: {}, body: refusal }], [403, 'expired']);
    const transport = envelopeTransport({
      url: 'http://apic/proxy.json',
      fetch,
      hostHeaders: () => Promise.resolve({}),
    });
    const requests = createRequests({ transport, signedIn: nobody });

    assert.equal((await caught(requests.configuration())).code, 'config.changed');
    assert.equal((await caught(requests.configuration())).status, 403);
  });
});

describe('tokens of the frame around the page', () => {
  it('are read from its JSON text, and from nothing else', () => {
    assert.deepEqual(readTokens('{"appId":"V_A","token":"a","urlToken":"b"}'), { token: 'a', urlToken: 'b' });
    for (const other of ['{', '{"token":1}', { token: 'a', urlToken: 'b' }, undefined, 'null'])
      assert.equal(readTokens(other), undefined);
  });
});

async function caught(promise: Promise<unknown>): Promise<RequestProblem> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof RequestProblem);
    return error;
  }
  throw new Error('it came to an end');
}
