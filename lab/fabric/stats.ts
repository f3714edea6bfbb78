/** Counts what clients did, so that tests and benchmarks can say how much a client asked of the fabric. */

export interface WriteRecord {
  readonly method: string;
  readonly dn: string;
  readonly objects: number;
  /** In the fabric's time, milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
}

export interface FabricStats {
  /** All requests under /api. */
  readonly requests: number;
  readonly reads: number;
  /** POSTs of objects, refused ones included. */
  readonly writes: number;
  /** DELETE requests. */
  readonly deletes: number;
  readonly logins: number;
  /** Tokens that apps asked for with their signature, refused ones included. */
  readonly appTokens: number;
  readonly logouts: number;
  readonly tokenRefreshes: number;
  readonly subscriptionRefreshes: number;
  readonly subscribes: number;
  /** Live now. */
  readonly subscriptions: number;
  /** WebSockets open now. */
  readonly sockets: number;
  readonly notifications: number;
  /** Objects in the bodies of accepted writes. */
  readonly objectsWritten: number;
  readonly objectsRead: number;
  /** The newest last. */
  readonly lastWrites: readonly WriteRecord[];
}

const keptWrites = 1_000;

export class Stats {
  #counts = zero();
  #writes: WriteRecord[] = [];

  count(name: keyof ReturnType<typeof zero>, by = 1): void {
    this.#counts[name] += by;
  }

  notification(): void {
    this.#counts.notifications += 1;
  }

  wrote(record: WriteRecord): void {
    this.#writes.push(record);
    if (this.#writes.length > keptWrites) this.#writes.shift();
    this.#counts[record.method === 'DELETE' ? 'deletes' : 'writes'] += 1;
    if (record.status === 200) this.#counts.objectsWritten += record.objects;
  }

  reset(): void {
    this.#counts = zero();
    this.#writes = [];
  }

  read(now: { subscriptions: number; sockets: number }): FabricStats {
    return { ...this.#counts, ...now, lastWrites: [...this.#writes] };
  }
}

function zero(): Record<Counter, number> {
  return {
    requests: 0,
    reads: 0,
    writes: 0,
    deletes: 0,
    logins: 0,
    appTokens: 0,
    logouts: 0,
    tokenRefreshes: 0,
    subscriptionRefreshes: 0,
    subscribes: 0,
    notifications: 0,
    objectsWritten: 0,
    objectsRead: 0,
  };
}

type Counter =
  | 'requests'
  | 'reads'
  | 'writes'
  | 'deletes'
  | 'logins'
  | 'appTokens'
  | 'logouts'
  | 'tokenRefreshes'
  | 'subscriptionRefreshes'
  | 'subscribes'
  | 'notifications'
  | 'objectsWritten'
  | 'objectsRead';
