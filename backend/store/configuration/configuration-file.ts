/**
 * The configuration as a file that somebody else keeps: read when it changes, never written. What it says while it has faults is not
 * taken: what it said before stays in effect, and the faults are told.
 *
 * Editors put another file in its place, Kubernetes turns a link to another folder, some write it bit by bit: so the folder is
 * watched, the file is looked at every two seconds besides, and a text counts once it was read twice in a row.
 */
import { readFileSync, watch, type FSWatcher } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Collection, ConfigurationModel, EntryModel } from '../../api/contract/configuration.ts';
import type { Fault } from '../../model/fault.ts';
import type { Document } from '../../model/mapping.ts';
import { ProblemError, problemOf, type Problem } from '../../model/problems.ts';
import { describeFault } from '../document/fault.ts';
import { checkDocument } from '../document/parse-document.ts';
import { readYaml } from '../document/read-yaml.ts';
import { previewOf } from './edits.ts';
import { exportText } from './export-text.ts';
import { InTurn } from './in-turn.ts';
import { Listeners } from './listeners.ts';
import type { LiveConfiguration, Surroundings } from './live-configuration.ts';
import { configurationModel, entryModel, settingsModel, type Revision } from './models.ts';
import { changesAfter, isSame, withLists, type Written } from './written.ts';
import { storedReferences } from './written-secrets.ts';

const pollMs = 2000;
/** So long a text must stay what it is before it is taken for whole. */
const settleMs = 250;

/** Throws `config.unreadable` or `config.invalid` when it cannot be followed at first. */
export function openConfigurationFile(path: string, around: Surroundings): Promise<LiveConfiguration> {
  return new Promise((opened) => {
    const text = readText(path);
    const file = new ConfigurationFile(resolve(path), around, { text, ...read(text, path) });
    file.follow();
    opened(file);
  });
}

interface Content {
  readonly written: Written;
  readonly document: Document;
}

class ConfigurationFile implements LiveConfiguration {
  readonly #path: string;
  readonly #around: Surroundings;
  readonly #turns = new InTurn();
  readonly #listeners = new Listeners();
  readonly #closing = new AbortController();
  #watcher: FSWatcher | undefined;
  #state: Revision;
  #document: Document;
  /** What was found last, whether or not it could be taken: a text, or why there is none. */
  #found: string | Problem;
  #fault: Problem | undefined;
  #notTaken: Problem | undefined;
  readonly secrets = {
    read: (reference: string): never => {
      throw new ProblemError('config.key-lost', `${reference}: no secret is stored beside ${this.#path}`);
    },
  };

  constructor(path: string, around: Surroundings, { text, written, document }: Content & { text: string }) {
    this.#path = path;
    this.#around = around;
    this.#found = text;
    this.#document = document;
    const change = { by: path, at: Math.floor(around.clock.now()) };
    this.#state = { revision: 1, ...change, document: written, changed: {} };
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
    return [this.#fault, this.#notTaken].filter((each) => each !== undefined);
  }

  current(): ConfigurationModel {
    const [first] = this.problems();
    const faults = this.#fault?.faults ?? [];
    return configurationModel(this.#state, { readOnly: this.#path, problem: first, faults });
  }

  entry(collection: Collection, name: string): EntryModel {
    return entryModel(this.#state, { collection, name }, this.#notTaken);
  }

  settings(): EntryModel {
    return settingsModel(this.#state, this.#notTaken);
  }

  preview(text: string): ReturnType<LiveConfiguration['preview']> {
    return previewOf({ state: this.#state, stored: new Set(), removed: () => undefined }, text);
  }

  exported(): string {
    return exportText(this.#state.document);
  }

  versions(): [] {
    return [];
  }

  version(revision: number): never {
    throw new ProblemError('request.not-found', `revision ${revision}: versions of a file are not kept here`);
  }

  put(): Promise<never> {
    return this.#refuse();
  }

  remove(): Promise<never> {
    return this.#refuse();
  }

  putSettings(): Promise<never> {
    return this.#refuse();
  }

  replace(): Promise<never> {
    return this.#refuse();
  }

  restore(): Promise<never> {
    return this.#refuse();
  }

  rotateKey(): Promise<never> {
    return this.#refuse();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watcher?.close();
    await this.#turns.idle();
  }

  #refuse(): Promise<never> {
    return Promise.reject(new ProblemError('config.read-only', this.#path));
  }

  /** Until it is closed. */
  follow(): void {
    const look = (): void => {
      // Aborted while it waited: it is closing.
      this.#turns.run(() => this.#look()).catch(() => undefined);
    };
    try {
      this.#watcher = watch(dirname(this.#path), look);
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // Without notifications it is looked at in time.
    }
    void this.#poll(look);
  }

  async #poll(look: () => void): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      look();
      await this.#around.clock.sleep(pollMs, signal).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    let found = readNow(this.#path);
    if (isSame(found, this.#found)) return;
    let before;
    do {
      before = found;
      await this.#around.clock.sleep(settleMs, this.#closing.signal);
      found = readNow(this.#path);
    } while (!isSame(before, found));
    if (!isSame(found, this.#found)) await this.#take(found);
  }

  async #take(found: string | Problem): Promise<void> {
    this.#found = found;
    const content = typeof found === 'string' ? this.#parsed(found) : found;
    if ('code' in content) {
      this.#fault = content;
      this.#around.log.error({ ...content }, 'the configuration file cannot be taken');
    } else {
      this.#fault = undefined;
      if (!isSame(content.written, this.#state.document)) await this.#follow(content);
    }
    this.#listeners.problems(this.problems(), this.#around.log);
  }

  #parsed(text: string): Content | Problem {
    try {
      return read(text, this.#path);
    } catch (error) {
      return problemOf(error);
    }
  }

  async #follow({ written, document }: Content): Promise<void> {
    const { log, clock } = this.#around;
    const change = { by: this.#path, at: Math.floor(clock.now()) };
    const revision = this.#state.revision + 1;
    const changed = changesAfter(this.#state.changed, {
      before: this.#state.document,
      after: written,
      change,
    });
    this.#state = { revision, ...change, document: written, changed };
    this.#document = document;
    log.info({ path: this.#path, revision }, 'the configuration file was read again');
    this.#notTaken = await this.#listeners.changed(document);
    if (this.#notTaken !== undefined) log.error({ ...this.#notTaken }, 'the configuration is not followed');
  }
}

function readNow(path: string): string | Problem {
  try {
    return readText(path);
  } catch (error) {
    return problemOf(error);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    throw new ProblemError('config.unreadable', `${path} (${code})`, { cause });
  }
}

function read(text: string, path: string): Content {
  const yaml = readYaml(text);
  if ('faults' in yaml) return refuse(path, yaml.faults);
  const written = withLists(yaml.value);
  const stored = storedReferences(written).map(({ path: at, id }) => ({
    path: at,
    found: `secret:${id}`,
    expected: 'file:PATH or env:NAME: nothing is stored beside a file',
  }));
  const result = checkDocument(written);
  const faults = [...stored, ...('faults' in result ? result.faults : [])];
  if (!('document' in result) || faults.length > 0) return refuse(path, faults);
  return { written: written as Written, document: result.document };
}

function refuse(path: string, faults: readonly Fault[]): never {
  const lines = faults.map((fault) => `  ${describeFault(fault)}`).join('\n');
  throw new ProblemError('config.invalid', `${path}\n${lines}`, { faults });
}
