/**
 * Where the app is played on an APIC: the lab's fabric with its App Center, a cluster that containers reach, and the package that
 * `npm run package` makes, in two versions. KUBESYNC_TEST_ACI names a package to play instead of one made now.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { startAppCenter, type AppCenter, type AppCenterOptions } from '../../lab/app-center/app-center.ts';
import { createAuthority } from '../../lab/authority.ts';
import { startCluster, type Cluster } from '../../lab/cluster/cluster.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { peopleOfLab } from '../../lab/fabric/people.ts';
import { baseFabric, insideFabric } from '../../lab/fabric/seed.ts';
import { makePackage } from '../../packaging/package.ts';

export const app = 'KubeSync_AciKubeSync';
/** For `lane`. */
export const needs = [
  { names: ['buildah'], install: 'apt-get install buildah' },
  { names: ['ip'], install: 'apt-get install iproute2' },
  { names: ['debootstrap'], install: 'apt-get install debootstrap', asRoot: true },
] as const;

export interface AppStage {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  readonly appCenter: AppCenter;
  /** The package. */
  readonly aci: string;
  readonly folder: string;
  /** Prefixes in an external EPG of the lab's L3Out, sorted; none when there is no such EPG. */
  prefixes(epg: string): string[];
  /** Addresses of pods as host prefixes, IPv4 and IPv6, sorted. */
  podPrefixes(namespace: string, prefix: string): string[];
  /** A request of the app's API, the way its page sends it. Resolves with what the proxy or the app answers. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Headers of a session of the GUI, a new one. */
  token(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export interface Answer {
  /** Of the app; where the proxy refuses: of the proxy. */
  readonly status: number;
  readonly body: unknown;
}

export async function openAppStage(options: Partial<AppCenterOptions> = {}): Promise<AppStage> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-app-stage-'));
  const aci = process.env['KUBESYNC_TEST_ACI'] ?? (await makePackage({ out: folder }, say)).path;
  const authority = await createAuthority();
  const fabric = await startFabric({ authority });
  fabric.seed([...baseFabric(), ...insideFabric(), ...peopleOfLab()]);
  const cluster = await startCluster({ authority, name: 'prod-a', terminationMs: 200 });
  const loopbackPorts = [Number(new URL(cluster.url).port)];
  const appCenter = await startAppCenter({ authority, fabric, loopbackPorts, ...options });
  const agent = new Agent({ connect: { ca: authority.caPem } });
  return {
    ...{ fabric, cluster, appCenter, aci, folder },
    prefixes: (epg) => prefixesIn(fabric, epg),
    podPrefixes: (namespace, prefix) => podPrefixes(cluster, namespace, prefix),
    ...asking(appCenter, fabric, agent),
    async close() {
      await agent.close();
      await appCenter.close();
      await Promise.all([fabric.close(), cluster.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function say(line: string): void {
  console.log(`      ${line}`);
}

/** With the token of a session of its own, which is opened anew when it has ended. */
function asking(
  appCenter: AppCenter,
  { username, password }: Fabric,
  agent: Agent,
): Pick<AppStage, 'ask' | 'token'> {
  let headers: Record<string, string> | undefined;
  const post = async (path: string, body: unknown, sent = {}): Promise<Answer> => {
    const url = new URL(path, appCenter.url);
    const answer = await request(url, {
      ...{ method: 'POST', dispatcher: agent, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json', ...sent },
    });
    return { status: answer.statusCode, body: await answer.body.json() };
  };
  const signIn = async (): Promise<Record<string, string>> => {
    const { body } = await post('/api/aaaLogin.json?gui-token-request=yes', {
      aaaUser: { attributes: { name: username, pwd: password } },
    });
    const { token, urlToken } = (body as LoginBody).imdata[0].aaaLogin.attributes;
    return { DevCookie: token, 'APIC-challenge': urlToken };
  };
  const send = async (method: string, path: string, body: unknown): Promise<Answer> => {
    headers ??= await signIn();
    const inner = {
      'content-type': 'application/json',
      ...(method === 'PUT' && { 'if-none-match': '*' }),
      ...headers,
    };
    return post(
      '/appcenter/KubeSync/AciKubeSync/proxy.json',
      { method, path: `/api/v1/${path}`, query: {}, headers: inner, ...(body !== undefined && { body }) },
      headers,
    );
  };
  return {
    token: signIn,
    async ask(method, path, body) {
      let answer = await send(method, path, body);
      if (answer.status === 403) {
        headers = undefined;
        answer = await send(method, path, body);
      }
      return answer.status === 200 ? (answer.body as Answer) : answer;
    },
  };
}

interface LoginBody {
  readonly imdata: readonly [
    { readonly aaaLogin: { readonly attributes: Record<'token' | 'urlToken', string> } },
  ];
}

function prefixesIn(fabric: Fabric, epg: string): string[] {
  const dn = `uni/tn-k8s/out-calico/instP-${epg}`;
  if (fabric.get(dn) === undefined) return [];
  return fabric
    .subtree(dn, 'l3extSubnet')
    .map(({ attributes }) => attributes['ip'] ?? '')
    .sort();
}

interface PodShape {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly podIPs?: readonly { readonly ip: string }[] };
}

function podPrefixes(cluster: Cluster, namespace: string, prefix: string): string[] {
  const pods = cluster.list('Pod', namespace) as unknown as PodShape[];
  return pods
    .filter(({ metadata }) => metadata.name.startsWith(prefix))
    .flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => `${ip}/${ip.includes(':') ? 128 : 32}`))
    .sort();
}

/** What the pods have is what stands on the fabric. */
export function isInStep(stage: AppStage, epg: string, workload: string): boolean {
  const wanted = stage.podPrefixes('shop', `${workload}-`);
  return wanted.length > 0 && JSON.stringify(stage.prefixes(epg)) === JSON.stringify(wanted);
}
