/**
 * What a cluster says of itself and of us, asked once: version, who we are, what we may, which cluster it is, where its pods and nodes are.
 *
 * In: an address and credentials. Out: facts. Only reads and reviews of our own access, which a cluster answers and does not keep.
 */
import {
  commonPrefix,
  familyOf,
  hostPrefix,
  parseAddress,
  parsePrefix,
  type IpPrefix,
} from '../../model/ip.ts';
import { problem, ProblemError, problemOf } from '../../model/problems.ts';
import type { ClusterFacts, ClusterRight, Found } from '../../preflight/ports.ts';
import { createPeer, type Peer } from '../http/peer.ts';
import type { PeerTrust } from '../http/trust.ts';
import { ApiError, apiErrorOfAnswer, incomplete, parsed, toClusterError } from './api-error.ts';
import { accessMaterial, type ClusterCredentials } from './credentials.ts';
import { identityPath, readIdentity } from './identity-gate.ts';
import { kindTable, probedOnly, type Place } from './kinds.ts';
import { field, isTrue, items, raw, text, type Raw } from './raw.ts';

export interface ClusterQuestion {
  readonly server: string;
  readonly trust: PeerTrust;
  readonly credentials: ClusterCredentials;
  readonly signal: AbortSignal;
  /** For all of it. Default 10 s. */
  readonly timeoutMs?: number;
}

type Ask = (path: string, body?: object) => Promise<object>;

interface Node {
  spec: { podCIDR: string; podCIDRs: string[] };
  status: { addresses: { type: string; address: string }[] };
}

/** What is needed of each kind that is followed, and of what a probe may ask for. */
export function neededRights(): readonly (ClusterRight & Place)[] {
  const followed = Object.values(kindTable).flatMap((place) =>
    (['list', 'watch', 'get'] as const).map((verb) => ({ ...place, verb })),
  );
  const probed = Object.values(probedOnly).map((place) => ({ ...place, verb: 'get' as const }));
  return [...followed, ...probed].map(({ verb, group, plural }) => ({
    verb,
    group,
    plural,
    resource: group === '' ? plural : `${plural}.${group}`,
  }));
}

export async function inspectCluster(question: ClusterQuestion): Promise<ClusterFacts> {
  const { signal, timeoutMs = 10_000 } = question;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const found = <Fact>(work: () => Promise<Fact>): Promise<Found<Fact>> => attempt(limit, work);
  const opened = await found(() => open(question, limit));
  if ('problem' in opened) return unanswered(opened);
  const { peer, ask } = opened.fact;
  try {
    const [version, user, missing, identity, ranges] = await Promise.all([
      found(async () => versionOf(await ask('/version'))),
      found(() => whoAmI(ask)),
      found(() => missingRights(ask)),
      found(async () => readIdentity(await ask(identityPath)).identity),
      found(() => rangesOf(ask)),
    ]);
    return { version, user, missing, identity, ranges };
  } finally {
    await peer.close();
    signal.throwIfAborted();
  }
}

function unanswered(why: Found<never>): ClusterFacts {
  return { version: why, user: why, missing: why, identity: why, ranges: why };
}

async function attempt<Fact>(limit: AbortSignal, work: () => Promise<Fact>): Promise<Found<Fact>> {
  try {
    return { fact: await work() };
  } catch (thrown) {
    if (limit.aborted) return { problem: problem('cluster.unreachable', 'no complete answer in time') };
    return { problem: problemOf(thrown) };
  }
}

