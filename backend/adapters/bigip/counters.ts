/** What was asked of one BIG-IP, for metrics and for tests of frugality. */
export interface Counters {
  requests: number;
  reads: number;
  writes: number;
  logins: number;
  relogins: number;
  resyncs: number;
  saves: number;
  /** Pools that a periodic read found changed behind our back. */
  missedChanges: number;
}

export function newCounters(): Counters {
  return {
    requests: 0,
    reads: 0,
    writes: 0,
    logins: 0,
    relogins: 0,
    resyncs: 0,
    saves: 0,
    missedChanges: 0,
  };
}
