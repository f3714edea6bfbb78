/**
 * A cluster that is followed: a catalogue that reads it, a mirror that holds what was read, and batches of notices to
 * whoever listens. Notices that arrive within one turn of the event loop, a list of thousands among them, are told
 * together; there is no fixed waiting time.
 */
import type { Clock } from '../model/clock.ts';
import type { ClusterNotice } from '../model/cluster-view.ts';
import { createClusterMirror } from './cluster-mirror.ts';
import type { Catalogue, Probe, Source } from './ports.ts';

type NoticesListener = (notices: readonly ClusterNotice[]) => void;

export interface ClusterSourceOptions {
  readonly catalogue: Catalogue & Probe;
  readonly clock: Clock;
}

export function createClusterSource({ catalogue, clock }: ClusterSourceOptions): Source & Probe {
  const noticesListeners: NoticesListener[] = [];
  const freshnessListeners: (() => void)[] = [];
  const batch = createBatch((notices) => {
    for (const listener of noticesListeners) listener(notices);
  });
  const { view, listener, untold } = createClusterMirror({
    name: catalogue.cluster,
    kinds: catalogue.kinds,
    clock,
    onNotice: (notice) => batch.add(notice),
    onFreshness: () => {
      // Notices first: nobody may take a kind for synced before having heard what is in it.
      batch.flush();
      for (const each of [...freshnessListeners]) each();
    },
  });

  let following = Promise.resolve();

  return {
    name: catalogue.cluster,
    view,
    start: (signal) => {
      signal.addEventListener('abort', () => batch.drop(), { once: true });
      following = catalogue.follow(listener, signal);
    },
    onNotices: (each) => void noticesListeners.push(each),
    onFreshness: (each) => void freshnessListeners.push(each),
    stopped: () => following,
    resync: () => catalogue.relist(),
    isGone: (ref, signal) => catalogue.isGone(ref, signal),
    settled: (signal) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          signal.removeEventListener('abort', onAbort);
          const index = freshnessListeners.indexOf(look);
          if (index !== -1) freshnessListeners.splice(index, 1);
        };
        const look = (): void => {
          if (untold.size > 0) return;
          finish();
          resolve();
        };
        const onAbort = (): void => {
          finish();
          reject(signal.reason as Error);
        };
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        freshnessListeners.push(look);
        look();
      }),
  };
}

interface Batch {
  add(notice: ClusterNotice): void;
  flush(): void;
  drop(): void;
}

/** Gathers what is added in one turn of the event loop; of equal sightings of one object the first stays. */
function createBatch(deliver: NoticesListener): Batch {
  let waiting = new Map<string, ClusterNotice>();
  const flush = (): void => {
    const notices = [...waiting.values()];
    waiting = new Map();
    if (notices.length > 0) deliver(notices);
  };
  return {
    flush,
    add: (notice) => {
      if (waiting.size === 0) setImmediate(flush);
      // Different sightings of one object all stay: a deletion explains what the next one of that name does not.
      const key = `${notice.sighting} ${notice.kind} ${notice.path}`;
      if (!waiting.has(key)) waiting.set(key, notice);
    },
    drop: () => waiting.clear(),
  };
}
