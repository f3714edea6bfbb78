/**
 * The product as a process, with a document made for one test, beside simulators that live in the test. It is seen only by
 * what it writes to the fabric and by what it says over HTTP.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { createAuthority, type Authority } from '../../lab/authority.ts';
import { startCluster, type Cluster } from '../../lab/cluster/cluster.ts';
import { startProduct, type Product } from '../../lab/demo/product.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { baseFabric } from '../../lab/fabric/seed.ts';

export const l3out = 'uni/tn-k8s/out-calico';
/** How long a test waits for what must come true; no promise of speed. */
const patienceMs = 30_000;
/** The product and the simulators live this many times as fast as we do. */
export const clockRate = 20;

export interface Said {
  /** A cluster, a fabric, or the name of a target object. */
  readonly about: string;
  readonly code: string;
  readonly detail: string;
}

export interface Stage {
  readonly fabric: Fabric;
  readonly cluster: Cluster;
  readonly folder: string;
  product: Product;
  /** Ends the product, in order unless told otherwise, and starts it again. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Prefixes in an EPG, sorted; none when there is no such EPG. */
  prefixes(epg: string): string[];
  /** Everything that the product has to say about clusters, fabrics and target objects. */
  said(): Promise<Said[]>;
  /** Waits until it is said of `about`, whose name contains this, and gives it back. */
  says(about: string, code: string | RegExp): Promise<Said>;
  until(expectation: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** Writes another document in the place of this one, as editors do; the product reads it while it runs. */
  redeclare(options: Partial<StageOptions>): void;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly mappings: readonly object[];
  /** What is declared beside the cluster `c1` and the fabric `dc1`: the same servers, with other fields. */
  readonly clusters?: readonly object[];
  /** Fields of `c1` itself. */
  readonly c1?: object;
  readonly fabrics?: readonly object[];
  readonly loadBalancers?: readonly object[];
  /** Whose certificates the servers have; of those that the test starts itself, too. */
  readonly authority?: Authority;
  readonly files?: Readonly<Record<string, string>>;
  /** Before the product starts. */
  readonly prepare?: (parts: { readonly fabric: Fabric; readonly cluster: Cluster }) => void | Promise<void>;
}

/** A mapping that writes from the first round on. */
export function mapping(name: string, from: object, externalEpg: object = {}): object {
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
        ...externalEpg,
      },
    },
  };
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-failures-'));
  const authority = options.authority ?? (await createAuthority());
  const { fabric, cluster } = await startLab(authority);
  await options.prepare?.({ fabric, cluster });
  const files = {
    'ca.pem': authority.caPem,
    token: cluster.tokens.reader,
    password: fabric.password,
    'config.yaml': stringify(documentOf(options, { fabric, cluster })),
    ...options.files,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const start = (): Promise<Product> =>
    startProduct({
      config: join(folder, 'config.yaml'),
      dataDir: join(folder, 'data'),
      listen: '127.0.0.1:0',
      logFile: join(folder, 'product.log'),
      options: ['--clock-rate', String(clockRate)],
    });
  const product = await start();
  const stage: Stage = {
    fabric,
    cluster,
    folder,
    product,
    async restart(signal = 'SIGTERM') {
      await stage.product.stop(signal);
      stage.product = await start();
    },
    prefixes: (epg) => prefixesIn(fabric, epg),
    said: () => everythingSaid(stage.product),
    says: (about, code) => waitForWord(stage, about, code),
    until,
    redeclare(changed) {
      const text = stringify(documentOf({ ...options, ...changed }, { fabric, cluster }));
      writeFileSync(join(folder, 'config.new'), text, { mode: 0o600 });
      renameSync(join(folder, 'config.new'), join(folder, 'config.yaml'));
    },
    async close() {
      await stage.product.stop();
      await Promise.all([fabric.close(), cluster.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

async function startLab(authority: Authority): Promise<{ fabric: Fabric; cluster: Cluster }> {
  const fabric = await startFabric({ authority, clockRate, leafDelayMs: 400, notificationDelayMs: 100 });
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

function documentOf(
  { mappings, clusters = [], c1: fields = {}, fabrics = [], loadBalancers = [] }: StageOptions,
  { fabric, cluster }: { readonly fabric: Fabric; readonly cluster: Cluster },
): object {
  const c1 = {
    name: 'c1',
    server: cluster.url,
    ca: 'file:ca.pem',
    credentials: { token: 'file:token' },
    ranges: {
      pods: ['10.244.0.0/16', 'fd00:10:244::/56'],
      loadBalancers: ['192.168.5.0/24'],
      external: ['198.51.100.0/24'],
    },
    ...fields,
  };
  const dc1 = {
    name: 'dc1',
    controllers: [fabric.url],
    ca: 'file:ca.pem',
    credentials: { username: 'admin', password: 'file:password' },
  };
  return {
    version: 1,
    instance: 'fail',
    clusters: [c1, ...clusters.map((fields) => ({ ...c1, ...fields }))],
    fabrics: [dc1, ...fabrics.map((fields) => ({ ...dc1, ...fields }))],
    loadBalancers,
    mappings,
    // Nothing unexplained goes without a person, so that every false removal shows.
    settings: { guard: { share: 0, atLeast: 0 } },
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

interface ProblemText {
  readonly code: string;
  readonly detail: string;
}

interface Named {
  readonly name: string;
  readonly problem: ProblemText | null;
}

interface StatusText {
  readonly sources: readonly (Named & {
    readonly kinds: readonly { kind: string; problem: ProblemText | null }[];
  })[];
  readonly systems: readonly Named[];
  readonly targets: readonly { readonly key: string; readonly problems: readonly ProblemText[] }[];
  readonly problems: readonly ProblemText[];
}

interface PlanText {
  readonly findings: readonly { readonly key: string; readonly problem: ProblemText }[];
  readonly unknown: readonly { readonly key: string; readonly problem: ProblemText }[];
}

async function everythingSaid(product: Product): Promise<Said[]> {
  const status = (await product.get('api/v1/status')) as StatusText;
  const plan = (await product.get('api/v1/plan?limit=10000')) as PlanText;
  const said: Said[] = [];
  const add = (about: string, problem: ProblemText | null): void => {
    if (problem !== null) said.push({ about, code: problem.code, detail: problem.detail });
  };
  for (const { name, problem, kinds } of status.sources) {
    add(name, problem);
    for (const each of kinds) add(`${name} ${each.kind}`, each.problem);
  }
  for (const { name, problem } of status.systems) add(name, problem);
  for (const each of status.problems) add('the product', each);
  for (const { key, problems } of status.targets) for (const each of problems) add(key, each);
  for (const { key, problem } of [...plan.findings, ...plan.unknown]) add(key, problem);
  return said;
}

function isMeant(code: string, meant: string | RegExp): boolean {
  return typeof meant === 'string' ? code === meant : meant.test(code);
}

async function waitForWord(stage: Stage, about: string, code: string | RegExp): Promise<Said> {
  let found: Said | undefined;
  let all: readonly Said[] = [];
  await until(
    `${String(code)} about ${about}`,
    async () => {
      all = await stage.said();
      found = all.find((each) => each.about.includes(about) && isMeant(each.code, code));
      return found !== undefined;
    },
    () => `but ${JSON.stringify(all.filter((each) => each.about.includes(about)).slice(0, 5))}`,
  );
  return found as unknown as Said;
}

async function until(
  expectation: string,
  holds: () => boolean | Promise<boolean>,
  instead: () => string = () => '',
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came true: ${expectation} ${instead()}`);
    await sleep(50);
  }
}
