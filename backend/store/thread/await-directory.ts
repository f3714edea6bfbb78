/** A start waits for a data directory that does not answer, and says so: nothing is known before it has been read. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from './storage-thread.ts';

export interface Waiting {
  readonly log: { warn(fields: object, message: string): void };
  /** Ends the waiting: what it is aborted with is thrown. */
  readonly signal: AbortSignal;
  /** How often it is said. Default 5 s. */
  readonly everyMs?: number;
}

/** Resolves once the directory is there, or was refused: that is for who opens it to tell. */
export async function awaitDirectory(path: string, storage: Storage, waiting: Waiting): Promise<void> {
  const { log, signal, everyMs = 5000 } = waiting;
  const answered = new Promise<'answered'>((resolve) => {
    storage.post({ ask: 'probe', path }, () => resolve('answered'));
  });
  const since = Date.now();
  for (;;) {
    const over = new AbortController();
    const either = AbortSignal.any([over.signal, signal]);
    const slept = sleep(everyMs, undefined, { signal: either }).catch(() => undefined);
    const outcome = await Promise.race([answered, slept]);
    over.abort();
    if (outcome === 'answered') return;
    signal.throwIfAborted();
    const seconds = Math.round((Date.now() - since) / 1000);
    log.warn(
      { code: 'store.stalled', path, seconds },
      'waiting for the data directory, which does not answer',
    );
  }
}
