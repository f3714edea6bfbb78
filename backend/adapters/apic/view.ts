/**
 * The mirror in the words of rounds. It answers objects, and problems where it cannot answer: before the first read, while a sentinel
 * is missing, and for keys whose last read failed. Absence is answered only when it was read.
 */
import { itemId, type ActualObject, type Reachability } from '../../model/target-object.ts';
import type { InstanceId, SystemName, TargetKey } from '../../model/identity.ts';
import type { IpPrefix } from '../../model/ip.ts';
import { problem, type Problem } from '../../model/problems.ts';
import type { SystemView } from '../../apply/ports.ts';
import type { Codec } from './codec/codec.ts';
import { containerDn, joinDn } from './dn.ts';
import type { Mirror } from './mirror.ts';
import { reachabilityOf } from './reachability.ts';
import { carriesMark, foreignChildren, hasContract, mastersOf, type ObjectRecord } from './record.ts';
import type { Rights } from './logins.ts';

export interface ViewState {
  readonly problem: Problem | undefined;
  readonly identity: string | undefined;
  readonly rights: readonly Rights[];
  /** Why nothing can be said of this name, beyond its sentinels. */
  doubt(name: string): Problem | undefined;
}

export interface ViewParts {
  readonly system: SystemName;
  readonly instance: InstanceId;
  readonly codec: Codec;
  readonly mirror: Mirror;
  readonly state: ViewState;
}

export class ApicView implements SystemView {
  readonly #parts: ViewParts;
  /** Objects that were answered, while nothing they depend on has changed. */
  #answered = new Map<string, { readonly record: ObjectRecord; readonly object: ActualObject }>();

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  get problem(): Problem | undefined {
    return this.#parts.state.problem;
  }

  get identity(): string | undefined {
    return this.#parts.state.identity;
  }

  /** What answers depend on beside their own record has changed: VRFs, masters, faults. */
  forget(): void {
    this.#answered.clear();
  }

  get({ name }: TargetKey): ActualObject | Problem {
    const { codec, mirror, state } = this.#parts;
    if (codec.dnOf(name) === undefined)
      return problem('fabric.refused', `"${name}" is no name of an external EPG`);
    if (state.problem !== undefined) return state.problem;
    const unknown = mirror.structure.sentinel(codec.containerOf(name)) ?? state.doubt(name);
    return unknown ?? this.#object(name);
  }

  *owned(): Iterable<ActualObject> {
    for (const name of this.#parts.mirror.owned()) yield this.#object(name);
  }

  holders(
    { name }: TargetKey,
    prefix: IpPrefix,
  ): readonly { readonly key: TargetKey; readonly ours: boolean }[] {
    const { mirror, instance } = this.#parts;
    const others = mirror.holders(name, prefix).filter((other) => this.#collide(name, other));
    return others.map((other) => ({
      key: this.#key(other),
      ours: heldBy(mirror.get(other), prefix) === instance,
    }));
  }

  collide(one: TargetKey, other: TargetKey): boolean {
    return this.#collide(one.name, other.name);
  }

  resolves({ name }: TargetKey, itemKind: string, itemName: string): boolean {
    return this.resolvesName(name, itemKind, itemName);
  }

  resolvesName(name: string, itemKind: string, itemName: string): boolean {
    const { mirror, codec } = this.#parts;
    if (itemKind !== 'inherits') return mirror.structure.hasContract(name.split('/')[0] ?? '', itemName);
    const master = mirror.get(`${codec.containerOf(name)}/${itemName}`);
    return master !== undefined && hasContract(master);
  }

  /** Whoever sees all domains sees all L3Outs; classification that leaks between VRFs is not followed. */
  get conflictsFullyChecked(): boolean {
    const { state, mirror } = this.#parts;
    return state.rights.some(({ domain }) => domain === 'all') && !mirror.hasLeaks;
  }

  #key(name: string): TargetKey {
    return { system: this.#parts.system, kind: this.#parts.codec.kind, name };
  }

  #collide(one: string, other: string): boolean {
    const { mirror, codec } = this.#parts;
    const [mine, theirs] = [one, other].map((name) => mirror.structure.vrfDn(codec.containerOf(name)));
    return mine === undefined || theirs === undefined || mine === theirs;
  }

  #object(name: string): ActualObject {
    const record = this.#parts.mirror.get(name);
    if (record === undefined) return this.#absent(name);
    const answered = this.#answered.get(name);
    if (answered?.record === record) return answered.object;
    const object: ActualObject = {
      key: this.#key(name),
      exists: true,
      mark: record.mark,
      attributes: record.attributes,
      items: record.items,
      foreignChildren: this.#foreignChildren(record),
      reachability: this.#reachability(name, record),
      problems: this.#parts.mirror.faults.of(name),
    };
    this.#answered.set(name, { record, object });
    return object;
  }

  #absent(name: string): ActualObject {
    return {
      key: this.#key(name),
      exists: false,
      mark: undefined,
      attributes: {},
      items: new Map(),
      foreignChildren: 0,
      reachability: this.#reachability(name, undefined),
      problems: [],
    };
  }

  /** Of an object that is not there: what the VRF alone would let through. */
  #reachability(name: string, record: ObjectRecord | undefined): Reachability {
    const { mirror, codec } = this.#parts;
    const dn = mirror.structure.vrfDn(codec.containerOf(name));
    const vrf = dn === undefined ? undefined : mirror.structure.vrf(dn);
    if (vrf === undefined) return 'isolated';
    return reachabilityOf(vrf, {
      contract: record !== undefined && hasContract(record),
      inherited: record !== undefined && mastersOf(record).some((master) => this.#hasContract(name, master)),
      preferredGroupMember: record?.attributes['prefGrMemb'] === 'include',
    });
  }

  #hasContract(name: string, masterDn: string): boolean {
    const { mirror, codec } = this.#parts;
    const container = codec.containerOf(name);
    const prefix = `${joinDn(containerDn(container))}/instP-`;
    const master = masterDn.startsWith(prefix)
      ? mirror.get(`${container}/${masterDn.slice(prefix.length)}`)
      : undefined;
    return master !== undefined && hasContract(master);
  }

  /** Children of others, and objects that inherit from it. Only asked of what is ours. */
  #foreignChildren(record: ObjectRecord): number {
    const { mirror, codec, instance } = this.#parts;
    const own = foreignChildren(record, instance);
    if (!carriesMark(record)) return own;
    const dn = codec.dnOf(record.name) ?? '';
    return own + mirror.heirs(dn).length;
  }
}

/** Whose mark the prefix carries there. */
function heldBy(record: ObjectRecord | undefined, prefix: IpPrefix): string | undefined {
  return record?.items.get(itemId('subnet', prefix))?.mark?.instance;
}
