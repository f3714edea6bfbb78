/** Whether a system as a whole can be believed, and who it is. Listeners are called when that changes. */
import type { Problem } from '../../model/problems.ts';

export class Status {
  identity: string | undefined;
  #problem: Problem | undefined;
  readonly #listeners: (() => void)[] = [];
  readonly #settled = Promise.withResolvers<undefined>();

  /** What holds as long as nothing has been read. */
  constructor(unread: Problem) {
    this.#problem = unread;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** The first read has succeeded or failed. */
  async settled(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#settled.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  set(next: Problem | undefined): void {
    const old = this.#problem;
    this.#problem = next;
    this.#settled.resolve(undefined);
    if (old?.code === next?.code && old?.detail === next?.detail) return;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
