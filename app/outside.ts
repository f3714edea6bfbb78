/**
 * What the document declares, as collaborators: one source per cluster and followed fabric, one system per fabric and load balancer.
 * Another kind of system is another adapter and a row here.
 */
import { createApicSystem, type ApicSystem } from '../backend/adapters/apic/create-apic-system.ts';
import { createBigIpSystem } from '../backend/adapters/bigip/create-bigip-system.ts';
import { createHaproxySystem } from '../backend/adapters/haproxy/create-haproxy-system.ts';
import { createKubernetesCatalogue } from '../backend/adapters/kubernetes/catalogue.ts';
import type { System } from '../backend/apply/ports.ts';
import { compileRules, kindsOf } from '../backend/desire/rule.ts';
import type { Clock } from '../backend/model/clock.ts';
import type { ClusterKind, ObservedKind } from '../backend/model/cluster-records.ts';
import type { SourceName, SystemName } from '../backend/model/identity.ts';
import type {
  BigIpDeclaration,
  ClusterDeclaration,
  Document,
  FabricDeclaration,
  HaproxyDeclaration,
} from '../backend/model/mapping.ts';
import { createClusterSource } from '../backend/observe/cluster-source.ts';
import { createEndpointSource } from '../backend/observe/endpoint-source.ts';
import type { EndpointMemory, FollowedEpg, Probe, Source } from '../backend/observe/ports.ts';
import type { Ledger } from '../backend/reconcile/ports.ts';
import type { Logger } from './logging.ts';
import { resolveTrust, type Secrets } from './config/secrets.ts';

export interface OutsideOptions {
  readonly document: Document;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Nothing may be written now. */
  readonly paused: () => boolean;
  /** Look only: nothing is confirmed or remembered. */
  readonly dryRun?: boolean;
}

export interface Outside {
  readonly systems: readonly System[];
  readonly sources: readonly (Source & Probe)[];
}

export function createOutside(options: OutsideOptions): Outside {
  const { clusters, fabrics, loadBalancers } = options.document;
  const apics = fabrics.map((each) => createFabric(each, options));
  const balancers = loadBalancers.map((each) =>
    each.kind === 'bigip' ? createBigIp(each, options) : createHaproxy(each, options),
  );
  const followed = apics.flatMap((apic) => createFollowed(apic, options) ?? []);
  return {
    systems: [...apics, ...balancers],
    sources: [...clusters.map((each) => createCluster(each, options)), ...followed],
  };
}

/** First contact confirms an identity; another one later is for a person to confirm. */
function identityMemory(of: SourceName | SystemName, { ledger, clock, dryRun }: OutsideOptions) {
  return {
    expectedIdentity: () => ledger.identity(of),
    onIdentity: (identity: string) => {
      if (dryRun !== true && ledger.identity(of) === undefined)
        ledger.confirmIdentity(of, identity, 'first contact', clock.now());
    },
  };
}

function createCluster(declaration: ClusterDeclaration, options: OutsideOptions): Source & Probe {
  const { credentials, name, observe, server, trust } = declaration;
  const { clock, document, ledger, secrets } = options;
  const catalogue = createKubernetesCatalogue({
    name,
    server,
    trust: resolveTrust(trust, secrets),
    credentials:
      'token' in credentials
        ? { token: secrets.read(credentials.token) }
        : {
            certPem: secrets.read(credentials.clientCertificate),
            keyPem: secrets.read(credentials.clientKey),
          },
    observe,
    kinds: observedKinds(document)(name).filter(isOfCluster),
    clock,
    ...identityMemory(name, options),
    lowestResourceVersion: () => ledger.resourceVersion(name),
    onResourceVersion: (resourceVersion) => {
      if (options.dryRun !== true) ledger.setResourceVersion(name, resourceVersion);
    },
  });
  return createClusterSource({ catalogue, clock });
}

function isOfCluster(kind: ObservedKind): kind is ClusterKind {
  return kind !== 'LearnedEndpoint';
}

/** What the mappings are made from; of a cluster also Namespaces, whose end explains the end of what is in them. */
export function observedKinds(document: Document): (source: SourceName) => ObservedKind[] {
  const rules = [...compileRules(document).values()].flat();
  const fabrics: ReadonlySet<string> = new Set(document.fabrics.map(({ name }) => name));
  return (source) => {
    const kinds = rules.filter((rule) => rule.sources.has(source)).flatMap((rule) => [...kindsOf(rule)]);
    return [...new Set<ObservedKind>([...(fabrics.has(source) ? [] : ['Namespace' as const]), ...kinds])];
  };
}

/** What all systems are given. */
function common(name: SystemName, options: OutsideOptions) {
  const { clock, document, logger, paused } = options;
  const log = logger.child({ system: name });
  return {
    name,
    instance: document.instance,
    mayWrite: () => !paused(),
    clock,
    random: Math.random,
    log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) =>
      log[level](fields ?? {}, message),
    ...identityMemory(name, options),
  };
}

function createFabric(declaration: FabricDeclaration, options: OutsideOptions): ApicSystem {
  const { name, controllers, trust, credentials, ...bounds } = declaration;
  const { secrets } = options;
  return createApicSystem({
    ...common(name, options),
    ...bounds,
    controllers,
    trust: resolveTrust(trust, secrets),
    credentials: { username: credentials.username, password: secrets.read(credentials.password) },
  });
}

function createBigIp(declaration: BigIpDeclaration, options: OutsideOptions): System {
  const { name, address, trust, credentials, resyncMs, saveAfterMs } = declaration;
  const { secrets } = options;
  return createBigIpSystem({
    ...common(name, options),
    address,
    trust: resolveTrust(trust, secrets),
    credentials: { ...credentials, password: secrets.read(credentials.password) },
    resyncMs,
    saveAfterMs,
  });
}

function createHaproxy(declaration: HaproxyDeclaration, options: OutsideOptions): System {
  const { name, socket, probeMs, resyncMs, check } = declaration;
  return createHaproxySystem({ ...common(name, options), socket, probeMs, resyncMs, check });
}

/** The endpoints that the fabric learned, as far as mappings follow them. */
function createFollowed(apic: ApicSystem, options: OutsideOptions): (Source & Probe) | undefined {
  const follow = followedEpgs(apic.name as string as SourceName, options.document);
  if (follow.length === 0) return undefined;
  const { clock, ledger, dryRun } = options;
  const memory = ledger.endpointMemory(apic.name as string as SourceName);
  const readOnly: EndpointMemory = { load: () => memory.load(), save: () => undefined };
  return createEndpointSource({
    feed: apic.endpoints(follow.map(({ epg }) => epg)),
    follow,
    clock,
    memory: dryRun === true ? readOnly : memory,
  });
}

/** Each EPG once, with the longest time that a mapping gives it. */
function followedEpgs(fabric: SourceName, { mappings }: Document): FollowedEpg[] {
  const found = new Map<string, number>();
  for (const { from } of mappings)
    if (from.kind === 'aciEpg' && from.sources.includes(fabric))
      for (const epg of from.epgs) found.set(epg, Math.max(found.get(epg) ?? 0, from.absentForMs));
  return [...found].map(([epg, absentForMs]) => ({ epg, absentForMs }));
}
