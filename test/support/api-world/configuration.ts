/** A document that can be edited, with tags, versions and the faults that a page has to show. */
import { parse, stringify } from 'yaml';
import type {
  Collection,
  ConfigurationModel,
  DifferenceLine,
  EntryModel,
  FaultModel,
  ImportPreview,
  VersionModel,
  WrittenEntry,
} from '../../../backend/api/contract/configuration.ts';
import type { Condition, Configuration, Edit } from '../../../backend/api/ports.ts';
import { digest } from '../../../backend/model/digest.ts';
import { ProblemError } from '../../../backend/model/problems.ts';
import { entryChanges } from '../../../backend/store/configuration/entry-changes.ts';
import { readYaml } from '../../../backend/store/document/read-yaml.ts';
import { startingDocument } from './document.ts';
import type { FakeDocument } from './document.ts';

export interface FakeConfiguration extends Configuration {
  /** Differs whenever anything of the document does. */
  digest(): string;
}

interface Options {
  readonly now: () => number;
  readonly readOnly: string | null;
  readonly empty: boolean;
}

interface Kept extends VersionModel {
  readonly document: FakeDocument;
}

const collections: readonly Collection[] = ['clusters', 'fabrics', 'loadBalancers', 'mappings'];
const namePattern = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

export function fakeConfiguration(options: Options): FakeConfiguration {
  return new EditedDocument(options);
}

