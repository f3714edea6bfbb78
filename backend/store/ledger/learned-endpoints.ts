/**
 * The ledger's memory of learned endpoints, one row each: after a restart, one that vanished meanwhile is known to be absent, and
 * not forgotten.
 */
import type { SourceName } from '../../model/identity.ts';
import type { EndpointMemory, RememberedEndpoint } from '../../observe/ports.ts';
import type { Statements } from '../sqlite/database.ts';

export function endpointMemoryOf(database: Statements, source: SourceName): EndpointMemory {
  return {
    load: () =>
      database
        .all('SELECT record FROM learned_endpoints WHERE source = ?', source)
        // Written by `save` below and nobody else.
        .map((row) => JSON.parse(String(row['record'])) as RememberedEndpoint),
    save(changes) {
      database.transaction(() => {
        for (const { epg, address, endpoint } of changes)
          if (endpoint === undefined)
            database.run(
              'DELETE FROM learned_endpoints WHERE source = ? AND epg = ? AND address = ?',
              source,
              epg,
              address,
            );
          else
            database.run(
              'INSERT OR REPLACE INTO learned_endpoints VALUES (?, ?, ?, ?)',
              source,
              epg,
              address,
              JSON.stringify(endpoint),
            );
      });
    },
  };
}
