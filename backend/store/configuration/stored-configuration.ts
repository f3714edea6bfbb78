/**
 * The configuration as the product keeps it itself: `configuration.json`, `versions/` and `keys.json` of the data directory.
 *
 * Edits are made one after another: checked whole, secrets sealed, the version written, then the document; only then is it in
 * effect, and the listeners (the fleet) have taken it before the edit resolves. A disk that refuses changes nothing here either.
 *
 * It does not know what listeners do with a document, nor who is allowed to edit it.
 */
import { join } from 'node:path';
import type {
  Collection,
  ConfigurationModel,
  EntryModel,
  ImportPreview,
} from '../../api/contract/configuration.ts';
import type { Configuration, Edit } from '../../api/ports.ts';
import type { Document, SecretRef } from '../../model/mapping.ts';
import type { Person } from '../../model/person.ts';
import { problem, problemOf, type Problem } from '../../model/problems.ts';
import { checkDocument } from '../document/parse-document.ts';
import type { Disk } from '../file/disk.ts';
import type { JsonFile } from '../file/json-file.ts';
import { openSecretBox, type SecretBox } from '../secrets/secret-box.ts';
import { difference } from './difference.ts';
import {
  previewOf,
  putEntry,
  putSettings,
  removeEntry,
  replaceAll,
  restoreVersion,
  type Edited,
  type NamedEdit,
  type Present,
} from './edits.ts';
import { exportText } from './export-text.ts';
import { InTurn } from './in-turn.ts';
import { Listeners } from './listeners.ts';
import type { LiveConfiguration, Surroundings } from './live-configuration.ts';
import { configurationModel, entryModel, settingsModel } from './models.ts';
import { lostSecrets, openSecrets, readSecret, type OpenedSecrets } from './opened-secrets.ts';
import { openStored, type Stored } from './stored.ts';
import { openVersions, type Versions } from './versions.ts';
import { changesAfter, isRecord, isSame, type Change } from './written.ts';

export interface ConfigurationOptions extends Surroundings {
  /** The data directory; it is there, and its lock is held. */
  readonly folder: string;
  /** Of what is in the directory already, where there is no configuration yet. Absent: a new one. */
  readonly instance?: string | undefined;
  /** Where it is written and read once it is open. Default: in this thread. */
  readonly disk?: Disk | undefined;
}

/** Throws `store.unreadable` when both copies are damaged, and `store.unwritable` when the first start cannot write. */
export async function openConfiguration(options: ConfigurationOptions): Promise<LiveConfiguration> {
  const { folder, clock, log, instance, disk } = options;
  const now = (): number => Math.floor(clock.now());
  const file = openStored(join(folder, 'configuration.json'), { now, instance, disk });
  const box = openSecretBox(join(folder, 'keys.json'), { now, disk });
  const versions = openVersions(join(folder, 'versions'), file.value.revision, { log, disk });
  const secrets = await openSecrets(box, file.value.secrets);
  return new StoredConfiguration({ file, box, versions, secrets }, options);
}

interface Parts {
  readonly file: JsonFile<Stored>;
  readonly box: SecretBox;
  readonly versions: Versions;
  readonly secrets: OpenedSecrets;
}

/** How long a disk that refused is left alone before it is tried again. */
const retryMs = 5000;

