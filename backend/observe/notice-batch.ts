/** Gathers the notices of one turn of the event loop, so that a list of thousands is told at once. There is no fixed waiting time. */
import type { SourceNotice } from '../model/source-view.ts';

export type NoticesListener = (notices: readonly SourceNotice[]) => void;

export interface NoticeBatch {
  add(notice: SourceNotice): void;
  flush(): void;
  drop(): void;
}

/** Of equal sightings of one object in one turn the first stays. */
export function createNoticeBatch(deliver: NoticesListener): NoticeBatch {
  let waiting = new Map<string, SourceNotice>();
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
