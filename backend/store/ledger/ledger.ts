/**
 * The ledger: what was decided while running, on node:sqlite. Each call is one transaction, on the disk when it returns, so a
 * process may be killed between any two and the next start finds the decision. The command line opens the same file beside
 * the server; `version()` tells when it wrote.
 *
 * Writes that would change nothing are not made: an idle round costs no disk access.
 */
import { randomBytes } from 'node:crypto';
import { keyOfApproval } from '../../model/approvals.ts';
import type { InstanceId, KeyText, MappingName, SystemName } from '../../model/identity.ts';
import type { Approval, DrainId, Fingerprint } from '../../model/plan.ts';
import { ProblemError } from '../../model/problems.ts';
import type { Ledger } from '../../reconcile/ports.ts';
import { openDatabase, type Statements } from '../sqlite/database.ts';
import { openRelayed } from '../sqlite/relayed-database.ts';
import { unaided, type SurvivingDatabase } from '../sqlite/surviving-database.ts';
import { StorageThread, type Storage } from '../thread/storage-thread.ts';
import { groupOwnersOf } from './group-owners.ts';
import { endpointMemoryOf } from './learned-endpoints.ts';
import { notedActsOf } from './noted-acts.ts';
import { forgetOldRefusals, refusalsOf, settleMappings } from './refusals.ts';
import { recordAccepted, recordAct, windowOf } from './removals.ts';
import { migrations, tablesOfInstance } from './schema.ts';
import { moveTimes } from './times.ts';

export interface LedgerOptions {
  /** The document's. Absent: the stored one, else a new one. */
  readonly instance?: InstanceId | undefined;
  /**
   * Only for who holds the directory's lock: nobody else may take its memory from a running process. A ledger that was another
   * instance's is taken over, and forgets what was decided for that; one that is damaged is replaced by its last good copy, else
   * by a new one, which begins paused; one that cannot be written, or does not answer, goes on in memory. Without it, each of
   * these is refused, and a disk that does not answer is waited for.
   */
  readonly adopt?: boolean;
  /** How often a file that cannot be written is tried again. Default 5 s. */
  readonly retryMs?: number;
  /** For who adopts: the thread that touches the disk. Default: one of its own. */
  readonly storage?: Storage | undefined;
  /** Called every five seconds while it cannot be opened because the disk does not answer. */
  readonly onWaiting?: (() => void) | undefined;
}

/** `path` is a file, or `:memory:` for a ledger that is forgotten when it is closed. */
export function openLedger(path: string, options: LedgerOptions = {}): Ledger {
  const database = openFor(path, options);
  try {
    return ledgerOn(database, path, settleInstance(database, path, options));
  } catch (error) {
    database.close();
    throw error;
  }
}

function openFor(path: string, options: LedgerOptions): SurvivingDatabase {
  const schema = { migrations, busyMs: 5000 };
  if (options.adopt !== true || path === ':memory:') return unaided(openDatabase(path, schema));
  const { storage, retryMs = 5000, onWaiting } = options;
  const relayed = { ...schema, retryMs, onWaiting, atStake, copiedAtOnce: ['pauses'], afterDamage };
  if (storage !== undefined) return openRelayed(path, { ...relayed, storage });
  const thread = new StorageThread();
  try {
    return openRelayed(path, { ...relayed, storage: thread, onClosed: () => thread.close() });
  } catch (error) {
    thread.close();
    throw error;
  }
}

const atStake =
  'Work goes on; approvals, pauses, drains and counts of the guard are kept in memory, and would be lost with this process';

/** An approval is for once: one that was used since the copy was made would be good for something else now. */
function afterDamage(database: Statements, copied: boolean): string {
  if (copied) {
    database.run('DELETE FROM approved');
    return 'What was approved and not done yet is to be approved again';
  }
  database.run('INSERT OR IGNORE INTO pauses VALUES (1, ?, ?)', 'damaged ledger', Date.now());
  return 'Every mapping only reports at first, and nothing is written until a person ends the pause';
}

