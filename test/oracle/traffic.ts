/**
 * What a configuration means for redirect policies and pools, said a second time and in other words: which of them there should be,
 * and for each what it must hold, and what it may.
 *
 *     must       a backend that serves
 *     may        one that is alive and serves no more (not ready, on its way out): as long as its connections need, or its
 *                drain lasts; as many of those that are not ready as `keeps` says for ever, since too few others would be left
 *     must not   anything else of ours: the dead leave at once
 *
 * A policy is for one address family: IPv4 under its name, IPv6 under its name with `_v6`. It comes with its first destination, a
 * pool with its group. Destinations of a policy that names an IP SLA policy each have a health group of the tenant, named after
 * cluster and backend.
 * In: the YAML, raw objects of clusters and fabric. It must not know the product: nothing of it is imported.
 */
import { groupsIn, groupsLearned, type Backend, type BackendGroup, type RawFabric } from './backends.ts';
import type { DocumentText, MappingText, PoolText, RedirectPolicyText, TrafficText } from './document.ts';
import type { RawCluster } from './kubernetes.ts';
import { familyOf, filled, isInRange, markStart, nameOf } from './selection.ts';

export interface Item {
  readonly standing: Backend['standing'];
  /** How many stand behind it and serve, at least 1, at most what the system takes; undefined: its weight is nobody's business. */
  readonly weight: number | undefined;
  /** Any of these; empty: none. */
  readonly healthGroups: ReadonlySet<string>;
}

