/**
 * The keys that must be looked at, each at most once, with the earliest cause. Notifications put keys in; a round takes all.
 * It never holds instructions, so lost, doubled or reordered notifications cannot change what a round does.
 */
import type { Clock } from '../model/clock.ts';
import type { KeyText } from '../model/identity.ts';

export interface Dirty {
  /** `all`: the whole system. */
  readonly keys: ReadonlySet<KeyText> | 'all';
  /** Arrival of the oldest notification behind these keys, `Clock.now()`; undefined when time alone is behind them. */
  readonly causedAt: number | undefined;
}

export class DirtyKeys {
  private keys: Set<KeyText> | 'all' = new Set();
  private causedAt: number | undefined;
  private wake: (() => void) | undefined;
  private readonly clock: Clock;
  private readonly stopping: AbortSignal;

  constructor(clock: Clock, stopping: AbortSignal) {
    this.clock = clock;
    this.stopping = stopping;
  }

  add(keys: Iterable<KeyText> | 'all', causedAt?: number): void {
    if (keys === 'all') this.keys = 'all';
    else if (this.keys !== 'all') for (const key of keys) this.keys.add(key);
    if (this.isEmpty()) return;
    if (causedAt !== undefined) this.causedAt = Math.min(this.causedAt ?? causedAt, causedAt);
    this.wake?.();
  }

  /** Adds them when the time has come; forgotten when the queue stops before. */
  addAfter(keys: readonly KeyText[] | 'all', ms: number): void {
    this.clock.sleep(ms, this.stopping).then(
      () => this.add(keys),
      () => undefined,
    );
  }

  isEmpty(): boolean {
    return this.keys !== 'all' && this.keys.size === 0;
  }

  /** Resolves at once when something is dirty, else as soon as something is; rejects on abort. */
  async waitUntilDirty(): Promise<void> {
    this.stopping.throwIfAborted();
    if (!this.isEmpty()) return;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => reject(this.stopping.reason as Error);
      this.stopping.addEventListener('abort', onAbort, { once: true });
      this.wake = () => {
        this.stopping.removeEventListener('abort', onAbort);
        this.wake = undefined;
        resolve();
      };
    });
  }

  takeAll(): Dirty {
    const taken = { keys: this.keys, causedAt: this.causedAt };
    this.keys = new Set();
    this.causedAt = undefined;
    return taken;
  }
}
