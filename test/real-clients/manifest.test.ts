/**
 * The manifest of least rights, applied with kubectl as people apply it: the account that it makes may follow all that the product follows,
 * and nothing else.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { clusterManifest, createTests } from '../../app/inspect.ts';
import { collectionPath, kindTable } from '../../backend/adapters/kubernetes/kinds.ts';
import { systemClock } from '../../backend/model/clock.ts';
import type { ClusterKind } from '../../backend/model/cluster-records.ts';
import { createAuthority } from '../../lab/authority.ts';
import { startCluster, type Cluster } from '../../lab/cluster/cluster.ts';
import { kinds } from '../../lab/cluster/kinds.ts';
import { lane } from '../support/lane.ts';

const run = promisify(execFile);
const program = { names: ['kubectl'], install: 'apt-get install kubernetes-client' };

/** The commands that the manifest tells people to type, after the one that applies it. */
function commandsOf(manifest: string): string[] {
  return [...manifest.matchAll(/^# {3}kubectl (-n .*)$/gm)].map(([, command = '']) => command);
}

/** As a shell would: words, and words in single quotes. */
function words(command: string): string[] {
  return [...command.matchAll(/(?:'([^']*)'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

lane('the manifest of least rights, with kubectl', program, (path) => {
  let cluster: Cluster;
  let agent: Agent;
  let home: string;
  let token: string;
  let ca: string;

  const kubectl = async (...args: string[]): Promise<string> => {
    const { stdout } = await run(path, ['--kubeconfig', join(home, 'admin.yaml'), ...args]);
    return stdout;
  };
  const ask = async (method: 'GET' | 'DELETE' | 'POST', at: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await request(`${cluster.url}${at}`, { method, headers, dispatcher: agent });
    // A watch goes on for ever.
    answer.body.on('error', () => undefined).destroy();
    return answer.statusCode;
  };

  before(async () => {
    cluster = await startCluster({ authority: await createAuthority(), nodes: 2 });
    home = await mkdtemp(join(tmpdir(), 'manifest-'));
    await writeFile(join(home, 'admin.yaml'), cluster.kubeconfig());
    await writeFile(join(home, 'aci-kube-sync.yaml'), clusterManifest());
    await kubectl('apply', '--validate=false', '-f', join(home, 'aci-kube-sync.yaml'));
    await cluster.settled();
    const [first = '', second = ''] = commandsOf(clusterManifest());
    token = (await kubectl(...words(first))).trim();
    ca = await kubectl(...words(second));
    agent = new Agent({ connect: { ca } });
  });

  after(async () => {
    await agent.destroy();
    await cluster.close();
    await rm(home, { recursive: true });
  });

  it('gives a token and a CA with which a test of the cluster finds nothing wrong', async () => {
    const tests = createTests({
      entry: () => undefined,
      secrets: { read: () => assert.fail('nothing is to be read') },
      identities: () => new Map(),
      clock: systemClock(),
    });
    const entry = { name: 'prod-a', server: cluster.url, ca, credentials: { token: { secret: token } } };

    const by = { name: 'admin', role: 'admin', via: 'local' } as const;
    const report = await tests.run({ kind: 'cluster', entry }, by, new AbortController().signal);

    assert.deepEqual(
      report.steps.filter(({ result }) => result !== 'good'),
      [],
    );
    assert.match(
      report.steps.find(({ step }) => step === 'signIn')?.detail ?? '',
      /system:serviceaccount:aci-kube-sync:aci-kube-sync/,
    );
  });

  it('allows to list, watch and get each kind that is followed', async () => {
    for (const kind of Object.keys(kindTable) as ClusterKind[]) {
      const at = collectionPath(kind);

      const statuses = [await ask('GET', at), await ask('GET', `${at}?watch=1`)];

      assert.deepEqual(statuses, [200, 200], kind);
    }
    assert.equal(await ask('GET', '/api/v1/namespaces/kube-system'), 200);
  });

  it('allows no other kind, and to change nothing', async () => {
    const followed = new Set(Object.values(kindTable).map(({ plural }) => plural));
    const rest = kinds.filter(({ resource, virtual }) => !followed.has(resource) && !virtual);
    assert.ok(rest.some(({ resource }) => resource === 'secrets'));

    for (const { group, version, resource } of rest) {
      const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      assert.equal(await ask('GET', `${root}/${resource}`), 403, resource);
    }
    for (const kind of Object.keys(kindTable) as ClusterKind[]) {
      assert.equal(await ask('POST', collectionPath(kind)), 403, kind);
      assert.equal(await ask('DELETE', `${collectionPath(kind)}/any`), 403, kind);
    }
    assert.equal(await ask('GET', '/api/v1/nodes/node-1/status'), 403);
  });

  it('takes everything back when it is deleted', async () => {
    const before = await ask('GET', '/api/v1/pods');
    await kubectl('delete', '--ignore-not-found', '-f', join(home, 'aci-kube-sync.yaml'));

    const after = await ask('GET', '/api/v1/pods');

    assert.deepEqual([before, after], [200, 401]);
  });
});
