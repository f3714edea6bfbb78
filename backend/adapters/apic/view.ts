/**
 * The mirror in the words of rounds. It answers objects, and problems where it cannot answer: before the first read, while a sentinel
 * is missing, and for objects whose last read failed. Absence is answered only when it was read.
 */
import type { ActualObject, DesiredItem, DesiredObject, ItemId } from '../../model/target-object.ts';
import type { InstanceId, SystemName, TargetKey } from '../../model/identity.ts';
import type { IpPrefix } from '../../model/ip.ts';
import { problem, type Problem } from '../../model/problems.ts';
import type { SystemView } from '../../apply/ports.ts';
import type { Codec, Fabric, StoredItem } from './codec/codec.ts';
import type { Dn } from './dn.ts';
import type { Mirror } from './mirror.ts';
import { codecOf, dnOf, keyOf, objectAt, placeOf } from './place.ts';
import type { ObjectRecord } from './record.ts';
import type { Rights } from './logins.ts';

export interface ViewState {
  readonly problem: Problem | undefined;
  readonly identity: string | undefined;
  readonly release: string | undefined;
  readonly rights: readonly Rights[];
  /** Why nothing can be said of this object, beyond its sentinels. */
  doubt(dn: Dn): Problem | undefined;
}

export interface ViewParts {
  readonly system: SystemName;
  readonly instance: InstanceId;
  readonly mirror: Mirror;
  readonly state: ViewState;
}

interface Answered {
  readonly record: ObjectRecord | undefined;
  readonly object: ActualObject;
}

interface Located {
  readonly dn: Dn;
  readonly codec: Codec;
  readonly container: Dn;
}

const mostLocated = 50_000;

export class ApicView implements SystemView {
  readonly #parts: ViewParts;
  /** Objects that were answered, while nothing they depend on has changed. */
  readonly #answered = new Map<Dn, Answered>();
  /** By kind and name, which say it for ever: every round asks for every object. */
  readonly #located = new Map<string, Located>();

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  get problem(): Problem | undefined {
    return this.#parts.state.problem;
  }

  get identity(): string | undefined {
    return this.#parts.state.identity;
  }

  /** What answers depend on beside their own record has changed: VRFs, masters, companions, faults. */
  forget(): void {
    this.#answered.clear();
  }

  get(key: TargetKey): ActualObject | Problem {
    const { mirror, state } = this.#parts;
    const found = this.#locate(key);
    if (found === undefined) return nameless(key);
    if (state.problem !== undefined) return state.problem;
    const unknown = found.codec.sentinel(mirror.structure, found.container) ?? state.doubt(found.dn);
    return unknown ?? this.#object(found);
  }

  /** Companions are nobody's to look after as long as something refers to them. */
  *owned(): Iterable<ActualObject> {
    const { mirror } = this.#parts;
    for (const dn of mirror.owned()) {
      const place = objectAt(dn);
      if (place.codec.companion === undefined || mirror.referrers(dn).length === 0) yield this.#object(place);
    }
  }

  holders(key: TargetKey, prefix: IpPrefix): readonly { readonly key: TargetKey; readonly ours: boolean }[] {
    const { mirror, instance, system } = this.#parts;
    const found = this.#locate(key);
    if (found?.codec.classifies !== true) return [];
    return mirror.externalEpgs.holders(found.dn, prefix).map((dn) => ({
      key: keyOf(system, dn),
      ours: mirror.get(dn)?.items.get(`subnet:${prefix}` as ItemId)?.mark?.instance === instance,
    }));
  }

  collide(one: TargetKey, other: TargetKey): boolean {
    const [mine, theirs] = [this.#locate(one), this.#locate(other)];
    if (mine?.codec.classifies !== true || theirs?.codec.classifies !== true) return false;
    return this.#parts.mirror.externalEpgs.collide(mine.dn, theirs.dn);
  }

  resolves(key: TargetKey, itemKind: string, itemName: string): boolean {
    const found = this.#locate(key);
    return found === undefined || this.resolvesAt(found.dn, itemKind, itemName);
  }

  resolvesAt(dn: Dn, itemKind: string, itemName: string): boolean {
    return !objectAt(dn).codec.classifies || this.#parts.mirror.externalEpgs.resolves(dn, itemKind, itemName);
  }

  lacks(object: DesiredObject, item: DesiredItem, without?: ItemId): Problem | undefined {
    const found = this.#locate(object.key);
    return found?.codec.lacks?.(found.dn, item, { object, fabric: this.#fabric, without });
  }

  /** Whoever sees all domains sees all L3Outs; classification that leaks between VRFs is not followed. */
  get conflictsFullyChecked(): boolean {
    const { state, mirror } = this.#parts;
    return state.rights.some(({ domain }) => domain === 'all') && !mirror.externalEpgs.hasLeaks;
  }

  get #fabric(): Fabric {
    const { mirror, state } = this.#parts;
    return {
      structure: mirror.structure,
      release: state.release,
      has: (dn) => mirror.get(dn) !== undefined,
      find(dn) {
        const place = placeOf(dn);
        return place?.at === 'object' ? mirror.get(place.dn)?.find(dn) : undefined;
      },
    };
  }

  #locate(key: TargetKey): Located | undefined {
    const id = `${key.kind}|${key.name}`;
    const known = this.#located.get(id);
    if (known !== undefined) return known;
    const found = located(key);
    if (this.#located.size >= mostLocated) this.#located.clear();
    if (found !== undefined) this.#located.set(id, found);
    return found;
  }

  #object({ dn, codec }: Pick<Located, 'dn' | 'codec'>): ActualObject {
    const record = this.#parts.mirror.get(dn);
    const answered = this.#answered.get(dn);
    if (record !== undefined && answered?.record === record) return answered.object;
    const object = this.#shown({ dn, codec }, record);
    if (record !== undefined) this.#answered.set(dn, { record, object });
    return object;
  }

  #shown({ dn, codec }: Pick<Located, 'dn' | 'codec'>, record: ObjectRecord | undefined): ActualObject {
    const { mirror, system } = this.#parts;
    return {
      key: keyOf(system, dn),
      exists: record !== undefined,
      mark: record?.mark,
      attributes: record?.attributes ?? {},
      items: record === undefined ? new Map() : this.#items(codec, record),
      foreignChildren: record === undefined ? 0 : this.#foreignChildren(dn, record),
      reachability: codec.classifies ? mirror.externalEpgs.reachability(dn, record) : undefined,
      problems: record === undefined ? [] : mirror.faults.of(dn),
    };
  }

  #items(codec: Codec, { items }: ObjectRecord): ReadonlyMap<ItemId, StoredItem> {
    const { shown } = codec;
    if (shown === undefined) return items;
    const fabric = this.#fabric;
    return new Map([...items].map(([id, item]) => [id, shown(item, fabric)]));
  }

  /** Children of others, and objects that refer to it. Only asked of what is ours. */
  #foreignChildren(dn: Dn, record: ObjectRecord): number {
    const { mirror, instance } = this.#parts;
    const own = record.foreignChildren(instance);
    return record.isMarked ? own + mirror.referrers(dn).length : own;
  }
}

function located(key: TargetKey): Located | undefined {
  const [codec, dn] = [codecOf(key), dnOf(key)];
  return codec === undefined || dn === undefined
    ? undefined
    : { codec, dn, container: objectAt(dn).container };
}

function nameless(key: TargetKey): Problem {
  return problem('fabric.refused', `"${key.name}" is no name of an APIC's ${codecOf(key)?.noun ?? key.kind}`);
}
