/**
 * A system that cannot be reached as it is declared (a secret that cannot be opened): nothing is planned for it, nothing is
 * written, and its view says why.
 */
import type { System } from '../../apply/ports.ts';
import type { SystemName } from '../../model/identity.ts';
import type { Problem } from '../../model/problems.ts';

export function createUnavailableSystem(name: SystemName, problem: Problem): System {
  return {
    name,
    batchObjects: 1,
    batchBytes: 1,
    start: () => undefined,
    settled: () => Promise.resolve(),
    stopped: () => Promise.resolve(),
    watchFor: () => undefined,
    refresh: () => Promise.resolve(),
    view: {
      problem,
      identity: undefined,
      get: () => problem,
      owned: () => [],
      holders: () => [],
      collide: () => true,
      lacks: () => problem,
      resolves: () => false,
      conflictsFullyChecked: false,
    },
    canonicalise: (object) => object,
    cost: () => ({ objects: 1, bytes: 1 }),
    write: () => Promise.resolve({ result: 'refused', problem }),
    onDrift: () => undefined,
    onFreshness: () => undefined,
  };
}
