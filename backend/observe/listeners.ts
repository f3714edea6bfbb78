/** Who listens to a source, and who waits until it has been read once. */
export interface Listeners {
  add(listener: () => void): void;
  tell(): void;
  /** Resolves when the condition holds, looked at now and whenever listeners are told; rejects on abort. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void>;
}

export function createListeners(): Listeners {
  const listeners: (() => void)[] = [];
  return {
    add: (listener) => void listeners.push(listener),
    tell: () => {
      for (const each of [...listeners]) each();
    },
    until: (holds, signal) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          signal.removeEventListener('abort', onAbort);
          const index = listeners.indexOf(look);
          if (index !== -1) listeners.splice(index, 1);
        };
        const look = (): void => {
          if (!holds()) return;
          finish();
          resolve();
        };
        const onAbort = (): void => {
          finish();
          reject(signal.reason as Error);
        };
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        listeners.push(look);
        look();
      }),
  };
}
