/**
 * Replays the kinds of request that a real control plane (1.36) answered, against the simulator in the same situation,
 * and compares what a client can rely on: status, content type, kind, reason, texts, and which fields there are.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createAuthority } from '../authority.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { at, isRecord, type KubeObject } from './objects.ts';
import { clientOf, type Client, type Reply } from './test-support/client.ts';

interface Expected {
  readonly status: number;
  readonly contentType: string;
  readonly text?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly code?: number;
  readonly details?: unknown;
  readonly columns?: readonly string[];
  readonly resources?: Readonly<Record<string, unknown>>;
  /** Names of a list's metadata fields. */
  readonly metadata?: readonly string[];
  readonly shape?: string;
  readonly events?: readonly string[];
  readonly bookmark?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
}

interface Exchange {
  readonly about: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly accept?: string;
    readonly contentType?: string;
    readonly as?: 'nobody' | 'reader';
    readonly body?: unknown;
  };
  readonly expected: Expected;
}

interface Facts {
  readonly shapes: Readonly<Record<string, readonly string[]>>;
  readonly exchanges: readonly Exchange[];
}

const facts = JSON.parse(readFileSync(new URL('fixtures/api-facts.json', import.meta.url), 'utf8')) as Facts;

/** Fields that only one side has, and why that is no difference in behaviour. */
const tolerated: Readonly<Record<string, readonly RegExp[]>> = {
  // Resources, ports, second address family and a kubelet that starts containers: the recording's cluster had none.
  Pod: [
    /ports/,
    /hostIPs/,
    /\.started$/,
    /serviceAccountName/,
    /^status\.conditions\[\]\.(reason|message)/,
    /podIPs/,
  ],
  Deployment: [/ports/, /unavailableReplicas/, /template\.metadata/, /annotations/],
  ReplicaSet: [/ports/, /template\.metadata\.annotations/, /(ready|available)Replicas/],
  Namespace: [/deletionTimestamp/],
  // The recording's nodes were written by a script and never quite became ready.
  Node: [/taints/, /annotations/, /capacity/, /allocatable/, /conditions\[\]\.message/],
  Service: [
    /annotations/,
    /labels/,
    /ingress/,
    /healthCheckNodePort/,
    /nodePort/,
    /externalTrafficPolicy/,
    /allocate/,
    /selector/,
  ],
  EndpointSlice: [
    /generateName/,
    /ownerReferences/,
    /targetRef/,
    /nodeName/,
    /conditions\.(serving|terminating)/,
  ],
  Lease: [],
  Scale: [],
  SelfSubjectAccessReview: [/^metadata/, /status\.reason/],
};

const opaque = new Set(['labels', 'annotations', 'matchLabels', 'selector']);

/** The parts of a value that have parts of their own; undefined for a leaf. */
function partsOf(value: unknown, path: string): [string, unknown][] | undefined {
  if (Array.isArray(value)) {
    return value.some(isRecord) ? value.map((item): [string, unknown] => [`${path}[]`, item]) : undefined;
  }
  if (!isRecord(value) || Object.keys(value).length === 0) return undefined;
  const named = opaque.has(path.slice(path.lastIndexOf('.') + 1));
  if (named && !Object.keys(value).some((key) => key.startsWith('match'))) return undefined;
  return Object.entries(value).map(([key, item]) => [path === '' ? key : `${path}.${key}`, item]);
}

function leaves(value: unknown, path = ''): Set<string> {
  const parts = partsOf(value, path);
  if (parts === undefined) return new Set([path]);
  return new Set(parts.flatMap(([inner, item]) => [...leaves(item, inner)]));
}

function assertShape(kind: string, objects: readonly unknown[]): void {
  const ours = new Set(objects.flatMap((object) => [...leaves(object)]));
  const theirs = new Set(facts.shapes[kind]);
  const excused = (field: string): boolean => (tolerated[kind] ?? []).some((pattern) => pattern.test(field));
  const extra = [...ours].filter((field) => !theirs.has(field) && !excused(field));
  const transient = /deletion|annotations|generateName|labels|ownerReferences/;
  const missing = [...theirs].filter(
    (field) => !ours.has(field) && !excused(field) && !transient.test(field),
  );

  assert.deepEqual({ extra, missing }, { extra: [], missing: [] }, `fields of ${kind}`);
}

function tableColumns(body: Reply['json']): string[] {
  const columns = body['columnDefinitions'] as { name: string; priority: number }[];
  return columns.map(({ name, priority }) => (priority === 0 ? name : `${name} (wide)`));
}

function assertResources(body: Reply['json'], expected: Readonly<Record<string, unknown>>): void {
  const served = Object.fromEntries(
    (body['resources'] as Record<string, unknown>[]).map(({ name, ...rest }) => [name as string, rest]),
  );

  assert.deepEqual(served, expected);
}

