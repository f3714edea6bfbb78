/**
 * What people did where there is no history: the command line writes the ledger alone, and a line of each act waits there until
 * `serve` has brought it into the history. Not of an instance: who did what stays true whatever the ledger is taken over by.
 */
import { randomUUID } from 'node:crypto';
import type { Act } from '../../model/person.ts';
import type { Ledger, NotedAct } from '../../reconcile/ports.ts';
import type { Statements } from '../sqlite/database.ts';

/** The oldest are given up beyond: where nobody ever serves, nobody takes them. */
const kept = 1000;

export function notedActsOf(database: Statements): Pick<Ledger, 'note' | 'noted' | 'forgetNoted'> {
  return {
    note(act, deed) {
      database.transaction(() => {
        deed?.();
        // Trap: a number could come again after its row has gone, and what is repeated of the old one would hit the new.
        database.run(
          'INSERT INTO acts VALUES (?, ?, ?)',
          randomUUID(),
          Math.floor(act.at),
          JSON.stringify(act),
        );
        database.run(
          'DELETE FROM acts WHERE id IN (SELECT id FROM acts ORDER BY at DESC, id LIMIT -1 OFFSET ?)',
          kept,
        );
      });
    },
    noted: () =>
      database.all('SELECT id, act FROM acts ORDER BY at, id').map((row): NotedAct => ({
        id: String(row['id']),
        // Written by `note` above and nobody else.
        act: JSON.parse(String(row['act'])) as Act,
      })),
    forgetNoted(ids) {
      database.transaction(() => {
        for (const id of ids) database.run('DELETE FROM acts WHERE id = ?', id);
      });
    },
  };
}
