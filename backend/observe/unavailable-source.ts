/**
 * A source that cannot be followed as it is declared (a secret that cannot be opened): unknown, and says why. Nothing is removed
 * for it.
 */
import type { SourceName } from '../model/identity.ts';
import type { Problem } from '../model/problems.ts';
import type { Probe, Source } from './ports.ts';

export function createUnavailableSource(name: SourceName, problem: Problem): Source & Probe {
  const nothing = { freshness: 'unknown', count: 0, lastContact: 0, problem } as const;
  return {
    name,
    view: {
      name,
      identity: undefined,
      problem,
      freshness: () => 'unknown',
      kind: () => nothing,
      get: () => undefined,
      all: () => [],
    },
    start: () => undefined,
    onNotices: () => undefined,
    onFreshness: () => undefined,
    settled: () => Promise.resolve(),
    stopped: () => Promise.resolve(),
    resync: () => undefined,
    isGone: () => Promise.resolve('unknown'),
  };
}
