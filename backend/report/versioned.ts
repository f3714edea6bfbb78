/**
 * A table whose differences since any version can be told: each row remembers the version that changed it, and rows that
 * went leave a tombstone. Tombstones are bounded; whoever comes from before the oldest one gets everything.
 */
export interface Versioned<Row> {
  /** Puts the row (undefined: takes it away). Returns whether that changed anything. */
  set(key: string, row: Row | undefined, version: number): boolean;
  get(key: string): Row | undefined;
  all(): Row[];
  keys(): Iterable<string>;
  /** undefined: too long ago to tell. */
  since(version: number): { readonly put: Row[]; readonly gone: string[] } | undefined;
}

interface Entry<Row> {
  readonly row: Row;
  readonly text: string;
  readonly version: number;
}

export function versioned<Row>(maxTombstones = 10_000): Versioned<Row> {
  const entries = new Map<string, Entry<Row>>();
  const tombstones = new Map<string, number>();
  let horizon = 0;

  const bury = (key: string, version: number): void => {
    tombstones.delete(key);
    tombstones.set(key, version);
    if (tombstones.size <= maxTombstones) return;
    const [oldest, at] = tombstones.entries().next().value ?? ['', 0];
    tombstones.delete(oldest);
    horizon = at;
  };

  return {
    set(key, row, version) {
      const before = entries.get(key);
      if (row === undefined) {
        if (!entries.delete(key)) return false;
        bury(key, version);
        return true;
      }
      const text = JSON.stringify(row);
      if (before?.text === text) return false;
      entries.set(key, { row, text, version });
      tombstones.delete(key);
      return true;
    },
    get: (key) => entries.get(key)?.row,
    all: () => Array.from(entries.values(), ({ row }) => row),
    keys: () => entries.keys(),
    since(version) {
      if (version < horizon) return undefined;
      return {
        put: Array.from(entries.values())
          .filter((entry) => entry.version > version)
          .map(({ row }) => row),
        gone: [...tombstones].filter(([, at]) => at > version).map(([key]) => key),
      };
    },
  };
}
