import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { connect as connectPlain, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import express, { type Request } from 'express';
import { Agent, request } from 'undici';
import { createAuthority, type Authority, type Identity } from '../lab/authority.ts';
import { manualClock, type ManualClock } from '../backend/model/clock.ts';
import { listenerLimits } from '../backend/api/express-api.ts';
import { problemOf } from '../backend/model/problems.ts';
import {
  checkListenRules,
  createListener,
  tlsFilesOf,
  trustOnly,
  trustProxyOf,
  type Listener,
  type ListenerOptions,
  type TlsFiles,
} from './tls.ts';

function detailOf(body: () => unknown): string {
  try {
    body();
    return 'nothing was thrown';
  } catch (thrown) {
    const { code, detail } = problemOf(thrown);
    return `${code}: ${detail}`;
  }
}

describe('where HTTP may answer', () => {
  const tls = { certFile: 'c', keyFile: 'k' };
  const at = (host: string, more: { tls?: TlsFiles; behindProxy?: boolean } = {}): string =>
    detailOf(() =>
      checkListenRules({ tls: undefined, behindProxy: false, ...more, listen: { host, port: 8080 } }),
    );

  for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost'])
    it(`is ${host} without more ado`, () => assert.equal(at(host), 'nothing was thrown'));

  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'host.example', '127.0.0.1.example', ''])
    it(`is ${host || 'every address'} with TLS or behind a proxy only`, () => {
      assert.match(at(host), /^request.invalid: --listen .*--tls-cert/);
      assert.equal(at(host, { tls }), 'nothing was thrown');
      assert.equal(at(host, { behindProxy: true }), 'nothing was thrown');
    });

  it('has certificate and key, or neither', () => {
    assert.equal(tlsFilesOf({}), undefined);
    assert.deepEqual(tlsFilesOf({ tlsCert: 'c', tlsKey: 'k' }), tls);
    assert.match(
      detailOf(() => tlsFilesOf({ tlsCert: 'c' })),
      /--tls-key is missing/,
    );
    assert.match(
      detailOf(() => tlsFilesOf({ tlsKey: 'k' })),
      /--tls-cert is missing/,
    );
  });

  it('believes the word of one proxy, or of none', () => {
    assert.equal(trustProxyOf(true), 1);
    assert.equal(trustProxyOf(false), false);
  });

  it('believes the APIC’s proxy what it wrote last, and nobody else on the bridge', () => {
    const seen = (peer: string, proxy: string | undefined): string => {
      const application = express().set('trust proxy', trustOnly(proxy));
      const asked = Object.create(application.request, {
        headers: { value: { 'x-forwarded-for': '172.17.0.1, 198.51.100.7' } },
        socket: { value: { remoteAddress: peer } },
        app: { value: application },
      }) as Request;
      return String(asked.ip);
    };

    assert.equal(seen('172.17.0.1', '172.17.0.1'), '198.51.100.7');
    assert.equal(seen('::ffff:172.17.0.1', '172.17.0.1'), '198.51.100.7');
    assert.equal(seen('172.17.0.9', '172.17.0.1'), '172.17.0.9');
    assert.equal(seen('172.17.0.1', undefined), '172.17.0.1');
  });

  it('goes no further back than what it wrote, whoever stands there', () => {
    const trust = trustOnly('172.17.0.1');

    assert.deepEqual([trust('172.17.0.1', 0), trust('172.17.0.1', 1)], [true, false]);
  });
});