class EditedDocument implements FakeConfiguration {
  readonly #options: Options;
  readonly #versions: Kept[] = [];
  readonly #writers = new Map<string, { readonly by: string; readonly at: number }>();
  #document: FakeDocument;
  #secrets = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#document = startingDocument(options.empty);
    if (!options.empty) this.#keep(this.#document, 'admin', 'save mapping shop');
  }

  digest(): string {
    return digest(JSON.stringify(this.#document));
  }

  current(): ConfigurationModel {
    const last = this.#versions.at(-1);
    return {
      revision: last?.revision ?? 0,
      tag: this.digest().slice(0, 16),
      at: last?.at ?? 0,
      by: last?.by ?? '',
      readOnly: this.#options.readOnly,
      problem: null,
      faults: [],
      document: this.#document,
    };
  }

  entry(collection: Collection, name: string): EntryModel {
    const found = this.#document[collection].find((each) => each.name === name);
    if (found === undefined) throw new ProblemError('request.not-found', `no entry ${name} in ${collection}`);
    return this.#model(`${collection}/${name}`, name, found);
  }

  settings(): EntryModel {
    return this.#model('settings', 'settings', this.#document.settings);
  }

  put(
    collection: Collection,
    sent: unknown,
    { name, ...edit }: Edit & { readonly name: string },
  ): Promise<EntryModel> {
    const present = this.#document[collection].find((each) => each.name === name);
    this.#check(edit.condition, present === undefined ? undefined : this.entry(collection, name).tag, edit);
    const entry = this.#sealed(sent) as WrittenEntry;
    const others = this.#document[collection].filter((each) => each !== present);
    const faults = entryFaults(collection, entry, others);
    if (faults.length > 0) return invalid(faults);
    const at = present === undefined ? others.length : this.#document[collection].indexOf(present);
    const summary = `save ${collection} ${entry.name}`;
    this.#keep({ ...this.#document, [collection]: others.toSpliced(at, 0, entry) }, edit.by.name, summary);
    this.#writers.set(`${collection}/${entry.name}`, { by: edit.by.name, at: this.#options.now() });
    return Promise.resolve(this.entry(collection, entry.name));
  }

  remove(collection: Collection, { name, ...edit }: Edit & { readonly name: string }): Promise<void> {
    this.#check(edit.condition, this.entry(collection, name).tag, edit);
    const left = this.#document[collection].filter((each) => each.name !== name);
    this.#keep({ ...this.#document, [collection]: left }, edit.by.name, `remove ${collection} ${name}`);
    return Promise.resolve();
  }

  putSettings(sent: unknown, edit: Edit): Promise<EntryModel> {
    this.#check(edit.condition, this.settings().tag, edit);
    const settings = this.#sealed(sent) as FakeDocument['settings'];
    const known = ['guard', 'access', 'history'];
    const faults = Object.keys(settings)
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: `settings.${name}`, found: name, expected: known.join(', ') }));
    if (faults.length > 0) return invalid(faults);
    this.#keep({ ...this.#document, settings }, edit.by.name, 'save settings');
    return Promise.resolve(this.settings());
  }

  replace(text: string, edit: Edit): Promise<ConfigurationModel> {
    this.#check(edit.condition, this.current().tag, edit);
    const { document, faults } = read(text);
    if (document === undefined) return invalid(faults);
    this.#keep(document, edit.by.name, 'import configuration');
    return Promise.resolve(this.current());
  }

  preview(text: string): ImportPreview {
    const yaml = readYaml(text);
    if ('faults' in yaml)
      return { faults: [...yaml.faults], difference: [], entries: [], secrets: [], modes: [] };
    const { document, faults } = read(text);
    if (document === undefined) return { faults, difference: [], entries: [], secrets: [], modes: [] };
    const modes = document.mappings.map(({ name, mode }) => ({ mapping: name, mode: modeOf(mode) }));
    return {
      faults,
      difference: difference(this.#document, document),
      entries: entryChanges(this.#document, document),
      secrets: [],
      modes,
    };
  }

  exported(): string {
    return stringify(this.#document);
  }

  versions(): readonly VersionModel[] {
    return this.#versions.map(({ document: _document, ...version }) => version).reverse();
  }

  version(revision: number): { readonly text: string; readonly difference: readonly DifferenceLine[] } {
    const { document } = this.#kept(revision);
    return { text: stringify(document), difference: difference(document, this.#document) };
  }

  restore(revision: number, edit: Edit): Promise<ConfigurationModel> {
    this.#check(edit.condition, this.current().tag, edit);
    this.#keep(this.#kept(revision).document, edit.by.name, `restore version ${revision}`);
    return Promise.resolve(this.current());
  }

  rotateKey(): Promise<void> {
    return Promise.resolve();
  }

  #kept(revision: number): Kept {
    const kept = this.#versions.find((each) => each.revision === revision);
    if (kept === undefined) throw new ProblemError('request.not-found', `no version ${revision}`);
    return kept;
  }

  #model(key: string, name: string, entry: WrittenEntry | FakeDocument['settings']): EntryModel {
    const { by, at } = this.#writers.get(key) ?? { by: 'admin', at: 0 };
    const tag = digest(JSON.stringify(entry), 16);
    return { name, tag, revision: this.current().revision, by, at, entry, problem: null };
  }

  #check(condition: Condition, tag: string | undefined, { by }: Edit): void {
    const { readOnly } = this.#options;
    if (readOnly !== null) throw new ProblemError('config.read-only', `it is read from ${readOnly}`);
    if (condition === undefined) throw new ProblemError('config.condition', 'expected If-Match');
    if ('absent' in condition ? tag === undefined : tag === condition.tag) return;
    throw new ProblemError('config.changed', `what ${by.name} read is not what stands there now`);
  }

  /** A secret is taken once and told never again. */
  #sealed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#sealed(each));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    if (entries.length === 1 && entries[0]?.[0] === 'secret') {
      this.#secrets += 1;
      return `secret:s${this.#secrets}`;
    }
    return Object.fromEntries(entries.map(([name, inner]) => [name, this.#sealed(inner)]));
  }

  #keep(document: FakeDocument, by: string, summary: string): void {
    const revision = (this.#versions.at(-1)?.revision ?? 0) + 1;
    this.#document = document;
    this.#versions.push({ revision, at: this.#options.now(), by, summary, document });
    if (this.#versions.length > 50) this.#versions.shift();
  }
}

/** Where a reference has to stand, nothing else may; what does is not told. */
function plainSecrets({ credentials }: Readonly<Record<string, unknown>>): readonly FaultModel[] {
  return Object.entries(typeof credentials === 'object' && credentials !== null ? credentials : {})
    .filter(([name, value]) => name !== 'username' && !/^(secret|file|env):/.test(String(value)))
    .map(([name]) => ({ path: `credentials.${name}`, found: '(not shown)', expected: 'a reference' }));
}

function modeOf(mode: unknown): 'report' | 'add-only' | 'full' {
  return mode === 'full' || mode === 'add-only' ? mode : 'report';
}

function entryFaults(
  collection: Collection,
  { name, ...entry }: WrittenEntry,
  others: readonly WrittenEntry[],
): readonly FaultModel[] {
  const faults: FaultModel[] = [];
  if (!namePattern.test(name))
    faults.push({ path: 'name', found: name.slice(0, 60), expected: 'lower-case letters, digits and -' });
  if (others.some((other) => other.name === name))
    faults.push({ path: 'name', found: name, expected: 'a name that no other entry has' });
  faults.push(...plainSecrets(entry));
  const required = { clusters: 'server', fabrics: 'controllers', loadBalancers: 'kind', mappings: 'to' }[
    collection
  ];
  if (entry[required] === undefined && entry['appCenter'] !== true)
    faults.push({ path: required, found: 'nothing', expected: `what it cannot be without` });
  return faults;
}

function read(text: string): {
  readonly document: FakeDocument | undefined;
  readonly faults: readonly FaultModel[];
} {
  const document = parsed(text);
  const isDocument = typeof document === 'object' && document !== null && !Array.isArray(document);
  if (!isDocument)
    return { document: undefined, faults: [{ path: '', found: 'something else', expected: 'a document' }] };
  const { empty, written } = { empty: startingDocument(true), written: document as Partial<FakeDocument> };
  const unknown = Object.keys(written)
    .filter((name) => !(name in empty))
    .map((name) => ({ path: name.slice(0, 60), found: 'it', expected: 'nothing of this name' }));
  const wrong = collections
    .filter((name) => written[name] !== undefined && !areEntries(written[name]))
    .map((name) => ({ path: name, found: 'something else', expected: 'a list of entries with names' }));
  const faults = [...unknown, ...wrong];
  if (faults.length > 0) return { document: undefined, faults };
  const read = { ...empty, ...written, version: 1 as const };
  const plain = collections.flatMap((name) => read[name].flatMap(plainSecrets));
  return { document: plain.length > 0 ? undefined : read, faults: plain };
}

function areEntries(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((each) => typeof (each as { name?: unknown } | null)?.name === 'string')
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 20, logLevel: 'error' });
  } catch (cause) {
    throw new ProblemError('config.unreadable', 'it is not YAML', { cause });
  }
}

function difference(before: FakeDocument, after: FakeDocument): readonly DifferenceLine[] {
  return collections.flatMap((collection) => {
    const names = new Set([...before[collection], ...after[collection]].map(({ name }) => name));
    return [...names].flatMap((name) =>
      line(`${collection}[${name}]`, text(before, name), text(after, name)),
    );
    function text(of: FakeDocument, name: string): string | null {
      const found = of[collection].find((each) => each.name === name);
      return found === undefined ? null : JSON.stringify(found);
    }
  });
}

function line(path: string, before: string | null, after: string | null): readonly DifferenceLine[] {
  if (before === after) return [];
  const sign = before === null ? '+' : after === null ? '-' : '~';
  return [{ sign, path, before, after }];
}

function invalid(faults: readonly FaultModel[]): Promise<never> {
  const detail = faults.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ');
  return Promise.reject(new ProblemError('config.invalid', detail, { faults }));
}
