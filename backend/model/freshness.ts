/**
 * How far a source can be believed, per kind of object that is read from it.
 *
 * - `synced`: a complete list, and live contact: its addresses may be added and removed.
 * - `stale`: a complete list once, contact lost: nothing is added or removed for it.
 * - `unknown`: no complete list since start: as stale; what it contributed is read from the marks on the system.
 */
export type Freshness = 'synced' | 'stale' | 'unknown';

const rank: Readonly<Record<Freshness, number>> = { synced: 0, stale: 1, unknown: 2 };

/** The least trustworthy of several; of none, `synced`. */
export function worst(values: Iterable<Freshness>): Freshness {
  let result: Freshness = 'synced';
  for (const value of values) if (rank[value] > rank[result]) result = value;
  return result;
}
