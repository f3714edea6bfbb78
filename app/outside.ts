/**
 * What a document declares, as collaborators ready to be made: one source per cluster and followed fabric, one system per fabric and
 * load balancer. Another kind of system is another adapter and a row here.
 */
import { createApicSystem, type ApicSystem } from '../backend/adapters/apic/create-apic-system.ts';
import { createBigIpSystem } from '../backend/adapters/bigip/create-bigip-system.ts';
import { createHaproxySystem } from '../backend/adapters/haproxy/create-haproxy-system.ts';
import { createKubernetesCatalogue } from '../backend/adapters/kubernetes/catalogue.ts';
import type { System } from '../backend/apply/ports.ts';
import { createUnavailableSystem } from '../backend/adapters/system/unavailable-system.ts';
import { compileRules, kindsOf } from '../backend/desire/rule.ts';
import type { Clock } from '../backend/model/clock.ts';
import { clusterKinds, type ClusterKind, type ObservedKind } from '../backend/model/cluster-records.ts';
import { digest } from '../backend/model/digest.ts';
import type { SourceName, SystemName } from '../backend/model/identity.ts';
import type {
  BigIpDeclaration,
  ClusterDeclaration,
  Document,
  FabricDeclaration,
  HaproxyDeclaration,
} from '../backend/model/mapping.ts';
import { problem, problemOf, type Problem } from '../backend/model/problems.ts';
import { createClusterSource } from '../backend/observe/cluster-source.ts';
import { createEndpointSource } from '../backend/observe/endpoint-source.ts';
import type { EndpointMemory, FollowedEpg, Probe, Source } from '../backend/observe/ports.ts';
import { createUnavailableSource } from '../backend/observe/unavailable-source.ts';
import type { Declaration, DeclaredSource, DeclaredSystem } from '../backend/reconcile/declared.ts';
import type { Ledger } from '../backend/reconcile/ports.ts';
import type { Logger } from './logging.ts';
import { isReference } from '../backend/store/document/reference-places.ts';
import type { HostFabricAccess } from './app-center/host.ts';
import { credentialsOfFabric, placeOfFabric } from './config/fabric-access.ts';
import { resolveTrust, type Secrets } from './config/secrets.ts';

export interface OutsideOptions {
  readonly secrets: Secrets;
  /** Of the APIC on which we run. */
  readonly host?: HostFabricAccess | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Nothing may be written now. */
  readonly paused: () => boolean;
  /** Look only: nothing is confirmed or remembered. */
  readonly dryRun?: boolean;
  /** Follow all kinds of objects that a mapping could be made from, so that one can be previewed before it is there. */
  readonly followAll?: boolean;
}

interface Making extends OutsideOptions {
  readonly document: Document;
}

export function declare(document: Document, options: Making): Declaration {
  const making: Making = { ...options, document };
  const { clusters, fabrics, loadBalancers } = document;
  const apics = fabrics.map((each) => declareSystem(each, making, () => createFabric(each, making)));
  const balancers = loadBalancers.map((each) =>
    declareSystem(each, making, () =>
      each.kind === 'bigip' ? createBigIp(each, making) : createHaproxy(each, making),
    ),
  );
  const followed = apics.flatMap((apic) => declareFollowed(apic, making) ?? []);
  return {
    systems: [...apics, ...balancers],
    sources: [...clusters.map((each) => declareCluster(each, making)), ...followed],
  };
}

/** Secrets are in it, and cannot be read from it. */
function declaredAs(made: unknown, { document, secrets }: Making): Pick<DeclaredSystem, 'shape' | 'secrets'> {
  const opened: string[] = [];
  const unreadable: string[] = [];
  const open = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'string' || !isReference(value)) return value;
    try {
      opened.push(secrets.read(value));
    } catch {
      unreadable.push(value);
    }
    return value;
  };
  const shape = digest(JSON.stringify([document.instance, made], open), 32);
  return { shape, secrets: unreadable.length === 0 ? digest(JSON.stringify(opened), 32) : undefined };
}

