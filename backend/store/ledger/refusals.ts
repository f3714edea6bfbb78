/** What a person said no to: kept as long as exactly that waits. */
import type { Ledger, StoredRefusal } from '../../reconcile/ports.ts';
import type { MappingName } from '../../model/identity.ts';
import type { Statements } from '../sqlite/database.ts';

export function refusalsOf(database: Statements): Pick<Ledger, 'refuse' | 'refusal'> {
  return {
    refuse(mapping, fingerprint, { by, at, reason }) {
      database.run(
        'INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?)',
        mapping,
        fingerprint,
        by,
        Math.floor(at),
        reason,
      );
    },
    refusal(mapping, fingerprint): StoredRefusal | undefined {
      const row = database.get(
        'SELECT by, at, reason FROM refused WHERE mapping = ? AND fingerprint = ?',
        mapping,
        fingerprint,
      );
      if (row === undefined) return undefined;
      return { by: String(row['by']), at: Number(row['at']), reason: String(row['reason']) };
    },
  };
}

/** Of what waits no more. */
export function forgetOldRefusals(database: Statements, mapping: MappingName): void {
  if (database.get('SELECT 1 FROM refused WHERE mapping = ?', mapping) === undefined) return;
  database.run(
    `DELETE FROM refused WHERE mapping = ?
     AND fingerprint NOT IN (SELECT fingerprint FROM pending WHERE mapping = ?)`,
    mapping,
    mapping,
  );
}

const tablesOfMapping = ['runs', 'confirmed_plans', 'approved', 'refused', 'places'] as const;

/** As `Ledger.settleMappings`. Approvals of orphans stay: their mappings are gone for good reason. */
export function settleMappings(
  database: Statements,
  places: ReadonlyMap<MappingName, string>,
): readonly MappingName[] {
  const known = database.all('SELECT mapping, place FROM places');
  const remembered = new Map(known.map((row) => [row['mapping'] as MappingName, row['place']]));
  const gone = [...remembered].filter(([name, place]) => places.get(name) !== place).map(([name]) => name);
  const fresh = [...places].filter(([name, place]) => remembered.get(name) !== place);
  if (gone.length + fresh.length === 0) return [];
  database.transaction(() => {
    for (const table of tablesOfMapping)
      for (const name of gone) database.run(`DELETE FROM ${table} WHERE mapping = ?`, name);
    for (const [name, place] of fresh) database.run('INSERT INTO places VALUES (?, ?)', name, place);
  });
  return gone;
}
