/**
 * The product as the APIC starts it: told by paths alone, nothing configured, beside a simulated APIC. What only a container shows (port
 * 80, the gateway, the frame in a browser) is in the story of the simulated App Center.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { createAuthority } from '../../lab/authority.ts';
import { createAppCredentials } from '../../lab/fabric/app-credentials.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';

const app = 'KubeSync_AciKubeSync';
const main = join(import.meta.dirname, '../../app/main.ts');
const patienceMs = 40_000;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface SystemSummary {
  readonly name: string;
  readonly freshness: string;
  readonly problem: { readonly code: string } | null;
}

describe('the product on an APIC', function () {
  this.timeout(120_000);
  let fabric: Fabric;
  let root: string;
  let running: Running;
  let gui: Record<string, string>;
  let output = '';

  before(async () => {
    fabric = await startFabric({ authority: await createAuthority(), loginThrottle: false });
    root = mkdtempSync(join(tmpdir(), 'on-the-apic-'));
    chmodSync(root, 0o755);
    for (const name of ['credentials', 'data', 'log']) mkdirSync(join(root, name));
    (await install())();
    running = await start();
    gui = await tokensOfTheGui();
  });

  after(async () => {
    await stop();
    await fabric.close();
    rmSync(root, { recursive: true, force: true });
  });

  const keptLog = (): string => readFileSync(join(root, 'log', 'aci-kube-sync.log'), 'utf8');

  /** What the APIC does: a key pair for the app, the certificate for itself. */
  async function install(): Promise<() => void> {
    const { keyPem, certificatePem } = await createAppCredentials(app);
    fabric.apps.install({ app, certificatePem });
    const give = (): void => {
      writeFileSync(join(root, 'credentials', 'plugin.key'), keyPem, { mode: 0o644 });
      writeFileSync(join(root, 'credentials', 'plugin.crt'), certificatePem);
    };
    return give;
  }

  async function start(): Promise<Running> {
    const env = {
      ...process.env,
      KUBESYNC_APP_CENTER_ROOT: root,
      KUBESYNC_APIC_URL: fabric.url,
      KUBESYNC_LISTEN: '127.0.0.1:0',
    };
    const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (output += text.toString()));
    const listening = (): string | undefined => /"url":"(http:[^"]*)","msg":"listening"/.exec(output)?.[1];
    await until('it listens', () => listening() !== undefined || child.exitCode !== null);
    return { child, url: listening() ?? assert.fail(output) };
  }

  async function stop(): Promise<void> {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + patienceMs;
    while (!(await holds())) {
      if (Date.now() > end) assert.fail(`not so in time: ${what}\n${output}`);
      await sleep(50);
    }
  }

  async function tokensOfTheGui(): Promise<Record<string, string>> {
    const dispatcher = new Agent({ connect: { ca: fabric.caPem } });
    const { body } = await request(`${fabric.url}/api/aaaLogin.json?gui-token-request=yes`, {
      method: 'POST',
      dispatcher,
      body: JSON.stringify({ aaaUser: { attributes: { name: fabric.username, pwd: fabric.password } } }),
    });
    const { imdata } = (await body.json()) as {
      imdata: [{ aaaLogin: { attributes: Record<string, string> } }];
    };
    await dispatcher.close();
    const { token = '', urlToken = '' } = imdata[0].aaaLogin.attributes;
    return { DevCookie: token, 'APIC-challenge': urlToken };
  }

  /** As the page does it inside the frame: what the proxy does with headers of the outer request is not known. */
  async function envelope(
    path: string,
    headers: Readonly<Record<string, string>>,
    {
      method = 'GET',
      ...more
    }: { method?: string; query?: Readonly<Record<string, string>>; body?: object } = {},
  ): Promise<Answered> {
    const answer = await request(new URL('/proxy.json', running.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method, path, headers, ...more }),
    });
    const { body, ...told } = (await answer.body.json()) as Answered;
    return { ...told, body: typeof body === 'string' ? JSON.parse(body) : body };
  }

  async function apic(): Promise<SystemSummary | undefined> {
    const { body } = await envelope('/api/v1/status', gui);
    return (body as { systems?: readonly SystemSummary[] }).systems?.find(({ name }) => name === 'apic');
  }

  it('declares the fabric of that APIC, and signs in there by its key', async () => {
    await until('the fabric is in step', async () => (await apic())?.freshness === 'synced');

    assert.equal(fabric.stats().logins, 1, 'the one of the GUI');
    assert.ok(fabric.stats().appTokens > 0);
    assert.ok(fabric.stats().sockets > 0);
  });

  it('lets in who is signed in to the GUI, by what the envelope carries, and nobody else', async () => {
    const somebody = await envelope('/api/v1/session', gui);
    const nobody = await envelope('/api/v1/status', {});
    const wrong = await envelope('/api/v1/status', { ...gui, 'APIC-challenge': 'x' });

    assert.match(JSON.stringify(somebody.body), /admin \(apic\)/);
    assert.deepEqual([somebody.status, nobody.status, wrong.status], [200, 401, 401]);
  });

  it('makes no local administrator: no code stands in a log that others are given', async () => {
    const claim = { code: 'AAAA-BBBB', username: 'root', password: 'correct horse battery' };
    const answer = await request(new URL('/api/v1/session/claim', running.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(claim),
    });
    await answer.body.dump();
    const { body } = await envelope('/api/v1/session', {});

    assert.doesNotMatch(output + keptLog(), /"code":"[2-9A-Z]{4}-|enter this code/);
    assert.match(JSON.stringify(body), /"claim":false/);
    assert.equal(answer.statusCode, 401);
  });

  it('believes nobody but the APIC whom they say they ask for', async () => {
    const from = 'x-forwarded-for';
    const answer = await request(new URL('/api/v1/session', running.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', [from]: '198.51.100.7' },
      body: JSON.stringify({ username: 'nobody', password: 'correct horse battery' }),
    });
    await answer.body.dump();

    let acts = '';
    await until('the attempt is in the history', async () => {
      acts = JSON.stringify((await envelope('/api/v1/history', gui, { query: { kind: 'act' } })).body);
      return acts.includes('127.0.0.1') || acts.includes('198.51.100.7');
    });
    assert.doesNotMatch(acts, /198\.51\.100\.7/);
  });

  it('keeps its log as a file too, and gives root away', async function () {
    const log = keptLog();

    assert.match(log, /"msg":"listening"/);
    assert.doesNotMatch(log + output, /PRIVATE KEY/);
    if (process.getuid?.() !== 0) this.skip();
    const status = readFileSync(`/proc/${running.child.pid}/status`, 'utf8');
    assert.match(status, /^Uid:\s+10001\s+10001\s+10001\s+10001$/m);
    assert.match(status, /^Groups:\s+10001\s*$/m);
    // Its thread runs as whoever the process is.
    const history = join(root, 'data', 'history.db');
    await until('history is kept', () => statSync(history, { throwIfNoEntry: false })?.uid === 10_001);
  });

  it('still lets in the users of that APIC when its fabric was deleted here, also after a restart', async () => {
    const path = '/api/v1/fabrics/apic';
    const { etag = '' } = (await envelope(path, gui)).headers;
    const deleted = await envelope(path, { ...gui, 'If-Match': etag }, { method: 'DELETE' });
    const session = async (): Promise<string> =>
      JSON.stringify((await envelope('/api/v1/session', gui)).body);

    const known = await session();
    await stop();
    running = await start();
    const knownAgain = await session();
    const body = { name: 'apic', appCenter: true };
    const back = await envelope(path, { ...gui, 'If-None-Match': '*' }, { method: 'PUT', body });

    assert.deepEqual([deleted.status, back.status], [200, 200], JSON.stringify(back.body));
    assert.match(known, /admin \(apic\)/);
    assert.match(knownAgain, /admin \(apic\)/);
    await until('the fabric is in step', async () => (await apic())?.freshness === 'synced');
  });

  it('goes on when tokens end after seconds', async () => {
    fabric.setTokenLife({ refreshTimeoutSeconds: 2, maximumLifetimeSeconds: 6 });
    fabric.expireSessions();
    const { appTokens } = fabric.stats();

    await until('three logins were made', () => fabric.stats().appTokens >= appTokens + 3);
    fabric.setTokenLife({ refreshTimeoutSeconds: 600, maximumLifetimeSeconds: 86_400 });
    gui = await tokensOfTheGui();

    await until('the fabric is in step', async () => (await apic())?.freshness === 'synced');
  });

  it('says that its key is refused, and takes the one of another installation', async () => {
    const give = await install();
    fabric.expireSessions();
    gui = await tokensOfTheGui();

    await until('it says so', async () => (await apic())?.problem?.code === 'app-center.refused');
    give();

    await until('the fabric is in step', async () => (await apic())?.freshness === 'synced');
    assert.match(output, /the APIC gave this app another key/);
    await until('the file has it', () => /the APIC gave this app another key/.test(keptLog()));
  });

  it('sends nothing to a named address that shows another certificate, until a person forgets the first', async () => {
    await stop();
    const path = join(root, 'data', 'app-center.json');
    const known = readFileSync(path, 'utf8');
    const other = await createAppCredentials('another');
    const stored = { fingerprint: 'AA:BB', pem: other.certificatePem, at: 1 };
    const copies = [path, `${path}.bak`];
    for (const copy of copies) writeFileSync(copy, JSON.stringify({ version: 1, certificates: [stored] }));

    running = await start();

    await until('it says so', () => /fabric\.untrusted.*at first contact it was/.test(output));
    const { status } = await envelope('/api/v1/status', gui);
    assert.notEqual(status, 200);
    assert.match(readFileSync(path, 'utf8'), /AA:BB/);

    await stop();
    for (const copy of copies) rmSync(copy, { force: true });
    running = await start();

    await until('the fabric is in step', async () => (await apic())?.freshness === 'synced');
    assert.doesNotMatch(output, /add fabric apic/);
    assert.match(readFileSync(path, 'utf8'), new RegExp(/[0-9A-F:]{95}/.exec(known)?.[0] ?? 'none'));
  });

  it('ends when it is stopped, also where the folder of its log does not answer', async () => {
    await stop();
    const path = join(root, 'log', 'aci-kube-sync.log');
    rmSync(path);
    // Opening it for writing hangs until somebody reads.
    execFileSync('mkfifo', [path]);
    running = await start();
    const { child } = running;

    child.kill('SIGTERM');

    try {
      await until('it has ended', () => child.exitCode !== null || child.signalCode !== null);
    } finally {
      child.kill('SIGKILL');
    }
    assert.match(output, /"msg":"stopped"/);
    assert.match(output, /ended while the folder of the log does not answer/);
  });
});
