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
  private readonly later = new Map<KeyText | 'all', number>();
  private armedFor = Infinity;
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

  /**
   * Adds them when the time has come, or earlier when they already wait for an earlier time; forgotten when the queue stops before.
   * One timer serves all, however many wait.
   */
  addAfter(keys: Iterable<KeyText> | 'all', ms: number): void {
    const at = this.clock.monotonic() + ms;
    const each: Iterable<KeyText | 'all'> = keys === 'all' ? ['all'] : keys;
    for (const key of each) this.later.set(key, Math.min(at, this.later.get(key) ?? at));
    if (this.later.size > 0) this.arm(at);
  }

  private arm(at: number): void {
    if (at >= this.armedFor) return;
    this.armedFor = at;
    this.clock.sleep(Math.max(0, at - this.clock.monotonic()), this.stopping).then(
      () => this.takeDue(at),
      () => undefined,
    );
  }

  private takeDue(armedFor: number): void {
    // Armed for an earlier time meanwhile: that timer has done the work.
    if (armedFor !== this.armedFor) return;
    this.armedFor = Infinity;
    const now = this.clock.monotonic();
    const due = [...this.later].filter(([, at]) => at <= now).map(([key]) => key);
    for (const key of due) this.later.delete(key);
    if (due.includes('all')) this.add('all');
    else this.add(due as KeyText[]);
    this.arm(Math.min(...this.later.values()));
  }

  /** Whether one of the keys waits by name. */
  has(isMeant: (key: KeyText) => boolean): boolean {
    return this.keys !== 'all' && this.keys.values().some(isMeant);
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
