/**
 * What was declared before: each revision in a file of its own, `NNNNNN.json`, never rewritten; the last fifty are kept. They hold
 * documents as they were written, so no secret.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { configurationSchema, versionSchema, type VersionModel } from '../../api/contract/configuration.ts';
import { ProblemError } from '../../model/problems.ts';
import { ownThread, type Disk } from '../file/disk.ts';
import type { ConfigurationLog } from './live-configuration.ts';
import type { Written } from './written.ts';
import { storedReferences } from './written-secrets.ts';

const kept = 50;

const fileSchema = versionSchema.extend({
  format: z.literal(1),
  document: configurationSchema.shape.document,
});

export interface Versions {
  /** Newest first. */
  list(): readonly VersionModel[];
  /** Throws `request.not-found`, `store.stalled`. */
  read(revision: number): Written;
  /** Ids of the stored secrets that any of them names. */
  secrets(): ReadonlySet<string>;
  /** Throws `store.unwritable`, `store.stalled`. */
  write(version: VersionModel, document: Written): void;
  /** Takes back the one that was written last. */
  drop(revision: number): void;
}

interface Around {
  readonly log: ConfigurationLog;
  /** Default: `ownThread`. Opening reads in this thread in any case. */
  readonly disk?: Disk | undefined;
}

/** Reads what is there, up to `current`: what is beyond was never taken. What is damaged is left out. */
export function openVersions(folder: string, current: number, { log, disk = ownThread }: Around): Versions {
  let known = listed(folder, log).filter(({ revision }) => revision <= current);
  const pathOf = (revision: number): string => join(folder, `${String(revision).padStart(6, '0')}.json`);
  const drop = (revision: number): void => {
    known = known.filter((each) => each.revision !== revision);
    try {
      disk.remove(pathOf(revision));
    } catch (error) {
      log.warn({ revision, error: String(error) }, 'an old version of the configuration cannot be removed');
    }
  };
  return {
    list: () => known.map(({ named: _, ...version }) => version),
    secrets: () => new Set(known.flatMap(({ named }) => named)),
    read(revision) {
      const version = known.some((each) => each.revision === revision)
        ? readVersion(pathOf(revision), disk)
        : undefined;
      if (version === undefined) throw new ProblemError('request.not-found', `revision ${revision}`);
      return version.document;
    },
    write(version, document) {
      disk.makeFolder(folder);
      const content = { format: 1, ...version, document };
      disk.put(pathOf(version.revision), `${JSON.stringify(content, null, 2)}\n`);
      known = [
        { ...version, named: namedIn(document) },
        ...known.filter(({ revision }) => revision !== version.revision),
      ];
      for (const { revision } of known.slice(kept)) drop(revision);
    },
    drop,
  };
}

/** With the ids of the secrets that it names. */
type Known = VersionModel & { readonly named: readonly string[] };

function namedIn(document: Written): string[] {
  return storedReferences(document).map(({ id }) => id);
}

function listed(folder: string, log: ConfigurationLog): Known[] {
  return namesIn(folder)
    .flatMap((name) => {
      const version = readVersion(join(folder, name), ownThread);
      if (version === undefined) log.warn({ name }, 'a version of the configuration is damaged');
      return version === undefined ? [] : [version];
    })
    .map(({ revision, at, by, summary, document }) => ({
      ...{ revision, at, by, summary },
      named: namedIn(document),
    }))
    .sort((one, other) => other.revision - one.revision);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d{6,}\.json$/.test(name));
  } catch {
    return [];
  }
}

function readVersion(path: string, disk: Disk): z.infer<typeof fileSchema> | undefined {
  try {
    return fileSchema.parse(JSON.parse(disk.read(path)));
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'store.stalled') throw error;
    return undefined;
  }
}
