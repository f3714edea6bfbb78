/**
 * The configuration that the process lives by: a file that is read again when it changes, or what the data directory keeps.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Document } from '../../backend/model/mapping.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import { openConfigurationFile } from '../../backend/store/configuration/configuration-file.ts';
import type {
  LiveConfiguration,
  Surroundings,
} from '../../backend/store/configuration/live-configuration.ts';
import { readConfiguration } from '../../backend/store/configuration/read-configuration.ts';
import {
  openConfiguration,
  type ConfigurationOptions,
} from '../../backend/store/configuration/stored-configuration.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';
import { loadDocument } from './load-document.ts';
import { environment, type CommonOptions } from './options.ts';
import { createConfinedSecrets, createSecrets, type Secrets } from './secrets.ts';

/** Throws `config.unreadable`, `config.invalid`, `store.unreadable`. */
export function openLiveConfiguration(
  { config, dataDir }: Pick<CommonOptions, 'config' | 'dataDir'>,
  surroundings: Surroundings & Pick<ConfigurationOptions, 'disk'>,
): Promise<LiveConfiguration> {
  return config === undefined
    ? openConfiguration({ ...surroundings, folder: dataDir, instance: instanceIn(dataDir) })
    : openConfigurationFile(config, surroundings);
}

/** Of decisions that were made for a file's document: what carries our marks goes on being ours. */
function instanceIn(dataDir: string): string | undefined {
  const path = join(dataDir, 'ledger.db');
  // Where there is a configuration, or its second copy, it says so itself.
  const copies = ['configuration.json', 'configuration.json.bak'];
  if (copies.some((name) => existsSync(join(dataDir, name))) || !existsSync(path)) return undefined;
  return instanceOf(path);
}

/** undefined: it is damaged; to bring it back is for whoever works with it. */
function instanceOf(ledgerPath: string): string | undefined {
  let ledger;
  try {
    ledger = openLedger(ledgerPath);
    return ledger.instance;
  } catch {
    return undefined;
  } finally {
    ledger?.close();
  }
}

/** What a command works with that looks or acts once, wherever the configuration is kept. Throws as `openLiveConfiguration`. */
export async function readConfigured(
  options: Pick<CommonOptions, 'config' | 'dataDir'>,
): Promise<{ readonly document: Document; readonly secrets: Secrets }> {
  const { config, dataDir } = options;
  if (config !== undefined) return { document: loadDocument(config), secrets: secretsFor(options) };
  const stored = await readConfiguration(dataDir);
  if (stored !== undefined) return { document: stored.document, secrets: secretsFor(options, stored) };
  throw new ProblemError(
    'config.unreadable',
    `${dataDir} holds no configuration: give --config FILE, or the --data-dir of the \`serve\` that it is edited in`,
  );
}

/** References to files are relative to the configuration's own folder; of what is edited in the page, to `files` in the data directory. */
export function secretsFor(
  { config, dataDir }: Pick<CommonOptions, 'config' | 'dataDir'>,
  configuration?: { readonly secrets: Secrets },
): Secrets {
  if (config !== undefined) return createSecrets(dirname(resolve(config)), environment);
  return createConfinedSecrets(join(dataDir, 'files'), environment, configuration?.secrets ?? noSecrets);
}

const noSecrets: Secrets = {
  read(reference) {
    throw new ProblemError('config.secret', `${reference}: nothing is stored`);
  },
};
