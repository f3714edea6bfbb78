/** Where a DN lies, as far as it concerns target objects, and which kind lies there. */
import { keyText, type KeyText, type SystemName, type TargetKey } from '../../model/identity.ts';
import type { Target } from '../../model/mapping.ts';
import type { Codec } from './codec/codec.ts';
import { codecs } from './codec/registry.ts';
import type { Dn } from './dn.ts';

export type Place =
  | {
      readonly at: 'object';
      readonly tenant: string;
      readonly container: Dn;
      readonly dn: Dn;
      readonly codec: Codec;
    }
  | { readonly at: 'container'; readonly tenant: string; readonly container: Dn }
  | { readonly at: 'tenant'; readonly tenant: string };

const containerRns = [...new Set(codecs.map(({ container }) => container.rn))].join('|');
const byPrefix = new Map(codecs.map((codec) => [codec.prefix, codec]));
const prefixes = [...byPrefix.keys()].join('|');
const policy = new RegExp(`^(uni/tn-([^/]+)(?:/(?:${containerRns}))?)(?:/((${prefixes})-[^/]+))?(?:/|$)`);
/** The DN of an object, anywhere in a text: names have neither slashes nor brackets. */
const mention = new RegExp(`uni/tn-[^/\\]]+/(?:${containerRns})/(?:${prefixes})-[a-zA-Z0-9_.:-]+`);
const containerClasses = codecs.map(({ container: { className, rn } }) => ({
  className,
  pattern: new RegExp(`/(?:${rn})$`),
}));

/** Trap: of a container only what its kinds follow is of interest; the rest is taken for the container itself. */
export function placeOf(dn: string): Place | undefined {
  const match = policy.exec(dn);
  if (match === null) return undefined;
  const [, container = '', tenant = '', rn, prefix = ''] = match;
  if (container.length === `uni/tn-${tenant}`.length) return { at: 'tenant', tenant };
  const codec = rn === undefined ? undefined : byPrefix.get(prefix);
  if (codec === undefined) return { at: 'container', tenant, container: container as Dn };
  return { at: 'object', tenant, container: container as Dn, dn: `${container}/${rn ?? ''}` as Dn, codec };
}

type ObjectPlace = Extract<Place, { at: 'object' }>;

/** Every round asks for every object's. */
const places = new Map<Dn, ObjectPlace>();
const mostPlaces = 50_000;

/** The object itself; throws for a DN that is none's. */
export function objectAt(dn: Dn): ObjectPlace {
  const known = places.get(dn);
  if (known !== undefined) return known;
  const place = placeOf(dn);
  if (place?.at !== 'object') throw new TypeError(`${dn} is no target object`);
  if (places.size >= mostPlaces) places.clear();
  places.set(dn, place);
  return place;
}

export function containerOf(dn: Dn): Dn {
  return objectAt(dn).container;
}

/** The first object that a text mentions. */
export function mentioned(text: string): Dn | undefined {
  return mention.exec(text)?.[0] as Dn | undefined;
}

/** Kinds that lie in the container. */
export function codecsIn(container: Dn): readonly Codec[] {
  const className = containerClassOf(container);
  return codecs.filter((codec) => codec.container.className === className);
}

export function containerClassOf(container: Dn): string {
  return containerClasses.find(({ pattern }) => pattern.test(container))?.className ?? '';
}

export function codecOf(key: Pick<TargetKey, 'kind'>): Codec | undefined {
  return codecs.find(({ kind }) => kind === key.kind);
}

/** undefined: an APIC holds no object of this kind and name. */
export function dnOf(key: Pick<TargetKey, 'kind' | 'name'>): Dn | undefined {
  return codecOf(key)?.dnOf(key.name);
}

/** As `dnOf`, for keys that the view has answered: of another one nothing is ever written. */
export function knownDn(key: Pick<TargetKey, 'kind' | 'name'>): Dn {
  const dn = dnOf(key);
  if (dn === undefined) throw new TypeError(`${key.kind} "${key.name}" is no object of an APIC`);
  return dn;
}

export function dnsOf(keys: readonly TargetKey[]): readonly Dn[] {
  return keys.map((key) => dnOf(key)).filter((dn) => dn !== undefined);
}

/** Where mappings look. */
export function containersOf(targets: readonly Target[]): ReadonlySet<Dn> {
  const found = targets.flatMap((target) => codecs.map((codec) => codec.containerOf(target)));
  return new Set(found.filter((dn) => dn !== undefined));
}

export function keyOf(system: SystemName, dn: Dn): TargetKey {
  const { codec } = objectAt(dn);
  return { system, kind: codec.kind, name: codec.nameOf(dn) };
}

export function keyTextOf(system: SystemName, dn: Dn): KeyText {
  return keyText(keyOf(system, dn));
}
