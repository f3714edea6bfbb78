/**
 * The loop that all controllers share: changes in the store name keys, keys are worked off in rounds, each key once a
 * round whatever happened to it meanwhile. Nothing runs while nothing changes.
 */
import type { Change } from '../store.ts';
import type { World } from '../world.ts';

export interface Controller {
  readonly name: string;
  /** The keys that a change concerns. */
  keysOf(change: Change): Iterable<string>;
  reconcile(key: string): void;
}

/** How long a round may hold the process before requests get their turn. */
const roundMs = 8;

export class Loop {
  readonly #controllers: readonly Controller[];
  readonly #queues: ReadonlyMap<Controller, Set<string>>;
  readonly #stopListening: () => void;
  readonly #world: World;
  readonly #tickMs: number;
  readonly #onIdle: () => void;
  #scheduled = false;
  #stopped = false;

  constructor(
    world: World,
    controllers: readonly Controller[],
    options: { tickMs: number; onIdle: () => void },
  ) {
    this.#world = world;
    this.#controllers = controllers;
    this.#tickMs = options.tickMs;
    this.#onIdle = options.onIdle;
    this.#queues = new Map(controllers.map((controller) => [controller, new Set<string>()]));
    this.#stopListening = world.store.onChange((change) => this.#take(change));
  }

  get idle(): boolean {
    return !this.#scheduled;
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
  }

  /** Has a controller look at a key without a change in the store. */
  enqueue(name: string, key: string): void {
    const controller = this.#controllers.find((one) => one.name === name);
    if (controller !== undefined) this.#queues.get(controller)?.add(key);
    this.#schedule();
  }

  #take(change: Change): void {
    for (const controller of this.#controllers) {
      const queue = this.#queues.get(controller);
      for (const key of controller.keysOf(change)) {
        queue?.add(key);
        this.#schedule();
      }
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    if (this.#tickMs > 0) this.#world.clock.after(this.#tickMs, () => this.#round());
    else setImmediate(() => this.#round());
  }

  #round(): void {
    const end = performance.now() + roundMs;
    for (const controller of this.#controllers) {
      if (this.#stopped) return;
      this.#work(controller, end);
    }
    if ([...this.#queues.values()].some((queue) => queue.size > 0)) {
      setImmediate(() => this.#round());
      return;
    }
    this.#scheduled = false;
    this.#onIdle();
  }

  #work(controller: Controller, end: number): void {
    const queue = this.#queues.get(controller);
    if (queue === undefined) return;
    // Keys added while these are worked off wait for the next round.
    const keys = [...queue];
    for (const key of keys) {
      if (performance.now() > end) return;
      queue.delete(key);
      controller.reconcile(key);
    }
  }
}
