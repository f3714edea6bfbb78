/**
 * The mirror in the words of rounds and previews. It answers objects, and problems where it cannot answer. Absence is answered only when it
 * was read, of the pool or in the list of its partition. Asking has no effect: it may be asked for any name.
 */
import type { SystemView } from '../../apply/ports.ts';
import type { SystemName, TargetKey } from '../../model/identity.ts';
import { problem, type Problem } from '../../model/problems.ts';
import type { ActualObject } from '../../model/target-object.ts';
import { PoolsOnly } from '../system/pools-only.ts';
import type { Mirror } from './mirror.ts';
import { poolPath } from './names.ts';
import type { PoolRecord } from './record.ts';

export interface ViewParts {
  readonly system: SystemName;
  readonly mirror: Mirror;
  readonly status: { readonly problem: Problem | undefined; readonly identity: string | undefined };
}

const fewNames = 5;

export class BigIpView extends PoolsOnly implements SystemView {
  readonly #parts: ViewParts;
  readonly #answered = new WeakMap<PoolRecord, ActualObject>();

  constructor(parts: ViewParts) {
    super();
    this.#parts = parts;
  }

  get problem(): Problem | undefined {
    return this.#parts.status.problem;
  }

  get identity(): string | undefined {
    return this.#parts.status.identity;
  }

  get({ name }: TargetKey): ActualObject | Problem {
    const { mirror, status } = this.#parts;
    if (poolPath(name) === undefined) return problem('pool.refused', `"${name}" is no name of a pool`);
    if (status.problem !== undefined) return status.problem;
    return mirror.problem(name) ?? this.#object(name, mirror.get(name));
  }

  *owned(): Iterable<ActualObject> {
    for (const record of this.#parts.mirror.owned()) yield this.#object(record.name, record);
  }

  #object(name: string, record: PoolRecord | undefined): ActualObject {
    const key = { system: this.#parts.system, kind: 'pool', name } as const;
    if (record === undefined)
      return {
        key,
        exists: false,
        mark: undefined,
        attributes: {},
        items: new Map(),
        foreignChildren: 0,
        reachability: undefined,
        problems: [],
      };
    const answered = this.#answered.get(record);
    if (answered !== undefined) return answered;
    const foreign = [...record.items.values()].filter(({ mark }) => mark === undefined);
    const object: ActualObject = {
      key,
      exists: true,
      mark: record.mark,
      attributes: record.attributes,
      items: record.items,
      foreignChildren: foreign.length,
      reachability: undefined,
      problems: foreign.length === 0 ? [] : [foreignMembers(foreign.map((member) => member.name))],
    };
    this.#answered.set(record, object);
    return object;
  }
}

function foreignMembers(names: readonly string[]): Problem {
  const first = names.slice(0, fewNames).join(', ');
  const more = names.length > fewNames ? ` and ${names.length - fewNames} more` : '';
  return problem('pool.foreign-member', `${names.length}: ${first}${more}`);
}
