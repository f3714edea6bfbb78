/**
 * A cluster that is followed: a catalogue that reads it, a mirror that holds what was read, and batches of notices to
 * whoever listens. Notices that arrive within one turn of the event loop, a list of thousands among them, are told
 * together; there is no fixed waiting time.
 */
import type { Clock } from '../model/clock.ts';
import { createClusterMirror } from './cluster-mirror.ts';
import { createListeners } from './listeners.ts';
import { createNoticeBatch, type NoticesListener } from './notice-batch.ts';
import type { Catalogue, Probe, Source } from './ports.ts';

export interface ClusterSourceOptions {
  readonly catalogue: Catalogue & Probe;
  readonly clock: Clock;
}

export function createClusterSource({ catalogue, clock }: ClusterSourceOptions): Source & Probe {
  const noticesListeners: NoticesListener[] = [];
  const freshnessListeners = createListeners();
  const batch = createNoticeBatch((notices) => {
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
      freshnessListeners.tell();
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
    onFreshness: (each) => freshnessListeners.add(each),
    stopped: () => following,
    resync: () => catalogue.relist(),
    isGone: (ref, signal) => catalogue.isGone(ref, signal),
    settled: (signal) => freshnessListeners.until(() => untold.size === 0, signal),
  };
}
