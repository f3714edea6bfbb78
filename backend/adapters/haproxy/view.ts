/** A HAProxy as rounds see it. It holds pools only, and no address in one pool is in the way of another. */
import type { SystemView } from '../../apply/ports.ts';
import type { TargetKey } from '../../model/identity.ts';
import { problem, type Problem } from '../../model/problems.ts';
import type { ActualObject } from '../../model/target-object.ts';
import { PoolsOnly } from '../system/pools-only.ts';
import type { Doubts } from './doubts.ts';
import type { Mirror } from './mirror.ts';
import type { Status } from '../system/status.ts';

export interface ViewParts {
  readonly mirror: Mirror;
  readonly doubts: Doubts;
  readonly status: Status;
}

export class HaproxyView extends PoolsOnly implements SystemView {
  readonly #parts: ViewParts;

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
    const { mirror, doubts, status } = this.#parts;
    if (status.identity === undefined)
      return status.problem ?? problem('loadBalancer.incomplete', 'it has not been read yet');
    return doubts.problem(name) ?? mirror.object(name) ?? problem('pool.missing', name);
  }

  *owned(): Iterable<ActualObject> {
    const { mirror } = this.#parts;
    for (const name of mirror.owned()) {
      const object = mirror.object(name);
      if (object !== undefined) yield object;
    }
  }
}
