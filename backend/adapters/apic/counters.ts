/** What was asked of one fabric, for metrics and for tests of frugality. */
export interface Counters {
  requests: number;
  reads: number;
  writes: number;
  logins: number;
  relogins: number;
  reconnects: number;
  resyncs: number;
  /** Subscriptions that are open now. */
  subscriptions: number;
  notifications: number;
  /** Notifications that told us nothing new: mostly our own writes. */
  echoes: number;
  /** What a full read found that no notification had told. */
  missedChanges: number;
}

export function newCounters(): Counters {
  return {
    requests: 0,
    reads: 0,
    writes: 0,
    logins: 0,
    relogins: 0,
    reconnects: 0,
    resyncs: 0,
    subscriptions: 0,
    notifications: 0,
    echoes: 0,
    missedChanges: 0,
  };
}