function assertReply(reply: Reply, expected: Expected): void {
  const { json } = reply;
  assert.equal(reply.status, expected.status, reply.text.slice(0, 400));
  assert.equal(reply.type, expected.contentType);
  if (expected.text !== undefined) assert.equal(reply.text, expected.text);
  for (const field of ['kind', 'apiVersion', 'reason', 'message', 'code'] as const) {
    if (expected[field] !== undefined) assert.equal(json[field], expected[field]);
  }
  if (expected.details !== undefined) assertDetails(json['details'], expected.details);
  if (expected.columns !== undefined) assert.deepEqual(tableColumns(json), expected.columns);
  if (expected.resources !== undefined) assertResources(json, expected.resources);
  if (expected.metadata !== undefined)
    assert.deepEqual(Object.keys(json['metadata'] as object).sort(), expected.metadata);
  if (expected.shape === undefined) return;
  const items = json['items'] as readonly Record<string, unknown>[] | undefined;
  // Items of a list go without kind and apiVersion; the shape is of the object on its own.
  const whole = { kind: expected.shape, apiVersion: '' };
  assertShape(expected.shape, items?.map((item) => ({ ...item, ...whole })) ?? [json]);
}

/** Identities differ from cluster to cluster. */
function assertDetails(ours: unknown, theirs: unknown): void {
  const plain = (details: unknown): unknown => ({ ...(details as object), uid: undefined });

  assert.deepEqual(plain(ours), plain(theirs));
}

interface Situation {
  readonly cluster: Cluster;
  readonly client: Client;
  readonly start: number;
}

const web = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
};

function workload(namespace: string, name: string, replicas: number): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { ...web, metadata: { labels } } },
  };
}

function newestRevision(cluster: Cluster): number {
  return Math.max(...cluster.list('pods').map(({ metadata }) => Number(metadata.resourceVersion)));
}

/** Places of the recording that have other names and numbers here. */
function resolved(path: string, { cluster, start }: Situation): string {
  const pod = cluster.list('pods', 'shop').find(({ metadata }) => metadata.deletionTimestamp === undefined);
  const forgotten = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 2, start: '/aaa\u0000' }));
  return path
    .replace('{pod}', pod?.metadata.name ?? 'none')
    .replace('{now}', String(newestRevision(cluster)))
    .replace('{start}', String(start))
    .replace('{forgotten}', '5')
    .replace('{forgottenPage}', forgotten.toString('base64url'));
}

function withField(object: unknown, path: string, value: unknown): unknown {
  const [head = '', ...rest] = path.split('.');
  const fields = isRecord(object) ? object : {};
  return { ...fields, [head]: rest.length === 0 ? value : withField(fields[head], rest.join('.'), value) };
}

/** A body that is the current object with some fields changed. */
async function bodyFor(exchange: Exchange, { client }: Situation): Promise<unknown> {
  const { body, path } = exchange.request;
  const changes = at(body, '$current');
  if (!isRecord(changes)) return body;
  const current: unknown = await client.get(path);
  return Object.entries(changes).reduce((object, [field, value]) => withField(object, field, value), current);
}

async function replayWatch(exchange: Exchange, situation: Situation): Promise<void> {
  const { cluster, client } = situation;
  const { expected } = exchange;
  const before = newestRevision(cluster);
  const reader = client.watch(resolved(exchange.request.path, situation));
  if (exchange.about.includes('deleted')) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    cluster.remove('pods', 'shop', cluster.list('pods', 'shop')[0]?.metadata.name ?? '');
  }
  await reader.ended;

  assert.deepEqual([...new Set(reader.events.map(({ type }) => type))].sort(), expected.events);
  const bookmark = reader.events.find(({ type }) => type === 'BOOKMARK')?.object;
  if (expected.bookmark !== undefined) {
    assert.ok(Number(bookmark?.metadata['resourceVersion']) >= before);
    assert.deepEqual(
      withField(bookmark, 'metadata.resourceVersion', undefined),
      withField(expected.bookmark, 'metadata.resourceVersion', undefined),
    );
  }
  const error = reader.events.find(({ type }) => type === 'ERROR')?.object;
  for (const [field, value] of Object.entries(expected.error ?? {})) assert.equal(error?.[field], value);
  if (expected.shape === undefined) return;
  const objects = reader.events.filter(({ type }) => type !== 'BOOKMARK').map(({ object }) => object);
  assertShape(expected.shape, objects);
}

describe('the cluster simulator answers as a real control plane', () => {
  let situation: Situation;

  before(async () => {
    const cluster = await startCluster({
      authority: await createAuthority(),
      podReadyMs: 10,
      terminationMs: 60,
    });
    const start = Math.max(...cluster.list('nodes').map(({ metadata }) => Number(metadata.resourceVersion)));
    cluster.apply([workload('default', 'web', 2), workload('shop', 'cart', 3)]);
    await cluster.settled();
    situation = { cluster, client: clientOf(cluster), start };
  });

  after(async () => {
    await situation.client.close();
    await situation.cluster.close();
  });

  for (const exchange of facts.exchanges) {
    const { about, request, expected } = exchange;
    it(`to ${request.method} of ${about}`, async () => {
      if (expected.events !== undefined) return replayWatch(exchange, situation);
      const tokens = { nobody: 'wrong', reader: situation.cluster.tokens.reader };
      const body = await bodyFor(exchange, situation);

      const reply = await situation.client.ask(resolved(request.path, situation), {
        method: request.method,
        ...(request.as === undefined ? {} : { token: tokens[request.as] }),
        ...(request.accept === undefined ? {} : { accept: request.accept }),
        ...(request.contentType === undefined ? {} : { contentType: request.contentType }),
        ...(body === undefined ? {} : { body }),
      });

      assertReply(reply, expected);
      if (request.method !== 'GET') await situation.cluster.settled();
    });
  }
});
