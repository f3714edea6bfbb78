/** Counts what clients did, so that tests and benchmarks can say how much was asked of the device, and how much at once. */

export interface WriteRecord {
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  /** In the lab's time, milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
}

export interface BigipStats {
  /** All requests under /mgmt. */
  readonly requests: number;
  readonly reads: number;
  /** Requests that create, change or remove under /mgmt/tm, refused ones included; commands of transactions too. */
  readonly writes: number;
  readonly logins: number;
  /** Extensions and removals of tokens, and their reads. */
  readonly tokenCalls: number;
  readonly saves: number;
  /** Requests being answered now. */
  readonly inFlight: number;
  /** The most that were ever being answered at once. */
  readonly mostInFlight: number;
  readonly mostWritesInFlight: number;
  /** Tokens that are good now. */
  readonly tokens: number;
  /** Accepted writes by method. */
  readonly acceptedByMethod: Readonly<Record<string, number>>;
  /** Accepted creates, changes and removals by object: `pool /Common/p`, `member /Common/p /Common/10.0.0.1:80`. */
  readonly acceptedByObject: Readonly<Record<string, number>>;
  /** The newest last. */
  readonly lastWrites: readonly WriteRecord[];
}

type Counter = 'requests' | 'reads' | 'writes' | 'logins' | 'tokenCalls' | 'saves';

const keptWrites = 2_000;

function zero(): Record<Counter, number> {
  return { requests: 0, reads: 0, writes: 0, logins: 0, tokenCalls: 0, saves: 0 };
}

export class Stats {
  #counts = zero();
  #inFlight = { all: 0, writes: 0 };
  #most = { all: 0, writes: 0 };
  #methods = new Map<string, number>();
  #objects = new Map<string, number>();
  #lastWrites: WriteRecord[] = [];

  count(name: Counter): void {
    this.#counts[name] += 1;
  }

  /** A request begins; the result says that it has ended, by an answer or without one. */
  begin(isWrite: boolean): () => void {
    const step = (by: 1 | -1): void => {
      this.#inFlight.all += by;
      if (isWrite) this.#inFlight.writes += by;
    };
    step(1);
    this.#most.all = Math.max(this.#most.all, this.#inFlight.all);
    this.#most.writes = Math.max(this.#most.writes, this.#inFlight.writes);
    let ended = false;
    return () => {
      if (!ended) step(-1);
      ended = true;
    };
  }

  wrote(record: WriteRecord): void {
    this.count('writes');
    this.#lastWrites.push(record);
    if (this.#lastWrites.length > keptWrites) this.#lastWrites.shift();
    if (record.status === 200) increase(this.#methods, record.method);
  }

  changed(object: string): void {
    increase(this.#objects, object);
  }

  reset(): void {
    this.#counts = zero();
    this.#most = { ...this.#inFlight };
    this.#methods = new Map();
    this.#objects = new Map();
    this.#lastWrites = [];
  }

  read(tokens: number): BigipStats {
    return {
      ...this.#counts,
      inFlight: this.#inFlight.all,
      mostInFlight: this.#most.all,
      mostWritesInFlight: this.#most.writes,
      tokens,
      acceptedByMethod: Object.fromEntries(this.#methods),
      acceptedByObject: Object.fromEntries(this.#objects),
      lastWrites: [...this.#lastWrites],
    };
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