function ledgerOn(database: SurvivingDatabase, path: string, settled: InstanceId): Ledger {
  let instance = settled;
  return {
    get instance() {
      return instance;
    },
    takeOver(next) {
      if (next !== instance) instance = settleInstance(database, path, { instance: next, adopt: true });
    },
    settleMappings: (places) => settleMappings(database, places),
    ...runsOf(database),
    ...approvalsOf(database),
    ...refusalsOf(database),
    ...pauseOf(database),
    get paused() {
      return database.get('SELECT 1 FROM pauses') !== undefined;
    },
    ...emptinessOf(database),
    ...drainsOf(database),
    ...identitiesOf(database),
    ...groupOwnersOf(database),
    ...notedActsOf(database),
    guardWindow: (mapping, system, start) =>
      windowOf(database, mapping, { system, start: Math.floor(start) }),
    recordAct: (changes, present, now) => recordAct(database, { changes, present, now: Math.floor(now) }),
    recordAccepted: (changes) => recordAccepted(database, changes),
    moveTimes: (byMs, now) => moveTimes(database, Math.round(byMs), Math.floor(now)),
    endpointMemory: (source) => endpointMemoryOf(database, source),
    version: () => database.version(),
    get problem() {
      return database.problem;
    },
    onProblem: (listener) => database.onProblem(listener),
    close: () => database.close(),
  };
}

function settleInstance(
  database: Statements,
  path: string,
  { instance: given, adopt = false }: LedgerOptions,
): InstanceId {
  const read = (): string | undefined => text(database, "SELECT value FROM facts WHERE name = 'instance'");
  const stored = read();
  if (stored !== undefined && (given ?? stored) === stored) return stored as InstanceId;
  database.transaction(() => {
    const known = read();
    if (known !== undefined && given === undefined) return;
    const instance = given ?? randomBytes(4).toString('hex');
    if (known !== undefined && known !== instance) {
      if (!adopt)
        throw new ProblemError('store.other-instance', `${path}: of ${known}; the document's is ${instance}`);
      for (const table of tablesOfInstance) database.run(`DELETE FROM ${table}`);
    }
    database.run("INSERT OR REPLACE INTO facts VALUES ('instance', ?)", instance);
  });
  return read() as InstanceId;
}

/** The first column of the first row, when it is text. */
function text(database: Statements, sql: string, ...values: (string | number)[]): string | undefined {
  const [value] = Object.values(database.get(sql, ...values) ?? {});
  return typeof value === 'string' ? value : undefined;
}

type Runs = Pick<Ledger, 'hasRun' | 'recordRun' | 'confirmFirstPlan' | 'firstPlanConfirmed'>;

function runsOf(database: Statements): Runs {
  const hasRun = (mapping: MappingName): boolean =>
    database.get('SELECT 1 FROM runs WHERE mapping = ?', mapping) !== undefined;
  return {
    hasRun,
    recordRun(mapping, now) {
      if (!hasRun(mapping))
        database.run('INSERT OR IGNORE INTO runs VALUES (?, ?)', mapping, Math.floor(now));
    },
    confirmFirstPlan(mapping, by, now) {
      database.run('INSERT OR IGNORE INTO confirmed_plans VALUES (?, ?, ?)', mapping, by, Math.floor(now));
    },
    firstPlanConfirmed: (mapping) =>
      database.get('SELECT 1 FROM confirmed_plans WHERE mapping = ?', mapping) !== undefined,
  };
}

type Approvals = Pick<
  Ledger,
  'approvals' | 'approve' | 'forgetApprovals' | 'setPending' | 'pending' | 'pendingNames'
>;

function approvalsOf(database: Statements): Approvals {
  const approved = (mapping: MappingName): string[] =>
    database
      .all('SELECT change FROM approved WHERE mapping = ?', mapping)
      .map((row) => String(row['change']));
  return {
    approvals(mapping): readonly Approval[] {
      const changes = approved(mapping);
      return changes.length === 0 ? [] : [{ mapping, changes: new Set(changes) }];
    },
    approve({ mapping, changes }, by, now) {
      database.transaction(() => {
        for (const change of changes)
          database.run(
            'INSERT OR REPLACE INTO approved VALUES (?, ?, ?, ?)',
            mapping,
            change,
            by,
            Math.floor(now),
          );
      });
    },
    forgetApprovals(system, stillThere) {
      const done = database
        .all('SELECT DISTINCT change FROM approved')
        .map((row) => String(row['change']))
        .filter((change) => isOn(system, change) && !stillThere(change));
      if (done.length === 0) return;
      database.transaction(() => {
        for (const change of done) database.run('DELETE FROM approved WHERE change = ?', change);
      });
    },
    ...pendingOf(database),
  };
}

function isOn(system: SystemName, approvalId: string): boolean {
  return keyOfApproval(approvalId).startsWith(`${system}|`);
}