async function open(question: ClusterQuestion, limit: AbortSignal): Promise<{ peer: Peer; ask: Ask }> {
  const { server, trust, credentials } = question;
  try {
    const { headers, clientCertificate } = await accessMaterial(server, credentials);
    const peer = createPeer({
      baseUrl: server,
      trust,
      connections: 6,
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    });
    return { peer, ask: asker(peer, headers, limit) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProblemError('cluster.unauthorized', `the credentials cannot be used: ${why}`, { cause });
  }
}

function asker(peer: Peer, access: Readonly<Record<string, string>>, signal: AbortSignal): Ask {
  const headers = {
    ...access,
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'aci-kube-sync',
  };
  return async (path, body) => {
    const what = path.split('?', 1)[0] ?? path;
    try {
      const post = body === undefined ? {} : { body: JSON.stringify(body) };
      const method = body === undefined ? 'GET' : 'POST';
      const response = await peer.request(method, path, { headers, signal, ...post });
      const answer = await response.text();
      if (response.status !== 200 && response.status !== 201)
        throw apiErrorOfAnswer(response.status, answer, what);
      const value = parsed(answer);
      if (value === undefined) throw incomplete(`${what}: the answer is not a JSON object`);
      return value;
    } catch (thrown) {
      throw toClusterError(thrown, what);
    }
  };
}

function versionOf(answer: object): string {
  const version = text(field(raw<{ gitVersion: string }>(answer), 'gitVersion'));
  if (version === undefined) throw incomplete('/version: no gitVersion');
  return version;
}

interface SelfReview {
  status: { userInfo: { username: string } };
}

/** undefined: a release before 1.28 does not know the question; some do not let everybody ask. */
async function whoAmI(ask: Ask): Promise<string | undefined> {
  try {
    const review = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };
    const answer = await ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
    return text(field(field(field(raw<SelfReview>(answer), 'status'), 'userInfo'), 'username'));
  } catch (thrown) {
    if (thrown instanceof ApiError && [403, 404, 405].includes(thrown.status)) return undefined;
    throw thrown;
  }
}

interface AccessReview {
  status: { allowed: boolean };
}

async function missingRights(ask: Ask): Promise<readonly ClusterRight[]> {
  const answers = await Promise.all(
    neededRights().map(async ({ verb, group, plural, resource }) => {
      const answer = await ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        kind: 'SelfSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        spec: { resourceAttributes: { verb, group, resource: plural } },
      });
      const isAllowed = isTrue(field(field(raw<AccessReview>(answer), 'status'), 'allowed'));
      return isAllowed ? [] : [{ verb, resource }];
    }),
  );
  return answers.flat();
}

interface NodeList {
  metadata: { continue: string };
  items: Node[];
}

async function rangesOf(ask: Ask): Promise<{ pods: readonly string[]; nodes: readonly string[] }> {
  const pods: IpPrefix[] = [];
  const nodes: IpPrefix[] = [];
  for (let token: string | undefined = ''; token !== undefined;) {
    const query = new URLSearchParams({ limit: '500', ...(token !== '' && { continue: token }) });
    const list: Raw<NodeList> = raw<NodeList>(await ask(`/api/v1/nodes?${query.toString()}`));
    for (const node of items(field(list, 'items'))) {
      pods.push(...podPrefixes(node));
      nodes.push(...ownAddresses(node));
    }
    token = text(field(field(list, 'metadata'), 'continue'));
  }
  return { pods: narrowest(pods, { ipv4: 32, ipv6: 128 }), nodes: narrowest(nodes, { ipv4: 24, ipv6: 64 }) };
}

function podPrefixes(node: Raw<Node>): IpPrefix[] {
  const spec = field(node, 'spec');
  const all = [field(spec, 'podCIDR'), ...items(field(spec, 'podCIDRs'))];
  return all.flatMap((each) => parsePrefix(text(each) ?? '') ?? []);
}

function ownAddresses(node: Raw<Node>): IpPrefix[] {
  return items(field(field(node, 'status'), 'addresses')).flatMap((each) => {
    const address = parseAddress(text(field(each, 'address')) ?? '');
    return text(field(each, 'type')) === 'InternalIP' && address !== undefined ? [hostPrefix(address)] : [];
  });
}

/** One prefix for each family; no longer than `most`, since one more node is to fit in as well. */
function narrowest(prefixes: readonly IpPrefix[], most: Readonly<Record<'ipv4' | 'ipv6', number>>): string[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const common = commonPrefix(prefixes.filter((each) => familyOf(each) === family));
    if (common === undefined) return [];
    const [network = '', length] = common.split('/');
    return parsePrefix(`${network}/${Math.min(Number(length), most[family])}`) ?? [];
  });
}
