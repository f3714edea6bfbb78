import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createAuthority, type Authority, type Validity } from '../lab/authority.ts';
import { startCluster, type Cluster } from '../lab/cluster/cluster.ts';
import { admin, refusalOf, results, run, stepOf, tests } from './inspect.fixture.ts';

const dayMs = 86_400_000;

describe('test buttons', () => {
  let authority: Authority;
  let stranger: Authority;
  let cluster: Cluster;
  const servers: Server[] = [];
  const sockets: Socket[] = [];

  before(async () => {
    authority = await createAuthority();
    stranger = await createAuthority('stranger');
    cluster = await startCluster({ authority, nodes: 3 });
  });
  after(() => cluster.close());
  afterEach(() => {
    cluster.faults.clear();
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  async function listening(server: Server): Promise<string> {
    servers.push(server);
    server.on('connection', (socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A TLS server whose certificate is as told, and which counts what it was asked. */
  async function withCertificate(hosts: readonly string[], validity?: Validity): Promise<string> {
    return listening(
      createHttpsServer(await authority.issue('api', hosts, validity), (_, answer) => answer.end()),
    );
  }

  const reader = (): object => ({
    server: cluster.url,
    ca: cluster.caPem,
    credentials: { token: { secret: cluster.tokens.reader } },
  });

  it('takes a secret as saving takes it: without the line end that was pasted with it, and only in its place', async () => {
    const pasted = { ...reader(), credentials: { token: { secret: `${cluster.tokens.reader}\n` } } };
    const astray = { ...reader(), server: { secret: cluster.url } };
    const empty = { ...reader(), credentials: { token: { secret: '' } } };

    const report = await run('cluster', pasted);
    const refusals = [await refusalOf(run('cluster', astray)), await refusalOf(run('cluster', empty))];

    assert.equal(report.good, true);
    assert.deepEqual(
      refusals.map(({ problem }) => problem.faults?.[0]?.path),
      ['server', 'credentials.token.secret'],
    );
  });

  it('finds nothing wrong with a cluster that is as it should be, and says which one it is and where its pods are', async () => {
    const report = await run('cluster', reader());

    assert.deepEqual(results(report), [
      'reach good',
      'certificate good',
      'signIn good',
      'version good',
      'permission good',
      'identity good',
    ]);
    assert.equal(report.good, true);
    assert.equal(report.identity, cluster.uid);
    assert.equal(report.version, 'v1.36.0-lab');
    assert.deepEqual(report.ranges, {
      pods: ['10.244.0.0/22', 'fd00:10:244::/62'],
      nodes: ['10.1.0.0/24'],
    });
    assert.equal(report.certificate?.trusted, true);
  });

  it('shows the certificate of what nobody vouches for, and keeps the token to itself', async () => {
    cluster.resetStats();

    const report = await run('cluster', { ...reader(), ca: undefined });

    assert.equal(stepOf(report, 'certificate').result, 'bad');
    assert.equal(report.certificate?.trusted, false);
    assert.match(report.certificate.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.equal(cluster.stats().requests, 0);
    assert.equal(report.good, false);
  });

  it('takes the certificate that it showed as the pin', async () => {
    const { certificate } = await run('cluster', { ...reader(), ca: undefined });

    const report = await run('cluster', { ...reader(), ca: undefined, pin: certificate?.pem });

    assert.equal(report.good, true);
    assert.match(stepOf(report, 'certificate').detail, /it is the pinned one/);
  });

  it('says that another certificate than the pinned one is shown', async () => {
    const other = await authority.issue('other');

    const report = await run('cluster', { ...reader(), ca: undefined, pin: other.cert });

    assert.match(stepOf(report, 'certificate').detail, /it is not the pinned one/);
    assert.equal(stepOf(report, 'signIn').result, 'skipped');
  });

  it('says who signed the certificate where it was not the CA given', async () => {
    const report = await run('cluster', { ...reader(), ca: stranger.caPem });

    assert.match(
      stepOf(report, 'certificate').detail,
      /the CA given did not sign it.*CN=aci-kube-sync lab CA/,
    );
  });

  it('says that a certificate has expired, or is not valid yet', async () => {
    const now = Date.now();
    const span = (from: number, to: number): Validity => ({
      notBefore: new Date(now + from * dayMs),
      notAfter: new Date(now + to * dayMs),
    });
    const expired = await withCertificate([], span(-10, -1));
    const early = await withCertificate([], span(1, 10));

    const [after, before] = await Promise.all(
      [expired, early].map((server) => run('cluster', { ...reader(), server })),
    );

    assert.match(stepOf(after!, 'certificate').detail, /it expired on \d{4}-/);
    assert.match(stepOf(before!, 'certificate').detail, /it is not valid before \d{4}-/);
  });

  it('warns of a certificate that expires soon', async () => {
    const soon = { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + dayMs) };
    const server = await withCertificate([], soon);

    const report = await run('cluster', { ...reader(), server });

    assert.equal(stepOf(report, 'certificate').result, 'warning');
  });

  it('names what the certificate is for where the address is another', async () => {
    const everywhere = createHttpsServer(await authority.issue('api'), (_, answer) => answer.end());
    servers.push(everywhere);
    everywhere.listen(0, '0.0.0.0');
    await once(everywhere, 'listening');
    const { port } = everywhere.address() as AddressInfo;

    const report = await run('cluster', { ...reader(), server: `https://127.0.0.2:${port}` });

    assert.match(
      stepOf(report, 'certificate').detail,
      /it is for localhost, 127\.0\.0\.1 and .*, not for 127\.0\.0\.2/,
    );
  });

  it('says that a token is refused', async () => {
    const report = await run('cluster', { ...reader(), credentials: { token: { secret: 'nonsense' } } });

    assert.equal(stepOf(report, 'signIn').result, 'bad');
    assert.equal(stepOf(report, 'permission').result, 'skipped');
    assert.equal(report.good, false);
  });

  it('names the verbs that are missing on each kind', async () => {
    cluster.faults.set({ deniedResources: ['pods', 'jobs'] });

    const report = await run('cluster', reader());

    assert.equal(stepOf(report, 'permission').result, 'bad');
    assert.equal(stepOf(report, 'permission').detail, 'Not allowed: list and watch pods and jobs.batch');
  });

  it('says that the same cluster is declared already under another name', async () => {
    const report = await run('cluster', reader(), { identities: () => new Map([['prod-b', cluster.uid]]) });

    assert.match(stepOf(report, 'identity').detail, /declared already as prod-b/);
    assert.equal(report.good, false);
  });

  it('tells a plain HTTP port, a closed one, a silent one and one of another service apart', async () => {
    const http = await listening(createHttpServer((_, answer) => answer.end()));
    const silent = await listening(createServer());
    const ssh = await listening(createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));

    const told = await Promise.all(
      [http, silent, ssh, 'https://127.0.0.1:1', 'https://no-such-host.invalid'].map(async (server) => {
        const report = await run('cluster', { ...reader(), server }, { timeoutMs: 500 });
        return stepOf(report, 'reach').detail;
      }),
    );

    assert.match(told[0]!, /HTTP without TLS/);
    assert.match(told[1]!, /takes the connection and says nothing/);
    assert.match(told[2]!, /does not speak TLS/);
    assert.match(told[3]!, /nothing listens on this port/);
    assert.match(told[4]!, /leads nowhere/);
  });

  it('ends with the signal of who asked', async () => {
    const server = await listening(createServer());
    const asking = new AbortController();
    const subject = { kind: 'cluster', entry: { name: 'prod-a', ...reader(), server } } as const;

    const running = tests().run(subject, admin, asking.signal);
    setTimeout(() => asking.abort(new Error('gone')), 20);

    await assert.rejects(running, /gone/);
  });

  describe('references and addresses in a request', () => {
    const entry = { server: 'https://127.0.0.1:1', credentials: { token: 'file:/etc/shadow' } };

    it('are refused where they do not stand in the declared entry, and nothing is read', async () => {
      const refusal = await refusalOf(run('cluster', entry));

      assert.equal(refusal.problem.code, 'config.invalid');
      assert.equal(refusal.problem.faults?.[0]?.path, 'credentials.token');
    });

    it('are refused where they stand in another entry, or in another place of it', async () => {
      const declared = { ca: 'file:/etc/shadow', credentials: { token: 'env:OTHER' } };
      const other = (_: string, name: string): object | undefined => (name === 'prod-b' ? entry : declared);

      const refusal = await refusalOf(run('cluster', entry, { entry: other }));

      assert.equal(refusal.problem.faults?.[0]?.path, 'credentials.token');
    });

    it('are resolved where they stand there', async () => {
      const declared = { ...reader(), credentials: { token: 'secret:t1' } };
      const secrets = { read: () => cluster.tokens.reader };

      const report = await run('cluster', declared, { entry: () => declared, secrets });

      assert.equal(report.good, true);
    });

    it('are sent nowhere else than before, but the certificate there is shown', async () => {
      const declared = { ...reader(), credentials: { token: 'secret:t1' } };
      const secrets = { read: () => cluster.tokens.reader };
      const elsewhere = cluster.url.replace('127.0.0.1', 'localhost');
      const saved = [
        { ...declared, server: elsewhere },
        { ...declared, pin: authority.caPem, ca: undefined },
      ];

      for (const entry of saved) {
        const report = await run('cluster', declared, { entry: () => entry, secrets });

        const signIn = report.steps.find(({ step }) => step === 'signIn');
        assert.deepEqual([report.good, signIn?.result], [false, 'skipped']);
        assert.match(signIn?.detail ?? '', /enter it again/);
        assert.equal(report.certificate?.trusted, true);
      }
    });

    it('are never those where a cloud tells a machine its secrets', async () => {
      for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '[fd00:ec2::254]', '2852039166']) {
        const refusal = await refusalOf(run('cluster', { ...reader(), server: `https://${host}` }));

        assert.equal(refusal.problem.code, 'config.invalid', host);
      }
    });

    it('have faults with their paths within the entry', async () => {
      const refusal = await refusalOf(
        run('cluster', { server: 'http://a', credentials: { token: { secret: 't' } } }),
      );

      assert.deepEqual(
        refusal.problem.faults?.map(({ path }) => path),
        ['server'],
      );
    });

    it('are told where a CA is none', async () => {
      const ca = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n';

      const refusal = await refusalOf(run('cluster', { ...reader(), ca }));

      assert.equal(refusal.problem.faults?.[0]?.path, 'ca');
    });
  });

  it('has an end where a cluster stops answering', async () => {
    cluster.faults.set({ silentLists: true });

    const report = await run('cluster', reader(), { timeoutMs: 800 });

    assert.match(stepOf(report, 'identity').detail, /no complete answer in time/);
    assert.equal(stepOf(report, 'signIn').result, 'good');
  });
});
