/**
 * What following one kind has cost and found since start; plain numbers, for metrics.
 */
export interface KindCounters {
  /** Streams opened, lists and watches alike. */
  connects: number;
  /** Complete lists that were delivered. */
  lists: number;
  /** Those among them that were made beside a live watch … */
  relists: number;
  /** … and what they found that the watch had not told. */
  listMisses: number;
  bytes: number;
  /** Frames of watches, bookmarks included. */
  events: number;
  errors: number;
  /** Objects without name or uid, and addresses that do not parse. */
  undecodable: number;
}

export function createCounters(): KindCounters {
  return { connects: 0, lists: 0, relists: 0, listMisses: 0, bytes: 0, events: 0, errors: 0, undecodable: 0 };
}
