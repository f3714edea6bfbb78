/**
 * One watch, from a resourceVersion until the server ends it, something fails, or it goes quiet.
 */
import type { SourceRecord } from '../../model/cluster-records.ts';
import { decodeObject, readStream, type Frame, type KindAccess } from './kind-access.ts';
import { field, text, type Raw } from './raw.ts';

export interface WatchListener {
  /** Contact is live: the watch was accepted, or bytes arrived. */
  live(): void;
  changed(record: SourceRecord): void;
  deleted(record: SourceRecord): void;
  /** A next watch may continue from here; `bookmark`: everything up to here has been told. */
  reached(resourceVersion: string, bookmark: boolean): void;
}

/** Resolves when the server ends the watch; throws when anything else does. */
export function watch(
  access: KindAccess,
  from: string,
  listener: WatchListener,
  signal: AbortSignal,
): Promise<void> {
  const { limits, random, counters } = access;
  const [least, most] = limits.watchSeconds;
  const query = {
    watch: '1',
    resourceVersion: from,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(Math.round(least + random() * (most - least))),
  };
  const onFrame = (frame: Raw<Frame>): boolean => {
    counters.events += 1;
    const object = field(frame, 'object');
    const type = text(field(frame, 'type'));
    if (type !== 'BOOKMARK') tell(listener, type, decodeObject(access, object));
    const version = text(field(field(object, 'metadata'), 'resourceVersion'));
    if (version !== undefined) listener.reached(version, type === 'BOOKMARK');
    return true;
  };
  const onContact = (): void => listener.live();
  return readStream(access, { query, silenceMs: limits.watchSilenceMs, onFrame, onContact }, signal);
}

function tell(listener: WatchListener, type: string | undefined, record: SourceRecord | undefined): void {
  if (record === undefined) return;
  if (type === 'DELETED') listener.deleted(record);
  else listener.changed(record);
}
