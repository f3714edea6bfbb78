/**
 * What desire must know of a kind of target: which addresses it takes, what it makes of one, and what else belongs into its objects.
 * Another kind is another file beside this one and a row in `registry.ts`.
 */
import type { IpAddress } from '../../model/ip.ts';
import type { AddressKind, Target } from '../../model/mapping.ts';
import type {
  Attributes,
  DesiredItem,
  ExposedAddress,
  ItemId,
  TrafficRules,
} from '../../model/target-object.ts';

/** Of an item, what its mapping and its reasons settle. */
export type ItemContent = Pick<DesiredItem, 'id' | 'kind' | 'name' | 'attributes'>;

export interface TargetRules {
  /** The key's name, from the rendered one. */
  keyName(name: string): string;
  wants(kind: AddressKind): boolean;
  /** Which item an address belongs to: several reasons may come to one item, never one reason to two. */
  idOf(exposed: ExposedAddress): ItemId;
  /** The item, made from its reasons, which are not empty and in a stable order. */
  itemOf(id: ItemId, reasons: readonly ExposedAddress[]): ItemContent;
  /** Items that the mapping alone asks for. */
  readonly fixed: readonly ItemContent[];
  /** Of the object. */
  readonly attributes: Attributes;
  readonly createEmpty: boolean;
  /** undefined: its items classify, and what has an address is in service. */
  readonly traffic: TrafficRules | undefined;
  /** Objects of this kind hold an address one at a time. */
  readonly exclusive: boolean;
  readonly allowIsolated: boolean;
}

/**
 * How many backends stand behind it: nodes carry as much as their pods. Trap: a Service of both families shows each of its pods in two
 * slices, and both stand for the node's address.
 */
export function weightOf(reasons: readonly ExposedAddress[], most: number): string {
  const serving = reasons.filter(({ inService }) => inService);
  const named = serving.filter(({ origin }) => origin.kind !== 'EndpointSlice');
  const backends = new Set(named.map(({ cluster, origin }) => `${cluster}|${origin.kind}|${origin.path}`));
  const nameless = serving.length - named.length;
  return String(Math.min(most, Math.max(1, backends.size + nameless)));
}

export type RulesOf<Kind extends Target['kind']> = (target: Extract<Target, { kind: Kind }>) => TargetRules;

/** The inverse of `idOf`; undefined: an item without an address. */
export type AddressOf = (item: ItemId) => IpAddress | undefined;

/** What stands behind the kind; undefined: an item of another kind. */
export function nameIn(item: ItemId, kind: string): string | undefined {
  return item.startsWith(`${kind}:`) ? item.slice(kind.length + 1) : undefined;
}