export interface TrafficWish {
  readonly kind: 'redirectPolicy' | 'pool';
  /** DN of the policy, path of the pool. */
  readonly id: string;
  readonly mapping: string;
  readonly markStart: string;
  readonly mode: 'report' | 'add-only' | 'full';
  readonly whenEmpty: 'keep' | 'delete';
  readonly create: boolean;
  /** By what they are called: the address, in a pool `address port`. */
  readonly items: ReadonlyMap<string, Item>;
  /** So many of those that do not end must be in service, where that is in our hands. */
  readonly least: number;
  /** So many items that wait may stay in service for want of others. */
  readonly keeps: number;
  /** What the object itself must show. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly ipSla: string | undefined;
}

export interface Sources {
  readonly clusters: ReadonlyMap<string, RawCluster>;
  readonly fabric: RawFabric;
}

export const mustHold = ({ items }: TrafficWish): string[] => named(items, (each) => each === 'serves');
export const mayHold = ({ items }: TrafficWish): string[] => named(items, () => true);
export const waiting = ({ items }: TrafficWish): string[] => named(items, (each) => each === 'waits');

function named(items: TrafficWish['items'], is: (standing: Item['standing']) => boolean): string[] {
  return [...items].filter(([, { standing }]) => is(standing)).map(([name]) => name);
}

export function trafficWishes(document: DocumentText, sources: Sources): Map<string, TrafficWish> {
  const found = document.mappings.flatMap((mapping) => {
    const { redirectPolicy, pool } = mapping.to;
    return [
      ...(redirectPolicy === undefined ? [] : policies({ document, mapping, sources }, redirectPolicy)),
      ...(pool === undefined ? [] : poolsOf({ document, mapping, sources }, pool)),
    ];
  });
  return new Map(found.map((wish) => [wish.id, wish]));
}

interface Case {
  readonly document: DocumentText;
  readonly mapping: MappingText;
  readonly sources: Sources;
}

/** Backends of all clusters and EPGs, by what their object is called. */
function byName(question: Case, target: TrafficText & { port?: PoolText['port'] }): Map<string, Sourced[]> {
  const { document, mapping, sources } = question;
  const found = new Map<string, Sourced[]>();
  const add = (source: string, { values, backends }: BackendGroup): void => {
    const name = filled(target.name, { ...values, mapping: mapping.name });
    const known = found.get(name) ?? [];
    known.push(...backends.map((backend) => ({ source, backend })));
    found.set(name, known);
  };
  for (const name of mapping.from.clusters ?? []) {
    const cluster = sources.clusters.get(name);
    if (cluster === undefined) continue;
    for (const group of groupsIn({ mapping, target, cluster }))
      add(name, { ...group, values: { ...group.values, cluster: name } });
  }
  if (mapping.from.kind === 'aciEpg') {
    const name = mapping.from.fabric ?? document.fabrics?.[0]?.name ?? '';
    for (const group of groupsLearned(mapping, target, { name, fabric: sources.fabric })) add(name, group);
  }
  return found;
}

interface Sourced {
  readonly source: string;
  readonly backend: Backend;
}

function policies(question: Case, target: RedirectPolicyText): TrafficWish[] {
  const { families = ['ipv4', 'ipv6'], tenant, ipSla } = target;
  return families.flatMap((family) => {
    const template = family === 'ipv6' ? `${target.name}_v6` : target.name;
    return [...byName(question, { ...target, name: template })].map(([name, backends]) => ({
      ...common(question, target),
      kind: 'redirectPolicy' as const,
      id: `uni/tn-${tenant}/svcCont/svcRedirectPol-${name}`,
      ...holding(itemsOf(question, target, { backends, families: [family], most: 10, ipSla }), target),
      attributes: policyAttributes(target),
      ipSla,
    }));
  });
}

function policyAttributes(target: RedirectPolicyText): Record<string, string> {
  const { hashing = 'sip-dip-prototype', resilientHash = true, threshold, create = true } = target;
  if (!create) return {};
  return {
    hashingAlgorithm: hashing,
    resilientHashEnabled: resilientHash ? 'yes' : 'no',
    thresholdDownAction: target.thresholdDownAction ?? 'permit',
    thresholdEnable: threshold === undefined ? 'no' : 'yes',
    ...(threshold && {
      minThresholdPercent: String(threshold.min),
      maxThresholdPercent: String(threshold.max),
    }),
  };
}

function poolsOf(question: Case, target: PoolText): TrafficWish[] {
  const { families = ['ipv4', 'ipv6'], partition = '' } = target;
  return [...byName(question, target)].map(([name, backends]) => ({
    ...common(question, target),
    kind: 'pool',
    id: `/${partition}/${name}`,
    ...holding(itemsOf(question, target, { backends, families, most: 100, ipSla: undefined }), target),
    attributes: target.monitor === undefined ? {} : { monitor: target.monitor },
    ipSla: undefined,
  }));
}

function common({ document, mapping }: Case, { whenEmpty = 'keep', create = true }: TrafficText) {
  const { name, mode = 'report' } = mapping;
  return { mapping: name, markStart: markStart(document.instance, name), mode, whenEmpty, create };
}

interface Choice {
  readonly backends: readonly Sourced[];
  readonly families: readonly string[];
  readonly most: number;
  readonly ipSla: string | undefined;
}

function itemsOf(
  { document, mapping }: Case,
  target: TrafficText & { port?: PoolText['port'] },
  { backends, families, most, ipSla }: Choice,
): Map<string, Item> {
  const isPool = target.port !== undefined;
  const weighs = target.weights ?? (target.destinations === 'node' && mapping.from.kind !== 'node');
  const behind = Map.groupBy(
    backends.flatMap(({ source, backend }) =>
      backend.addresses
        .filter((text) => families.includes(familyOf(text)))
        .filter(
          (text) => backend.range === undefined || isInRange(document, source, { kind: backend.range, text }),
        )
        .filter(() => !isPool || backend.port !== undefined)
        .map((address) => ({
          name: isPool ? `${address} ${String(backend.port)}` : address,
          source,
          backend,
        })),
    ),
    ({ name }) => name,
  );
  return new Map(
    [...behind].map(([name, all]) => [
      name,
      {
        standing: bestOf(all.map(({ backend }) => backend.standing)),
        weight: weighs ? Math.min(most, Math.max(1, serving(all))) : undefined,
        healthGroups: new Set(
          ipSla === undefined ? [] : all.map(({ source, backend }) => nameOf(`${source}_${backend.probed}`)),
        ),
      },
    ]),
  );
}

function bestOf(standings: readonly Backend['standing'][]): Backend['standing'] {
  if (standings.includes('serves')) return 'serves';
  return standings.includes('waits') ? 'waits' : 'ends';
}

/** Each pod counts once, whatever number of slices show it. */
function serving(all: readonly Sourced[]): number {
  const those = all.filter(({ backend }) => backend.standing === 'serves');
  return new Set(those.map(({ source, backend }) => `${source} ${backend.behind}`)).size;
}

/** Of those that are alive and stay, so many must be in service; never none. */
function holding(
  items: Map<string, Item>,
  { minHealthy = '50%' }: TrafficText,
): Pick<TrafficWish, 'items' | 'least' | 'keeps'> {
  const count = (standing: Item['standing']): number =>
    [...items.values()].filter((each) => each.standing === standing).length;
  const [serves, waits] = [count('serves'), count('waits')];
  const staying = serves + waits;
  const asked =
    typeof minHealthy === 'number'
      ? minHealthy
      : Math.ceil((Number.parseInt(minHealthy, 10) / 100) * staying);
  const least = Math.min(staying, Math.max(1, asked));
  return { items, least, keeps: Math.max(0, least - serves) };
}
