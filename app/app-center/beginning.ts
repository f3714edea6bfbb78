/**
 * How `serve` begins and ends on an APIC, and anywhere else: as whom it runs, where it logs, and what it declares by itself.
 */
import type { Document } from '../../backend/model/mapping.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveConfiguration } from '../../backend/store/configuration/live-configuration.ts';
import { ownPlace } from '../config/options.ts';
import { hostFabricOf } from './host-fabric.ts';
import { appKey, openAppCenter, type AppCenter } from './host.ts';
import type { Journal } from './journal.ts';
import type { AppKey } from './key.ts';
import { openLogFile } from './log-file.ts';
import { givePrivilegesAway, keepPrivileges, type Privileges } from './privileges.ts';

export interface Beginning {
  /** undefined: we do not run on an APIC. */
  readonly appCenter: AppCenter | undefined;
  readonly privileges: Privileges;
}

/** The data directory is there. */
export function beginning(dataDir: string, journal: Journal): Beginning {
  if (ownPlace === undefined) return { appCenter: undefined, privileges: keepPrivileges };
  const { logger } = journal;
  const { app, logDir } = ownPlace;
  // Read while we may read everything.
  const key = appKey(ownPlace, logger);
  const privileges = givePrivilegesAway([dataDir, logDir], logger);
  const file = openLogFile({ folder: logDir }, (why) =>
    logger.warn({ folder: logDir, why }, 'the log is on standard output only'),
  );
  journal.keepIn(file);
  logger.info({ app, log: file.path }, 'this is an app of an APIC');
  return { appCenter: openAppCenter(ownPlace, { log: logger, key }), privileges };
}

/** The APIC's own fabric, where nothing was ever configured: whoever opens the page begins with a cluster. */
export async function declareHostFabric(configuration: LiveConfiguration): Promise<void> {
  const { revision, readOnly } = configuration.current();
  if (revision > 0 || readOnly !== null || !isEmpty(configuration.document())) return;
  const by = { name: 'App Center', role: 'admin', via: 'appCenter' } as const;
  const entry = hostFabricOf(configuration.document());
  await configuration.put('fabrics', entry, { condition: { absent: true }, name: entry.name, by });
}

function isEmpty({ clusters, fabrics, loadBalancers, mappings }: Document): boolean {
  return [clusters, fabrics, loadBalancers, mappings].every((list) => list.length === 0);
}

const lookEveryMs = 15_000;

/** The APIC put another key there, which only root may read: a new start, which the APIC makes, takes it. Resolves when that is so, or at the end. */
export async function whenKeyIsOutOfReach(key: AppKey, signal: AbortSignal): Promise<boolean> {
  try {
    for (;;) {
      await sleep(lookEveryMs, undefined, { signal, ref: false });
      if (key.isOutOfReach()) return true;
    }
  } catch {
    return false;
  }
}
