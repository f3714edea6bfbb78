/**
 * The ledger's tables. A migration is never edited once released; a new one is added below.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE runs (mapping TEXT PRIMARY KEY, first_at INTEGER NOT NULL) STRICT;
  CREATE TABLE confirmed_plans (mapping TEXT PRIMARY KEY, by TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE TABLE removals (
    id INTEGER PRIMARY KEY, mapping TEXT NOT NULL, key TEXT NOT NULL, source TEXT NOT NULL, item TEXT NOT NULL,
    at INTEGER NOT NULL, size INTEGER NOT NULL, UNIQUE (mapping, key, item)
  ) STRICT;
  CREATE INDEX removals_by_time ON removals (mapping, at);
  CREATE INDEX removals_by_key ON removals (key, source, at);
  CREATE TABLE approved (
    mapping TEXT NOT NULL, change TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (mapping, change)
  ) STRICT;
  CREATE TABLE pending (mapping TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, changes TEXT NOT NULL) STRICT;
  CREATE TABLE pauses (id INTEGER PRIMARY KEY CHECK (id = 1), by TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE TABLE empty (key TEXT PRIMARY KEY, system TEXT NOT NULL, since INTEGER NOT NULL) STRICT;
  CREATE TABLE identities (
    name TEXT PRIMARY KEY, identity TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE resource_versions (cluster TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE group_owners (key TEXT PRIMARY KEY, owner TEXT NOT NULL) STRICT
  `,
  `
  DROP TABLE pending;
  CREATE TABLE pending (
    system TEXT NOT NULL, mapping TEXT NOT NULL, fingerprint TEXT NOT NULL, changes TEXT NOT NULL,
    PRIMARY KEY (system, mapping)
  ) STRICT;
  CREATE TABLE drains (item TEXT PRIMARY KEY, system TEXT NOT NULL, since INTEGER NOT NULL) STRICT;
  CREATE TABLE learned_endpoints (
    source TEXT NOT NULL, epg TEXT NOT NULL, address TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (source, epg, address)
  ) STRICT
  `,
  `
  CREATE TABLE refused (
    mapping TEXT NOT NULL, fingerprint TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (mapping, fingerprint)
  ) STRICT;
  CREATE TABLE places (mapping TEXT PRIMARY KEY, place TEXT NOT NULL) STRICT
  `,
  `
  CREATE TABLE acts (id TEXT PRIMARY KEY, at INTEGER NOT NULL, act TEXT NOT NULL) STRICT
  `,
];

/** What was decided in the name of one instance, and means nothing to another. */
export const tablesOfInstance: readonly string[] = [
  'runs',
  'confirmed_plans',
  'removals',
  'approved',
  'refused',
  'places',
  'pending',
  'empty',
  'group_owners',
  'drains',
];