class StoredConfiguration implements LiveConfiguration, Configuration {
  readonly #parts: Omit<Parts, 'secrets'>;
  readonly #around: Surroundings;
  readonly #turns = new InTurn();
  readonly #listeners = new Listeners();
  readonly #closing = new AbortController();
  #document: Document;
  #secrets: OpenedSecrets;
  /** Why the last edit is not on the disk. */
  #unsaved: Problem | undefined;
  /** Why the document in effect is not followed. */
  #notTaken: Problem | undefined;
  #isRetrying = false;
  readonly secrets = { read: (reference: SecretRef): string => readSecret(this.#secrets, reference) };

  constructor({ secrets, ...parts }: Parts, around: Surroundings) {
    this.#parts = parts;
    this.#around = around;
    this.#secrets = secrets;
    this.#document = parsed(parts.file.value);
    for (const { code, detail } of this.problems())
      around.log.error({ code, detail }, 'the configuration was not found as it was left');
    this.#told();
  }

  get #stored(): Stored {
    return this.#parts.file.value;
  }

  get #present(): Present {
    const versions = this.#parts.versions.list();
    return {
      state: this.#stored,
      stored: new Set(Object.keys(this.#stored.secrets)),
      removed: (what) =>
        versions.find(
          ({ summary }) => summary === `remove ${what}` || summary.startsWith(`rename ${what} to `),
        ),
    };
  }

  document(): Document {
    return this.#document;
  }

  onChange(listener: (document: Document) => Promise<void>): void {
    this.#listeners.onChange(listener);
  }

  onProblem(listener: () => void): void {
    this.#listeners.onProblem(listener);
  }

  problems(): readonly Problem[] {
    const { file, box } = this.#parts;
    return [
      this.#unsaved ?? file.unwritten,
      this.#notTaken,
      file.damage,
      box.damage,
      lostSecrets(this.#stored.document, this.#secrets),
    ].filter((each) => each !== undefined);
  }

  current(): ConfigurationModel {
    return configurationModel(this.#stored, { readOnly: null, problem: this.problems()[0], faults: [] });
  }

  entry(collection: Collection, name: string): EntryModel {
    return entryModel(this.#stored, { collection, name }, this.#notTaken);
  }

  settings(): EntryModel {
    return settingsModel(this.#stored, this.#notTaken);
  }

  put(collection: Collection, entry: unknown, edit: NamedEdit): Promise<EntryModel> {
    const made = (): EntryModel => this.entry(collection, isRecord(entry) ? String(entry['name']) : '');
    return this.#edit(edit, (present) => putEntry(present, collection, entry, edit), made);
  }

  async remove(collection: Collection, edit: NamedEdit): Promise<void> {
    await this.#edit(
      edit,
      (present) => removeEntry(present, collection, edit),
      () => undefined,
    );
  }

  putSettings(settings: unknown, edit: Edit): Promise<EntryModel> {
    return this.#edit(
      edit,
      (present) => putSettings(present, settings, edit),
      () => this.settings(),
    );
  }

  replace(text: string, edit: Edit): Promise<ConfigurationModel> {
    return this.#edit(
      edit,
      (present) => replaceAll(present, text, edit),
      () => this.current(),
    );
  }

  preview(text: string): ImportPreview {
    return previewOf(this.#present, text);
  }

  exported(): string {
    return exportText(this.#stored.document);
  }

  versions(): ReturnType<Configuration['versions']> {
    return this.#parts.versions.list();
  }

  version(revision: number): ReturnType<Configuration['version']> {
    const document = this.#parts.versions.read(revision);
    return { text: exportText(document), difference: difference(document, this.#stored.document) };
  }

  restore(revision: number, edit: Edit): Promise<ConfigurationModel> {
    const make = (present: Present): Edited => {
      const document = this.#parts.versions.read(revision);
      return restoreVersion(present, { revision, document }, edit);
    };
    return this.#edit(edit, make, () => this.current());
  }

  async rotateKey(by: Person): Promise<void> {
    const { box, file } = this.#parts;
    await this.#turns.run(() =>
      this.#saving(async () => {
        box.addKey();
        const secrets = { ...this.#stored.secrets };
        for (const [id, opened] of this.#secrets)
          if ('text' in opened) secrets[id] = await box.seal(id, opened.text);
        file.change((copy) => ({ ...copy, secrets }));
        box.keepKeysOf(Object.values(secrets));
      }),
    );
    this.#around.log.info({ by: by.name, secrets: this.#secrets.size }, 'every stored secret has a new key');
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#turns.idle();
  }

  /** `result` is asked for before the next edit begins. */
  #edit<Result>({ by }: Edit, make: (present: Present) => Edited, result: () => Result): Promise<Result> {
    return this.#turns.run(async () => {
      const edited = make(this.#present);
      if (isSame(edited.written, this.#stored.document)) return result();
      await this.#saving(() => this.#save(edited, { by: by.name, at: Math.floor(this.#around.clock.now()) }));
      this.#document = edited.document;
      await this.#tell(edited.summary);
      return result();
    });
  }

  async #save({ written, entered, summary }: Edited, change: Change): Promise<void> {
    const { file, box, versions } = this.#parts;
    const { secrets: before, document, changed } = this.#stored;
    const sealed = new Map<string, string>();
    for (const [id, text] of entered) sealed.set(id, await box.seal(id, text));
    const revision = this.#stored.revision + 1;
    versions.write({ revision, summary, ...change }, written);
    // What was written is the newest version: a secret goes with the last one that names it.
    const named = versions.secrets();
    const stay = Object.entries(before).filter(([id]) => named.has(id));
    const secrets = Object.fromEntries([...stay, ...sealed]);
    try {
      file.change(() => ({
        format: 1,
        revision,
        ...change,
        document: written,
        secrets,
        changed: { ...changesAfter(changed, { before: document, after: written, change }) },
      }));
    } catch (error) {
      versions.drop(revision);
      throw error;
    }
    const kept = [...this.#secrets].filter(([id]) => id in secrets);
    this.#secrets = new Map([...kept, ...[...entered].map(([id, text]) => [id, { text }] as const)]);
  }

  async #tell(summary: string): Promise<void> {
    const { revision, by } = this.#stored;
    this.#around.log.info({ revision, by, summary }, 'the configuration changed');
    this.#notTaken = await this.#listeners.changed(this.#document);
    if (this.#notTaken !== undefined)
      this.#around.log.error(
        { ...this.#notTaken, revision },
        'the configuration was saved, and is not followed',
      );
    this.#told();
  }

  /** Remembers whether the disk refused, until it no longer does. */
  async #saving(body: () => Promise<void>): Promise<void> {
    try {
      await body();
      this.#unsaved = undefined;
    } catch (error) {
      const { code, detail } = problemOf(error);
      if (code === 'store.unwritable' || code === 'store.stalled') this.#unsaved = problem(code, detail);
      throw error;
    } finally {
      if (this.#unsaved !== undefined || this.#parts.file.unwritten !== undefined) void this.#retry();
      this.#told();
    }
  }

  #told(): void {
    this.#listeners.problems(this.problems(), this.#around.log);
  }

  /** Finds out when the disk can be written again by writing what is there already. */
  async #retry(): Promise<void> {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    const { signal } = this.#closing;
    while ((this.#unsaved ?? this.#parts.file.unwritten) !== undefined) {
      await this.#around.clock.sleep(retryMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.#turns.run(() => this.#rewrite());
    }
    this.#isRetrying = false;
  }

  #rewrite(): Promise<void> {
    try {
      this.#parts.file.change((copy) => copy);
      this.#unsaved = undefined;
      this.#told();
    } catch {
      // It is known to be so.
    }
    return Promise.resolve();
  }
}

/** What the file's schema has let through. */
function parsed({ document }: Stored): Document {
  const result = checkDocument(document);
  if ('document' in result) return result.document;
  throw new Error('a stored document has faults, which its schema did not see');
}
