/**
 * The product as a process that keeps its configuration itself, beside a fabric and a cluster that live in the test. What is
 * configured goes in through its API, as the page does it; what it does is seen at the fabric and in its answers.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { createAuthority, type Authority } from '../../lab/authority.ts';
import { startCluster, type Cluster } from '../../lab/cluster/cluster.ts';
import { startProduct, type Product, type ProductOptions } from '../../lab/demo/product.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { baseFabric } from '../../lab/fabric/seed.ts';

const clockRate = 20;
/** How long a test waits for what must come true; no promise of speed. */
const patienceMs = 30_000;

export interface Answer {
  readonly status: number;
  /** `{}` where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** As it must be sent back in If-Match, quotes and all. */
  readonly tag: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Asked {
  readonly body?: unknown;
  /** What If-Match carries; `*`: it must not exist yet. */
  readonly tag?: string | undefined;
  /** A session or a token. */
  readonly as?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asks again when it was asked too often, after as long as the answer says. */
  readonly patient?: boolean;
}

export interface Live {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  readonly authority: Authority;
  readonly folder: string;
  readonly dataDir: string;
  product: Product;
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** Creates or replaces an entry, whatever it was; throws unless that was done. */
  put(path: string, entry: object, asked?: Pick<Asked, 'as'>): Promise<Answer>;
  /** The lab's fabric `dc1` and cluster `c1`, their secrets typed in, and these mappings. */
  configure(mappings: readonly object[], as?: string): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Prefixes in an EPG, sorted; none when there is no such EPG. */
  prefixes(epg: string): string[];
  /** Codes of what the product says of itself. */
  problems(as?: string): Promise<readonly { readonly code: string; readonly detail: string }[]>;
  until(expectation: string, holds: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
  /** Everything that it logged. */
  log(): string;
  close(): Promise<void>;
}

export interface LiveOptions {
  readonly anonymous?: ProductOptions['anonymous'];
  readonly dataDir?: string;
  readonly options?: readonly string[];
  readonly prepare?: (parts: Pick<Live, 'fabric' | 'cluster'>) => void;
}

export const l3out = 'uni/tn-k8s/out-calico';

/** Every workload of a namespace in an EPG of its own, written from the first round on. */
export function mapping(name: string, from: object = {}, fields: object = {}): object {
  return {
    name,
    mode: 'full',
    firstContact: 'apply',
    from: { kind: 'workload', clusters: ['c1'], ...from },
    to: {
      externalEpg: {
        fabric: 'dc1',
        tenant: 'k8s',
        l3out: 'calico',
        name: '{cluster}_{namespace}_{workload}',
        contracts: { provide: ['web'] },
      },
    },
    ...fields,
  };
}

export async function openLive({ anonymous = 'admin', ...wanted }: LiveOptions = {}): Promise<Live> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-live-'));
  const dataDir = wanted.dataDir ?? join(folder, 'data');
  const logFile = join(folder, 'product.log');
  const authority = await createAuthority();
  const lab = await startLab(authority);
  wanted.prepare?.(lab);
  const options = ['--clock-rate', String(clockRate), ...(wanted.options ?? [])];
  const start = (): Promise<Product> =>
    startProduct({ dataDir, listen: '127.0.0.1:0', logFile, anonymous, options });
  const live: Live = {
    ...lab,
    authority,
    folder,
    dataDir,
    product: await start(),
    ask: (method, path, asked) => ask(`${live.product.url}${path}`, method, asked),
    put: (path, entry, asked) => put(live, path, { ...asked, entry }),
    configure: (mappings, as) => configure(live, mappings, as),
    stop: (signal) => live.product.stop(signal),
    async start() {
      live.product = await start();
    },
    prefixes: (epg) => prefixesIn(lab.fabric, epg),
    async problems(as) {
      const { body } = await live.ask('GET', 'api/v1/status', { as });
      return body['problems'] as { code: string; detail: string }[];
    },
    until,
    log: () => readFileSync(logFile, 'utf8'),
    async close() {
      await live.stop();
      await Promise.all([lab.fabric.close(), lab.cluster.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return live;
}

async function startLab(authority: Authority): Promise<Pick<Live, 'fabric' | 'cluster'>> {
  const fabric = await startFabric({
    // Many people sign in at once here.
    loginThrottle: false,
    authority,
    clockRate,
    leafDelayMs: 400,
    notificationDelayMs: 100,
  });
  fabric.seed(baseFabric());
  const cluster = await startCluster({
    authority,
    name: 'c1',
    clockRate,
    podReadyMs: 1000,
    terminationMs: 1000,
  });
  return { fabric, cluster };
}

async function ask(url: string, method: string, asked: Asked = {}): Promise<Answer> {
  for (;;) {
    const answer = await askOnce(url, method, asked);
    if (answer.status !== 429 || asked.patient !== true) return answer;
    await sleep(1000 * Number(answer.headers['retry-after'] ?? 1));
  }
}

async function askOnce(url: string, method: string, { body, tag, as, headers }: Asked): Promise<Answer> {
  const {
    statusCode: status,
    body: sent,
    headers: got,
  } = await request(url, {
    method,
    headers: {
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
      ...(tag === '*' && { 'if-none-match': '*' }),
      ...(tag !== undefined && tag !== '*' && { 'if-match': tag }),
      ...(as !== undefined && { authorization: `Bearer ${as}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await sent.text();
  const etag = got['etag'];
  return { status, text, body: parsed(text), tag: typeof etag === 'string' ? etag : undefined, headers: got };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

interface PutWanted extends Pick<Asked, 'as'> {
  readonly entry: object;
}

async function put(live: Live, path: string, { entry, as }: PutWanted): Promise<Answer> {
  const { tag = '*' } = await live.ask('GET', path, { as, patient: true });
  const answer = await live.ask('PUT', path, { body: entry, tag, as, patient: true });
  if (answer.status !== 200) throw new Error(`PUT ${path}: ${answer.status} ${answer.text}`);
  return answer;
}

async function configure(live: Live, mappings: readonly object[], as: string | undefined): Promise<void> {
  await live.put('api/v1/fabrics/dc1', fabricEntry(live), { as });
  await live.put('api/v1/clusters/c1', clusterEntry(live), { as });
  // Nothing unexplained goes without a person, so that every false removal shows.
  await live.put('api/v1/settings', { guard: { share: 0, atLeast: 0 } }, { as });
  for (const each of mappings)
    await live.put(`api/v1/mappings/${(each as { name: string }).name}`, each, { as });
}

export function fabricEntry({ fabric, authority }: Pick<Live, 'fabric' | 'authority'>): object {
  return {
    name: 'dc1',
    controllers: [fabric.url],
    ca: authority.caPem,
    credentials: { username: fabric.username, password: { secret: fabric.password } },
  };
}

export function clusterEntry({ cluster, authority }: Pick<Live, 'cluster' | 'authority'>): object {
  return {
    name: 'c1',
    server: cluster.url,
    ca: authority.caPem,
    credentials: { token: { secret: cluster.tokens.reader } },
    ranges: { pods: ['10.244.0.0/16', 'fd00:10:244::/56'] },
  };
}

function prefixesIn(fabric: Fabric, epg: string): string[] {
  const dn = `${l3out}/instP-${epg}`;
  if (fabric.get(dn) === undefined) return [];
  return fabric
    .subtree(dn, 'l3extSubnet')
    .map(({ attributes }) => attributes['ip'] ?? '')
    .sort();
}

async function until(
  expectation: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = patienceMs,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came true: ${expectation}`);
    await sleep(50);
  }
}
