/**
 * The fabric as a source: the addresses that it learned in internal EPGs. A feed reads them, a mirror holds them, and whoever
 * listens is told in batches what changed.
 *
 * An endpoint is there as soon as the feed shows it. One that is no longer shown stays, marked as absent, until its absence is
 * certain to be an end; a clock asks for the read that makes it so. What is known outlives the process in a memory, so that an
 * endpoint that vanished while nobody looked is absent, too, and not forgotten. Knows nothing of how a fabric is read.
 */
import type { Clock } from '../model/clock.ts';
import type { IpAddress } from '../model/ip.ts';
import { Absence, settleMsByDefault } from './absence.ts';
import { AbsenceAlarm } from './absence-alarm.ts';
import { EndpointMirror } from './endpoint-mirror.ts';
import { splitEndpointPath } from './endpoint-shelf.ts';
import { EndpointNotes } from './endpoint-notes.ts';
import { createListeners } from './listeners.ts';
import { createNoticeBatch, type NoticesListener } from './notice-batch.ts';
import type { EndpointFeed, EndpointMemory, FollowedEpg, Probe, Source } from './ports.ts';

export interface EndpointSourceOptions {
  readonly feed: EndpointFeed;
  /** One entry per EPG; the same that the feed follows. */
  readonly follow: readonly FollowedEpg[];
  readonly clock: Clock;
  readonly memory: EndpointMemory;
  /** How long a switch that started must be in service before losses behind it count. Default 30 min. */
  readonly settleMs?: number;
}

export function createEndpointSource(options: EndpointSourceOptions): Source & Probe {
  const { feed, follow, clock, memory, settleMs = settleMsByDefault } = options;
  const noticesListeners: NoticesListener[] = [];
  const freshnessListeners = createListeners();
  const names = new Set(follow.map(({ epg }) => epg));
  const remembered = memory.load();
  const recordOf = (epg: string, address: IpAddress) => mirror.record(epg, address);
  const notes = new EndpointNotes({ memory, remembered, recordOf });
  const batch = createNoticeBatch((notices) => {
    // What others act on must be remembered before they do.
    notes.write();
    for (const listener of noticesListeners) listener(notices);
  });
  const mirror = new EndpointMirror({
    fabric: feed.fabric,
    follow,
    remembered: remembered.filter(({ epg }) => names.has(epg)),
    absence: new Absence(settleMs),
    clock,
    onNotice: (path, sighting) =>
      batch.add({ cluster: feed.fabric, kind: 'LearnedEndpoint', path, sighting, at: clock.now() }),
    onMemory: (epg, address) => notes.add(epg, address),
    onTold: () => alarm.set(),
    onFreshness: () => {
      // Notices first: nobody may take an EPG for synced before having heard what is in it.
      batch.flush();
      freshnessListeners.tell();
    },
  });
  for (const { epg, address } of remembered) if (!names.has(epg)) notes.add(epg, address);

  const alarm = new AbsenceAlarm({
    clock,
    due: () => mirror.due(),
    ask: (epgs) => feed.reread(epgs),
  });
  const onAbort = (): void => {
    batch.drop();
    notes.stop();
  };
  let following = Promise.resolve();

  return {
    name: feed.fabric,
    view: mirror.view,
    start: (signal) => {
      signal.addEventListener('abort', onAbort, { once: true });
      alarm.start(signal);
      following = feed.follow(mirror.listener, signal);
    },
    onNotices: (each) => void noticesListeners.push(each),
    onFreshness: (each) => freshnessListeners.add(each),
    settled: (signal) => freshnessListeners.until(() => mirror.isTold, signal),
    stopped: () => following,
    resync: () => feed.reread([...names]),
    isGone: async ({ kind, path, uid }, signal) => {
      if (kind !== 'LearnedEndpoint') return 'unknown';
      const found = await feed.isThere(splitEndpointPath(path).epg, uid, signal);
      // That it is not there now is no end: absence needs time.
      return found === 'present' ? 'present' : 'unknown';
    },
  };
}
