/** What was asked of one HAProxy, for metrics and for tests of frugality. */
export interface Counters {
  connections: number;
  /** Lines of commands, each answered at once. */
  requests: number;
  probes: number;
  /** Reads of everything. */
  fullReads: number;
  writes: number;
  /** Another process answered than before. */
  reloads: number;
}

export function newCounters(): Counters {
  return { connections: 0, requests: 0, probes: 0, fullReads: 0, writes: 0, reloads: 0 };
}
