/**
 * What is open as long as the process serves: the configuration and its secrets, history, who may sign in, people.
 *
 * In: the options of `serve`, and a data directory that is ours and answers. Out: stores, what is wrong with them, their end. It must
 * not know what is done with them, nor who asks.
 */
import { join } from 'node:path';
import { createAccess } from '../backend/access/access.ts';
import type { Access } from '../backend/api/ports.ts';
import { systemClock } from '../backend/model/clock.ts';
import type { Problem } from '../backend/model/problems.ts';
import { openAccessFile, type AccessFile } from '../backend/store/access/access-file.ts';
import type { LiveConfiguration } from '../backend/store/configuration/live-configuration.ts';
import type { PatientDisk } from '../backend/store/file/disk.ts';
import { openHistory, type History } from '../backend/store/history/history.ts';
import type { StorageThread } from '../backend/store/thread/storage-thread.ts';
import { declareHostFabric } from './app-center/beginning.ts';
import { hostFabricOf } from './app-center/host-fabric.ts';
import type { AppCenter } from './app-center/host.ts';
import type { Product } from './compose.ts';
import { checkSecrets } from './config/load-document.ts';
import { openLiveConfiguration, secretsFor } from './config/live.ts';
import { ownPlace, type CommonOptions } from './config/options.ts';
import type { Secrets } from './config/secrets.ts';
import type { ServeOptions } from './config/serve-options.ts';
import type { Logger } from './logging.ts';
import { createPeople, type People } from './people.ts';

type Options = CommonOptions & ServeOptions;

export interface Stores {
  readonly configuration: LiveConfiguration;
  readonly secrets: Secrets;
  readonly history: History;
  readonly access: Access;
  readonly accessFile: AccessFile;
  readonly people: People;
  /** On an APIC. */
  readonly appCenter: AppCenter | undefined;
  readonly storage: StorageThread;
}

interface StoresOptions extends Pick<Stores, 'appCenter' | 'storage'> {
  readonly logger: Logger;
  readonly disk: PatientDisk;
}

export async function openStores(
  options: Options,
  { logger, appCenter, storage, disk }: StoresOptions,
): Promise<Stores> {
  const clock = systemClock();
  appCenter?.keepIn({ dataDir: options.dataDir, disk });
  const configuration = await openLiveConfiguration(options, { clock, log: logger, disk });
  if (appCenter !== undefined) await declareHostFabric(configuration);
  const secrets = secretsFor(options, configuration);
  // A file that names what cannot be read is corrected before the start; what is entered in the page is shown there.
  if (options.config !== undefined) checkSecrets(configuration.document(), secrets);
  const { history: bounds } = configuration.document().settings;
  const path = join(options.dataDir, 'history.db');
  const history = openHistory({ path, clock, bounds, log: logger });
  const people = createPeople({ document: () => configuration.document(), secrets, host: appCenter });
  const accessFile = openAccessFile(options.dataDir, { disk });
  for (const each of accessFile.problems())
    logger.error({ ...each }, 'who may sign in was not found as it was left');
  const access = createAccess({
    store: accessFile,
    users: () => people.users(),
    settings: () => configuration.document().settings.access,
    anonymous: options.anonymous,
    appCenterFabric: () => guiOf(options, configuration),
    clock,
    onClaimCode: options.localAdministrator ? (code) => logger.warn({ code }, claimHint) : undefined,
  });
  return { configuration, secrets, history, access, accessFile, people, appCenter, storage };
}

const claimHint =
  'nobody can sign in yet: open the page and enter this code once, within 24 hours; another start makes another code';

/** The fabric in whose GUI the page is: on an APIC that fabric, wherever else the one that is named. */
export function guiOf(options: Options, configuration: LiveConfiguration): string | undefined {
  if (options.appCenter !== undefined || ownPlace === undefined) return options.appCenter;
  return hostFabricOf(configuration.document()).name;
}

/** As the page shows them. */
export function problemsOf(
  { configuration, history, accessFile, appCenter }: Stores,
  { ledger }: Product,
): readonly Problem[] {
  return [
    ...configuration.problems(),
    ...accessFile.problems(),
    ...(appCenter?.problems() ?? []),
    ...[ledger.problem, history.problem].filter((each) => each !== undefined),
  ];
}

export async function closeStores({ configuration, history, people }: Stores): Promise<void> {
  await configuration.close();
  await history.close();
  await people.close();
}
