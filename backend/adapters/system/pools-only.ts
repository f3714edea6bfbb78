import { keyText, type KeyText, type SystemName } from '../../model/identity.ts';
import { problem, type Problem } from '../../model/problems.ts';

/** What every system that holds only pools answers: no address in one pool is in the way of another, nothing has to be resolved. */
export abstract class PoolsOnly {
  readonly conflictsFullyChecked = true;

  holders(): readonly never[] {
    return [];
  }

  collide(): boolean {
    return false;
  }

  lacks(): undefined {
    return undefined;
  }

  resolves(): boolean {
    return true;
  }
}

/** Of a pool by its name. */
export function poolKeyText(system: SystemName): (name: string) => KeyText {
  return (name) => keyText({ system, kind: 'pool', name });
}

/** The system has not been read yet. */
export function unread(): Problem {
  return problem('loadBalancer.incomplete', 'it has not been read yet');
}
