/**
 * Target objects, whatever their kind: an object on a system with attributes of ours, and items in it.
 *
 * The stages speak only these words, so that a redirect policy or a pool is a new word in `TargetKind`, a desire rule and
 * a codec, and no change in plan, apply or report. What an external EPG's items are:
 *
 *     object          item         name                          attributes        counted
 *     external EPG    subnet       10.244.1.7/32                 scope             yes: the guard counts its removal
 *                     provides     web (a contract)              –                 no
 *                     consumes     web                           –                 no
 *                     inherits     master (an EEPG, same L3Out)  –                 no
 *     redirect policy destination  10.244.1.7                    weight, mac, healthGroup (mac and healthGroup where there is one)
 *                                                                                  yes
 *                     ipSla        tcp80 (an IP SLA policy)      –                 no
 *     pool            member       10.244.1.7:8080, [fd00::7]:8080
 *                                                                state (enabled | drain), weight, priorityGroup,
 *                                                                connectionLimit (the last two where declared)
 *                                                                                  yes
 *
 * A system may show a member beyond the drain (`maint`, `offline`) or pointed elsewhere (`astray`); nobody wishes for these.
 * Attributes of objects: an external EPG has none of ours; a redirect policy hashingAlgorithm, resilientHashEnabled, thresholdEnable,
 * minThresholdPercent, maxThresholdPercent and thresholdDownAction, spelled as the APIC does; a pool that we create monitor and
 * loadBalancingMode, spelled as the BIG-IP does.
 */
import type { AddressKind } from './mapping.ts';
import type { ObjectRef } from './cluster-records.ts';
import type { Brand, SourceName, MappingName, TargetKey } from './identity.ts';
import type { IpAddress } from './ip.ts';
import type { OwnershipMark } from './ownership-mark.ts';
import type { Problem } from './problems.ts';

/** Values are canonical text, as the system would read them back. */
export type Attributes = Readonly<Record<string, string>>;

/** `kind:name`, unique within its object. */
export type ItemId = Brand<'ItemId'>;

export function itemId(kind: string, name: string): ItemId {
  return `${kind}:${name}` as ItemId;
}

/** One address with where it comes from: the reason that `explain` prints. */
export interface ExposedAddress {
  readonly address: IpAddress;
  readonly addressKind: AddressKind;
  readonly cluster: SourceName;
  /** The pod, Service or node that has it. */
  readonly origin: ObjectRef;
  /** The workload behind the pod, when there is one. */
  readonly owner: ObjectRef | undefined;
  readonly node: string | undefined;
  readonly state: 'starting' | 'ready' | 'notReady' | 'terminating' | 'learned' | 'absent';
  /** Whether it may be given traffic now. Always, where addresses only classify. */
  readonly inService: boolean;
  /** Where a pool sends traffic to. */
  readonly port?: number;
  /** Where the source knows it. */
  readonly mac?: string;
}

export interface DesiredItem {
  readonly id: ItemId;
  readonly kind: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly mark: OwnershipMark;
  /** Items for an address; the guard counts their removal, and an external EPG shares it with no other of its VRF. */
  readonly address: IpAddress | undefined;
  /** Never empty for items with an address. */
  readonly reasons: readonly ExposedAddress[];
  /** Alive, and to be given no more traffic: it is never added; what is there goes, by the object's rules for traffic. */
  readonly leaving: boolean;
}

/** How traffic is taken off something. */
export interface TrafficRules {
  /**
   * Of the backends that are alive and not on their way out, how many must stay in service: a share of 0 to 1, or a number. Never
   * fewer than one.
   */
  readonly minHealthy: { readonly share: number } | { readonly count: number };
  /** How long what leaves may finish what it has begun; 0: not at all. */
  readonly drainMs: number;
  /** At the deadline: leave connections to end by themselves, or cut them. */
  readonly then: 'leave' | 'cut';
  /** What is written on an item while it drains; undefined: the system has no such state, and it stays as it is. */
  readonly draining: Attributes | undefined;
}

export interface DesiredObject {
  readonly key: TargetKey;
  readonly mapping: MappingName;
  /** The group's name in people's words: `prod-a/shop/web`. */
  readonly group: string;
  /** The workload, Service or namespace that the group stands for; its 404 explains the removal of everything. */
  readonly owner: { readonly cluster: SourceName; readonly ref: ObjectRef } | undefined;
  readonly mark: OwnershipMark;
  /** false: only items are ours; the object must exist. */
  readonly create: boolean;
  readonly attributes: Attributes;
  readonly items: ReadonlyMap<ItemId, DesiredItem>;
  /** false: it is created with the first item that has an address. */
  readonly createEmpty: boolean;
  /** undefined: its items carry no traffic of their own, they classify it. */
  readonly traffic: TrafficRules | undefined;
  /** What to do when no item with an address is left. */
  readonly whenEmpty: 'keep' | 'delete';
  readonly emptyForMs: number;
  readonly allowIsolated: boolean;
  /** What was refused or could not be used, on this key: out of range, hostname only, name cut, two claims. */
  readonly problems: readonly Problem[];
}

export interface ActualItem {
  readonly id: ItemId;
  readonly kind: string;
  readonly name: string;
  readonly attributes: Attributes;
  /** undefined: a person's, another product's, or a mark that someone overwrote. */
  readonly mark: OwnershipMark | undefined;
  readonly address: IpAddress | undefined;
  /** Connections that it has now; undefined where that is not known, and where nobody asked since it drains. */
  readonly connections?: number;
}

/** Why an object that holds addresses would or would not cut its pods off. */
export type Reachability = 'contract' | 'inherited' | 'preferredGroup' | 'vzAny' | 'unenforced' | 'isolated';

export interface ActualObject {
  readonly key: TargetKey;
  readonly exists: boolean;
  readonly mark: OwnershipMark | undefined;
  readonly attributes: Attributes;
  readonly items: ReadonlyMap<ItemId, ActualItem>;
  /** A child of it that is neither ours nor implicit, or something that refers to it. */
  readonly foreignChildren: number;
  /** `isolated` only when every way of talking was read and none is there; undefined: it is not that kind of object. */
  readonly reachability: Reachability | undefined;
  /** Faults the system shows on it. */
  readonly problems: readonly Problem[];
}
