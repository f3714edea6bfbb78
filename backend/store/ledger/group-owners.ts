/** Whose 404 explains that everything in a target object may go, for a process that never saw the group. */
import type { KeyText } from '../../model/identity.ts';
import type { GroupOwner, Ledger } from '../../reconcile/ports.ts';
import type { Row, Statements } from '../sqlite/database.ts';

export function groupOwnersOf(
  database: Statements,
): Pick<Ledger, 'groupOwner' | 'groupOwners' | 'setGroupOwners'> {
  const read = (key: KeyText): Row | undefined =>
    database.get('SELECT owner FROM group_owners WHERE key = ?', key);
  const isStored = ([key, owner]: readonly [KeyText, GroupOwner | undefined]): boolean =>
    read(key)?.['owner'] === (owner && JSON.stringify(owner));
  return {
    groupOwner(key) {
      const row = read(key);
      return row && ownerIn(row);
    },
    groupOwners(system) {
      const rows = database.all(
        "SELECT key, owner FROM group_owners WHERE key > ? || '|' AND key < ? || '}'",
        system,
        system,
      );
      return new Map(rows.map((row) => [String(row['key']) as KeyText, ownerIn(row)]));
    },
    setGroupOwners(owners) {
      const changed = [...owners].filter((each) => !isStored(each));
      if (changed.length === 0) return;
      database.transaction(() => {
        for (const [key, owner] of changed)
          if (owner === undefined) database.run('DELETE FROM group_owners WHERE key = ?', key);
          else database.run('INSERT OR REPLACE INTO group_owners VALUES (?, ?)', key, JSON.stringify(owner));
      });
    },
  };
}

/** Written by `setGroupOwners` above and nobody else. */
function ownerIn(row: Row): GroupOwner {
  return JSON.parse(String(row['owner'])) as GroupOwner;
}
