/**
 * Watches: each takes changes from the store and writes them as lines, until its time is over, the client leaves or a
 * fault ends it. A watch that a fault has silenced never speaks again: what it missed cannot be told later.
 */
import { randomInt } from 'node:crypto';
import { inScope, type Scope } from './lists.ts';
import type { KubeObject } from './objects.ts';
import type { Matches } from './selectors.ts';
import { noFaults, type ClusterFaults, type Faults } from './faults.ts';
import type { LabClock } from './clock.ts';
import type { Change, Store } from './store.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export interface WatchSink {
  /** Writes text; resolves when the client can take more. */
  write(text: string): Promise<void>;
  /** Writes text without waiting. */
  push(text: string): void;
  /** Ends the reply properly. */
  end(): void;
  /** Breaks the connection. */
  destroy(): void;
}

export interface WatchOrder {
  readonly scope: Scope;
  readonly filter: Matches | undefined;
  /** The object's text as the client wants it: itself, or a row of a table. */
  readonly text: (object: KubeObject) => string;
  /** Changes up to this revision are known to the client. */
  readonly from: number;
  /** What exists already and is told first. */
  readonly initial: readonly KubeObject[] | undefined;
  /** Tell when the initial objects are complete. */
  readonly markEnd: boolean;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
}

interface Frame {
  readonly key: string;
  readonly text: string;
}

export class Watch {
  readonly order: WatchOrder;
  readonly #sink: WatchSink;
  readonly #faults: Faults;
  #pending: Frame[] | undefined = [];
  #held: Frame | undefined;
  #lastRevision: number;
  dead = false;
  #sent = 0;

  constructor(order: WatchOrder, sink: WatchSink, faults: Faults) {
    this.order = order;
    this.#sink = sink;
    this.#faults = faults;
    this.#lastRevision = order.from;
  }

  get sent(): number {
    return this.#sent;
  }

