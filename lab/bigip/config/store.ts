/**
 * The configuration: running, and as it was last saved. Objects are immutable; a change replaces them, and a commit
 * applies all of its changes or none.
 */
import type { LabClock } from '../../clock.ts';
import type { ObjectName } from './names.ts';

export type Attributes = Readonly<Record<string, unknown>>;

/** What kinds there are is the business of kinds.ts. */
export interface ConfigObject extends ObjectName {
  readonly kind: string;
  /** For a member: the path of its pool. */
  readonly pool?: string;
  /** What the author set and what it defaults to. */
  readonly attributes: Attributes;
  /** The device's counter when it was last changed. */
  readonly generation: number;
  /** When its monitors began to look at it, in lab time: a change of monitors, or of being forced down, begins anew. */
  readonly monitoredSince: number;
}

export type NewObject = Omit<ConfigObject, 'generation' | 'monitoredSince'>;

export interface Change {
  readonly action: 'created' | 'modified' | 'deleted';
  readonly kind: string;
  readonly path: string;
  /** For a member: the path of its pool. */
  readonly pool?: string;
  readonly before?: ConfigObject;
  readonly after?: ConfigObject;
}

export interface Commit {
  /** The user, `person` for the lab's own controls, `reboot` when unsaved changes were lost. */
  readonly by: string;
  readonly changes: readonly Change[];
  /** When, in the lab's time. */
  readonly at: number;
}

export type CommitListener = (commit: Commit) => void;

type Tables = Map<string, Map<string, ConfigObject>>;

/** Members are kept by pool, so that a list of them costs what it shows. */
export function tableOf(kind: string, pool?: string): string {
  return pool === undefined ? kind : `${kind} ${pool}`;
}

/** Reads and changes within one commit. */
export class Draft {
  readonly changes: Change[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get(kind: string, path: string, pool?: string): ConfigObject | undefined {
    return this.#store.get(kind, path, pool);
  }

  all(kind: string, pool?: string): MapIterator<ConfigObject> {
    return this.#store.all(kind, pool);
  }

  put(object: NewObject): ConfigObject {
    const before = this.#store.get(object.kind, object.path, object.pool);
    const after = this.#store.write(object);
    this.changes.push(...changeBetween(before, after));
    return after;
  }

  remove(before: ConfigObject): void {
    this.#store.erase(before);
    this.changes.push(...changeBetween(before, undefined));
  }

  undo(): void {
    for (const { before, after } of this.changes.toReversed()) {
      if (before) this.#store.restore(before);
      else if (after) this.#store.erase(after);
    }
  }
}

export class Store {
  readonly #clock: LabClock;
  readonly #listeners: CommitListener[] = [];
  #running: Tables = new Map();
  #saved: Tables = new Map();
  #generation = 1;
  /** Commits since the last save. */
  unsaved = 0;

  constructor(clock: LabClock) {
    this.#clock = clock;
  }

  get generation(): number {
    return this.#generation;
  }

  onCommit(listener: CommitListener): void {
    this.#listeners.push(listener);
  }

  get(kind: string, path: string, pool?: string): ConfigObject | undefined {
    return this.#running.get(tableOf(kind, pool))?.get(path);
  }

  all(kind: string, pool?: string): MapIterator<ConfigObject> {
    return (this.#running.get(tableOf(kind, pool)) ?? new Map<string, ConfigObject>()).values();
  }

  /** `work` throws: nothing is changed. `validateOnly`: nothing is changed either way. */
  commit<T>(by: string, work: (draft: Draft) => T, validateOnly = false): T {
    const draft = new Draft(this);
    let result: T;
    try {
      result = work(draft);
    } catch (error) {
      draft.undo();
      throw error;
    }
    if (validateOnly) draft.undo();
    else if (draft.changes.length > 0) {
      this.unsaved += 1;
      this.#tell({ by, changes: draft.changes, at: this.#clock.now() });
    }
    return result;
  }

  save(): void {
    this.#saved = copyOf(this.#running);
    this.unsaved = 0;
  }

  /** What the device loads when it starts: everything that was not saved is gone. */
  loadSaved(): void {
    const changes = [...differences(this.#running, this.#saved)];
    this.#running = copyOf(this.#saved);
    this.unsaved = 0;
    if (changes.length > 0) this.#tell({ by: 'reboot', changes, at: this.#clock.now() });
  }

  write(object: NewObject): ConfigObject {
    this.#generation += 1;
    const before = this.get(object.kind, object.path, object.pool);
    const goesOn =
      before?.attributes['monitor'] === object.attributes['monitor'] &&
      before?.attributes['state'] === object.attributes['state'];
    const monitoredSince = before && goesOn ? before.monitoredSince : this.#clock.now();
    const written = { ...object, generation: this.#generation, monitoredSince };
    this.restore(written);
    return written;
  }

  restore(object: ConfigObject): void {
    const name = tableOf(object.kind, object.pool);
    const table = this.#running.get(name) ?? new Map<string, ConfigObject>();
    this.#running.set(name, table.set(object.path, object));
  }

  erase(object: ConfigObject): void {
    this.#generation += 1;
    const name = tableOf(object.kind, object.pool);
    this.#running.get(name)?.delete(object.path);
    if (this.#running.get(name)?.size === 0) this.#running.delete(name);
  }

  #tell(commit: Commit): void {
    for (const listener of this.#listeners) listener(commit);
  }
}

const none: ReadonlyMap<string, ConfigObject> = new Map();

/** One change, or none where there is nothing on either side. */
function changeBetween(before: ConfigObject | undefined, after: ConfigObject | undefined): Change[] {
  const object = after ?? before;
  if (object === undefined) return [];
  const { kind, path, pool } = object;
  const action = before === undefined ? 'created' : after === undefined ? 'deleted' : 'modified';
  const place = { action, kind, path, ...(pool !== undefined && { pool }) } as const;
  return [{ ...place, ...(before && { before }), ...(after && { after }) }];
}

function copyOf(tables: Tables): Tables {
  return new Map([...tables].map(([name, table]) => [name, new Map(table)]));
}

function* differences(running: Tables, saved: Tables): Generator<Change> {
  for (const name of new Set([...running.keys(), ...saved.keys()])) {
    const now = running.get(name) ?? none;
    const then = saved.get(name) ?? none;
    for (const path of new Set([...now.keys(), ...then.keys()])) {
      const [before, after] = [now.get(path), then.get(path)];
      if (before !== after) yield* changeBetween(before, after);
    }
  }
}
