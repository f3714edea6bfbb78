/**
 * History's tables. A migration is never edited once released; a new one is added below.
 *
 *   entries   one line each: a change that was sent, a round, an act. Whatever the kind, they make one timeline, in the order of
 *             (at, id), so that they are one table; every index ends with that order, because pages are read along it
 *   names     of systems, mappings, target objects and people, each once: entries and indexes hold their numbers
 *   holdings  who held which address when; `until` is empty while it still does
 *   facts     of the file itself
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind INTEGER NOT NULL, system INTEGER, mapping INTEGER, key INTEGER,
    person INTEGER, address TEXT, item TEXT, what TEXT NOT NULL, why TEXT NOT NULL, result TEXT NOT NULL, detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_time ON entries (at);
  CREATE INDEX entries_by_address ON entries (address, at) WHERE address IS NOT NULL;
  CREATE INDEX entries_by_key ON entries (key, at) WHERE key IS NOT NULL;
  CREATE INDEX entries_by_mapping ON entries (mapping, at) WHERE mapping IS NOT NULL;
  CREATE INDEX entries_by_system ON entries (system, at) WHERE system IS NOT NULL;
  CREATE INDEX entries_by_person ON entries (person, at) WHERE person IS NOT NULL;
  CREATE INDEX entries_by_kind ON entries (kind, at) WHERE kind <> 0;
  CREATE INDEX entries_by_result ON entries (result, at) WHERE kind = 0 AND result <> 'accepted';
  CREATE TABLE holdings (
    id INTEGER PRIMARY KEY, address TEXT NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, mapping TEXT NOT NULL,
    origin TEXT NOT NULL, since INTEGER NOT NULL, seen INTEGER NOT NULL, until INTEGER
  ) STRICT;
  CREATE INDEX holdings_by_address ON holdings (address, since);
  CREATE INDEX holdings_by_end ON holdings (until) WHERE until IS NOT NULL;
  CREATE UNIQUE INDEX holdings_open ON holdings (key, item) WHERE until IS NULL
  `,
];

/** As `entries.kind` has it. 0 is the kind that nearly all are of: no index holds it. */
export const kinds = ['change', 'run', 'act'] as const;