function pendingOf(database: Statements): Pick<Ledger, 'setPending' | 'pending' | 'pendingNames'> {
  const known = (system: SystemName, mapping: MappingName): string | undefined =>
    text(database, 'SELECT fingerprint FROM pending WHERE system = ? AND mapping = ?', system, mapping);
  return {
    pending: (mapping) =>
      database.all('SELECT fingerprint, changes FROM pending WHERE mapping = ?', mapping).map((row) => ({
        fingerprint: String(row['fingerprint']) as Fingerprint,
        // Written by `setPending` below and nobody else.
        changes: JSON.parse(String(row['changes'])) as string[],
      })),
    pendingNames: (system) =>
      database
        .all('SELECT mapping FROM pending WHERE system = ?', system)
        .map((row) => String(row['mapping']) as MappingName),
    setPending(system, mapping, wanted) {
      if (known(system, mapping) === wanted?.fingerprint) return;
      if (wanted === undefined)
        database.run('DELETE FROM pending WHERE system = ? AND mapping = ?', system, mapping);
      else
        database.run(
          'INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?)',
          system,
          mapping,
          wanted.fingerprint,
          JSON.stringify(wanted.changes),
        );
      forgetOldRefusals(database, mapping);
    },
  };
}

function pauseOf(database: Statements): Pick<Ledger, 'setPaused'> {
  return {
    setPaused(paused, by, now) {
      if (paused) database.run('INSERT OR IGNORE INTO pauses VALUES (1, ?, ?)', by, Math.floor(now));
      else database.run('DELETE FROM pauses');
    },
  };
}

function emptinessOf(database: Statements): Pick<Ledger, 'emptySince' | 'recordEmpty'> {
  return {
    emptySince(key) {
      const row = database.get('SELECT since FROM empty WHERE key = ?', key);
      return row === undefined ? undefined : Number(row['since']);
    },
    recordEmpty(system, keys, now) {
      const rows = database.all('SELECT key FROM empty WHERE system = ?', system);
      const known = new Set(rows.map((row) => String(row['key']) as KeyText));
      const filled = [...known].filter((key) => !keys.has(key));
      const emptied = [...keys].filter((key) => !known.has(key));
      if (filled.length + emptied.length === 0) return;
      database.transaction(() => {
        for (const key of filled) database.run('DELETE FROM empty WHERE key = ?', key);
        for (const key of emptied)
          database.run('INSERT OR IGNORE INTO empty VALUES (?, ?, ?)', key, system, Math.floor(now));
      });
    },
  };
}

type Drains = Pick<Ledger, 'recordDrains' | 'drains' | 'drainingSince'>;

function drainsOf(database: Statements): Drains {
  const drains = (system: SystemName): DrainId[] =>
    database
      .all('SELECT item FROM drains WHERE system = ?', system)
      .map((row) => String(row['item']) as DrainId);
  return {
    drains,
    drainingSince(item) {
      const row = database.get('SELECT since FROM drains WHERE item = ?', item);
      return row === undefined ? undefined : Number(row['since']);
    },
    recordDrains(system, items, now) {
      const known = new Set(drains(system));
      const ended = [...known].filter((item) => !items.has(item));
      const begun = [...items].filter((item) => !known.has(item));
      if (ended.length + begun.length === 0) return;
      database.transaction(() => {
        for (const item of ended) database.run('DELETE FROM drains WHERE item = ?', item);
        for (const item of begun)
          database.run('INSERT OR IGNORE INTO drains VALUES (?, ?, ?)', item, system, Math.floor(now));
      });
    },
  };
}

type Identities = Pick<Ledger, 'identity' | 'confirmIdentity' | 'resourceVersion' | 'setResourceVersion'>;

function identitiesOf(database: Statements): Identities {
  return {
    identity: (of) => text(database, 'SELECT identity FROM identities WHERE name = ?', of),
    confirmIdentity(of, identity, by, now) {
      database.run(
        'INSERT OR REPLACE INTO identities VALUES (?, ?, ?, ?)',
        of,
        identity,
        by,
        Math.floor(now),
      );
    },
    resourceVersion: (of) => text(database, 'SELECT value FROM resource_versions WHERE cluster = ?', of),
    setResourceVersion(of, resourceVersion) {
      database.run('INSERT OR REPLACE INTO resource_versions VALUES (?, ?)', of, resourceVersion);
    },
  };
}