/** What cannot be made as it is declared is there, and says why; nothing else is held up by it. */
function orUnavailable<Unit>(create: () => Unit, unavailable: (problem: Problem) => Unit): Unit {
  try {
    return create();
  } catch (thrown) {
    return unavailable(problemOf(thrown));
  }
}

function declareSystem(
  declaration: { readonly name: SystemName },
  making: Making,
  create: () => System,
): DeclaredSystem {
  const { name } = declaration;
  return {
    name,
    ...declaredAs(declaration, making),
    create: () => orUnavailable(create, (problem) => createUnavailableSystem(name, problem)),
  };
}

function declareCluster(declaration: ClusterDeclaration, making: Making): DeclaredSource {
  const { name } = declaration;
  const { server, trust, credentials, observe } = declaration;
  const kinds = followedKinds(name, making);
  return {
    name,
    // Ranges decide what is wanted, not what is read.
    ...declaredAs([server, trust, credentials, observe, kinds], making),
    create: () =>
      orUnavailable(
        () => createCluster(declaration, kinds, making),
        (problem) => createUnavailableSource(name, problem),
      ),
  };
}

function followedKinds(name: SourceName, { document, followAll }: Making): readonly ClusterKind[] {
  return followAll === true ? clusterKinds : observedKinds(document)(name).filter(isOfCluster).sort();
}

/** First contact confirms an identity; another one later is for a person to confirm. */
function identityMemory(of: SourceName | SystemName, { ledger, clock, dryRun }: Making) {
  return {
    expectedIdentity: () => ledger.identity(of),
    onIdentity: (identity: string) => {
      if (dryRun !== true && ledger.identity(of) === undefined)
        ledger.confirmIdentity(of, identity, 'first contact', clock.now());
    },
  };
}

function createCluster(
  declaration: ClusterDeclaration,
  kinds: readonly ClusterKind[],
  options: Making,
): Source & Probe {
  const { credentials, name, observe, server, trust } = declaration;
  const { clock, ledger, secrets } = options;
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
    kinds,
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
function common(name: SystemName, options: Making) {
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

function createFabric(declaration: FabricDeclaration, options: Making): ApicSystem {
  const { name, batchObjects, batchBytes, resyncMs } = declaration;
  const { secrets, host } = options;
  return createApicSystem({
    ...common(name, options),
    ...{ batchObjects, batchBytes, resyncMs },
    ...placeOfFabric(declaration, secrets, host),
    credentials: credentialsOfFabric(declaration, secrets, host),
  });
}

function createBigIp(declaration: BigIpDeclaration, options: Making): System {
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

function createHaproxy(declaration: HaproxyDeclaration, options: Making): System {
  const { name, socket, probeMs, resyncMs, check } = declaration;
  return createHaproxySystem({ ...common(name, options), socket, probeMs, resyncMs, check });
}

/** The endpoints that the fabric learned, as far as mappings follow them. */
function declareFollowed(
  { name: system, shape, secrets }: DeclaredSystem,
  making: Making,
): DeclaredSource | undefined {
  const name = system as string as SourceName;
  const follow = followedEpgs(name, making.document);
  if (follow.length === 0) return undefined;
  return {
    name,
    shape: digest(JSON.stringify([shape, follow]), 32),
    secrets,
    create(systems) {
      const apic = systems.get(system);
      return apic !== undefined && isApic(apic)
        ? createFollowed(apic, follow, making)
        : createUnavailableSource(name, apic?.view.problem ?? problem('fabric.unreachable', system));
    },
  };
}

function isApic(system: System): system is ApicSystem {
  return 'endpoints' in system;
}

function createFollowed(
  apic: ApicSystem,
  follow: readonly FollowedEpg[],
  { clock, ledger, dryRun }: Making,
): Source & Probe {
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