describe('a listener', () => {
  let authority: Authority;
  let folder: string;
  let files: TlsFiles;
  let clock: ManualClock;
  let stop: AbortController;
  let warnings: object[];
  let open: Listener[];

  before(async () => {
    authority = await createAuthority();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    [clock, stop, warnings, open] = [manualClock(), new AbortController(), [], []];
  });

  afterEach(async () => {
    stop.abort(new Error('the end'));
    for (const { server } of open) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  });

  function put({ cert, key }: Partial<Identity>): void {
    if (cert !== undefined) writeFileSync(files.certFile, cert);
    if (key !== undefined) writeFileSync(files.keyFile, key);
  }

  async function start(options: Partial<ListenerOptions> = {}): Promise<Listener> {
    const listener = await createListener({
      limits: listenerLimits,
      listen: { host: '127.0.0.1', port: 0 },
      tls: files,
      behindProxy: false,
      handler: (_request, response) => response.end('hello'),
      log: { info: () => undefined, warn: (fields) => warnings.push(fields) },
      clock,
      signal: stop.signal,
      ...options,
    });
    open.push(listener);
    return listener;
  }

  /** What a handshake shows: the certificate's name, or why there was none. */
  function shake({ server }: Listener, version?: SecureVersion): Promise<string> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve) => {
      const old =
        version === undefined ? {} : { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
      const socket = connect({ host: '127.0.0.1', port, ca: authority.caPem, ...old }, () => {
        resolve(socket.getPeerCertificate().subject.CN as string);
        socket.destroy();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  }

  it('answers by TLS with the certificate of its files', async () => {
    put(await authority.issue('one.example'));
    const { url } = await start();
    const agent = new Agent({ connect: { ca: authority.caPem } });

    const { statusCode, body } = await request(url, { dispatcher: agent });

    assert.match(url, /^https:\/\/127\.0\.0\.1:\d+\/$/);
    assert.deepEqual([statusCode, await body.text()], [200, 'hello']);
    await agent.close();
  });

  it('answers as it is without a certificate, on loopback', async () => {
    const { url } = await start({ tls: undefined, listen: { host: '::1', port: 0 } });

    const { body } = await request(url);

    assert.match(url, /^http:\/\/\[::1\]:\d+\/$/);
    assert.equal(await body.text(), 'hello');
  });

  it('speaks TLS 1.2 and later, before and after another certificate', async () => {
    put(await authority.issue('one.example'));
    const listener = await start();
    const versions = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
    const first = await Promise.all(versions.map((version) => shake(listener, version)));
    put(await authority.issue('two.example'));
    listener.reload();

    const later = await Promise.all(versions.map((version) => shake(listener, version)));

    const refusal = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';
    assert.deepEqual(first, [refusal, 'one.example', 'one.example']);
    assert.deepEqual(later, [refusal, 'two.example', 'two.example']);
  });

  it('takes another certificate when its files change', async () => {
    put(await authority.issue('one.example'));
    const listener = await start();
    assert.equal(await shake(listener), 'one.example');

    put(await authority.issue('two.example'));
    await clock.advance(30_000);

    assert.equal(await shake(listener), 'two.example');
    assert.equal(listener.reload(), false);
  });

  it('keeps its certificate while the files do not fit, says so once, and takes them when they do', async () => {
    put(await authority.issue('one.example'));
    const listener = await start();
    const two = await authority.issue('two.example');

    put({ cert: two.cert });
    for (let count = 0; count < 3; count += 1) await clock.advance(30_000);
    const meanwhile = await shake(listener);
    put(two);
    await clock.advance(30_000);

    assert.equal(meanwhile, 'one.example');
    assert.equal(warnings.length, 1);
    assert.match(JSON.stringify(warnings), /not the key of the certificate/);
    assert.equal(await shake(listener), 'two.example');
  });

  const one = (): Promise<Identity> => authority.issue('one.example');
  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' },
  }).privateKey;
  const faults: readonly (readonly [string, () => Promise<Partial<Identity>>, RegExp])[] = [
    [
      'a file that is not there',
      async () => ({ cert: (await one()).cert }),
      /--tls-key .*tls\.key: it cannot be read \(ENOENT\)/,
    ],
    [
      'a certificate that is none',
      async () => ({ ...(await one()), cert: 'x' }),
      /--tls-cert .*: no certificate in PEM/,
    ],
    [
      'a key that is none',
      async () => ({ ...(await one()), key: 'x' }),
      /--tls-key .*: no private key in PEM/,
    ],
    ['a key with a passphrase', async () => ({ ...(await one()), key: encrypted }), /--tls-key .*passphrase/],
    [
      'another’s key',
      async () => ({ ...(await one()), key: (await one()).key }),
      /is not the key of the certificate .*one\.example/,
    ],
  ];
  for (const [what, make, expected] of faults)
    it(`refuses ${what}, and says which file`, async () => {
      put(await make());

      await assert.rejects(start(), (thrown) => {
        const { code, detail } = problemOf(thrown);
        assert.equal(code, 'request.invalid');
        assert.match(detail, expected);
        return true;
      });
    });

  describe('at the end', () => {
    const asked = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const handlers: Readonly<Record<string, RequestListener>> = {
      'an answer that never comes': () => undefined,
      'an answer that is not read': (_request, response) => response.end('x'.repeat(30_000_000)),
    };

    /** A connection that sends and does not read. */
    async function reach({ server }: Listener, text: string): Promise<Socket> {
      const socket = connectPlain((server.address() as AddressInfo).port, '127.0.0.1').pause();
      socket.on('error', () => undefined);
      const taken = once(server, text === '' ? 'connection' : 'request');
      socket.write(text);
      await taken;
      return socket;
    }

    async function untilDone(done: Promise<void>): Promise<void> {
      const over = done.then(() => true);
      const turn = (): Promise<boolean> => new Promise((resolve) => setImmediate(() => resolve(false)));
      while (!(await Promise.race([over, turn()]))) await clock.advance(100);
    }

    it('waits for nobody where nothing is asked', async () => {
      const listener = await start({ tls: undefined });
      const { body } = await request(listener.url);
      await body.text();

      await listener.close();

      await assert.rejects(request(listener.url), /ECONNREFUSED/);
    });

    it('lets an answer leave that is under way', async () => {
      const under = Promise.withResolvers<() => void>();
      const listener = await start({
        tls: undefined,
        handler: (_request, response) => under.resolve(() => response.end('done')),
      });
      const answer = request(listener.url, { reset: true });
      const finish = await under.promise;

      const closed = listener.close();
      finish();

      assert.equal(await (await answer).body.text(), 'done');
      await closed;
    });

    for (const [what, handler] of Object.entries(handlers))
      it(`does not wait for ever for ${what}`, async () => {
        const listener = await start({ tls: undefined, handler });
        const socket = await reach(listener, asked);

        await untilDone(listener.close());

        socket.destroy();
      });

    it('does not wait for whoever never begins a handshake', async () => {
      put(await authority.issue('one.example'));
      const listener = await start();
      const socket = await reach(listener, '');

      await untilDone(listener.close());

      socket.destroy();
    });
  });

  it('says that the port is taken', async () => {
    put(await one());
    const { server } = await start();
    const { port } = server.address() as AddressInfo;

    await assert.rejects(start({ listen: { host: '127.0.0.1', port } }), /EADDRINUSE/);
  });
});