  offer(change: Change): void {
    if (change.revision <= this.#lastRevision || this.dead) return;
    this.#lastRevision = change.revision;
    const event = this.#eventOf(change);
    if (event === undefined || this.#isLost()) return;
    this.#queue({ key: change.key, text: this.#frame(event.type, event.object) });
  }

  bookmark(revision: number, annotations?: Readonly<Record<string, string>>): void {
    // Before the initial objects are told, a bookmark would claim that they had been.
    if (this.dead || revision < this.order.from || this.#pending !== undefined) return;
    this.release();
    const { kind } = this.order.scope;
    const metadata = { resourceVersion: String(revision), ...(annotations ? { annotations } : {}) };
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
    const object = { kind: kind.kind, apiVersion, metadata, ...kind.blank } as unknown as KubeObject;
    this.#send(this.#frame('BOOKMARK', object));
  }

  /** Tells what exists already, then everything that has happened meanwhile. `short` ends midway. */
  async begin(revision: number, share: number, cut: ClusterFaults['cutLists']): Promise<void> {
    const initial = this.order.initial ?? [];
    const told = initial.slice(0, Math.floor(initial.length * share));
    const shown = cut === null ? told : told.slice(0, Math.ceil(told.length / 2));
    for (let index = 0; index < shown.length && !this.dead; index += 200) {
      const texts = shown.slice(index, index + 200).map((object) => this.#frame('ADDED', object));
      this.#sent += texts.length;
      await this.#sink.write(texts.join(''));
    }
    if (cut !== null) {
      if (cut === 'clean') this.#sink.end();
      else this.#sink.destroy();
      return;
    }
    const pending = this.#pending ?? [];
    this.#pending = undefined;
    if (this.order.markEnd) this.bookmark(revision, { 'k8s.io/initial-events-end': 'true' });
    for (const frame of pending) this.#deliver(frame);
  }

  error(status: unknown): void {
    this.#send(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  }

  /** Sends what a reordering fault was holding back. */
  release(): void {
    if (this.#held === undefined) return;
    this.#send(this.#held.text);
    this.#held = undefined;
  }

  end(): void {
    if (!this.dead) this.#sink.end();
  }

  destroy(): void {
    this.#sink.destroy();
  }

  /** What a change means to someone who sees only what the filter lets through. */
  #eventOf(change: Change): { type: EventType; object: KubeObject } | undefined {
    const { object, previous, type } = change;
    if (!inScope(this.order.scope, object)) return undefined;
    const { filter } = this.order;
    if (filter === undefined) return { type, object };
    const was = previous !== undefined && filter(previous);
    const is = type !== 'DELETED' && filter(object);
    if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
    return was ? { type: 'DELETED', object } : undefined;
  }

  #isLost(): boolean {
    const { loseEvents } = this.#faults.current;
    return loseEvents > 0 && this.#touched() && randomInt(1_000_000) < loseEvents * 1_000_000;
  }

  #touched(): boolean {
    return this.#faults.touches(this.order.scope.kind.resource);
  }

  #frame(type: EventType, object: KubeObject): string {
    return `{"type":"${type}","object":${this.order.text(object)}}\n`;
  }

  #queue(frame: Frame): void {
    if (this.#pending !== undefined) this.#pending.push(frame);
    else this.#deliver(frame);
  }

  #deliver(frame: Frame): void {
    const { duplicateEvents, reorderEvents } = this.#faults.current;
    if (duplicateEvents && this.#touched()) this.#send(frame.text);
    const held = this.#held;
    if (reorderEvents && this.#touched() && (held === undefined || held.key !== frame.key)) {
      this.#held = held === undefined ? frame : undefined;
      if (held === undefined) {
        setTimeout(() => this.release(), 25);
        return;
      }
      this.#send(frame.text);
      this.#send(held.text);
      return;
    }
    this.release();
    this.#send(frame.text);
  }

  #send(text: string): void {
    if (this.dead) return;
    this.#sent += 1;
    this.#sink.push(text);
  }
}

export interface WatchesOptions {
  readonly clock: LabClock;
  readonly faults: Faults;
  readonly bookmarkMs: number;
}

/** All live watches of one world. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #byResource = new Map<string, Set<Watch>>();

  readonly #store: Store;

  constructor(store: Store, options: WatchesOptions) {
    this.#store = store;
    this.#options = options;
    store.onChange((change) => {
      for (const watch of this.#byResource.get(change.resource) ?? []) watch.offer(change);
    });
  }

  get live(): number {
    let count = 0;
    for (const watches of this.#byResource.values()) count += watches.size;
    return count;
  }

  all(): Watch[] {
    return [...this.#byResource.values()].flatMap((watches) => [...watches]);
  }

  /** Starts a watch. The result ends it. */
  open(watch: Watch, past: readonly Change[]): () => void {
    const { clock, bookmarkMs, faults } = this.#options;
    const { resource } = watch.order.scope.kind;
    const revision = this.#store.revision;
    for (const change of past) watch.offer(change);
    let group = this.#byResource.get(resource);
    if (group === undefined) this.#byResource.set(resource, (group = new Set<Watch>()));
    group.add(watch);
    const { timeoutMs, bookmarks, initial } = watch.order;
    const { shortLists, emptyLists, cutLists } = faults.touches(resource) ? faults.current : noFaults;
    void watch.begin(revision, emptyLists ? 0 : (shortLists ?? 1), initial === undefined ? null : cutLists);
    const cancels = [clock.after(timeoutMs, () => watch.end())];
    if (bookmarks) {
      cancels.push(this.#repeatBookmark(watch, bookmarkMs));
      cancels.push(
        clock.after(Math.max(timeoutMs - 2000, timeoutMs / 2), () => watch.bookmark(this.#store.revision)),
      );
    }
    return () => {
      group.delete(watch);
      for (const cancel of cancels) cancel();
    };
  }

  #repeatBookmark(watch: Watch, everyMs: number): () => void {
    let stop = (): void => undefined;
    const next = (): void => {
      stop = this.#options.clock.after(everyMs, () => {
        watch.bookmark(this.#store.revision);
        next();
      });
    };
    next();
    return () => stop();
  }
}
