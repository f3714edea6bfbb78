/**
 * Complete lists, or nothing: as a stream of initial events, one object in memory at a time, or in pages where the
 * server refuses that. Whatever leaves a doubt is thrown, because what a list lacks counts as gone.
 */
import type { SourceRecord } from '../../model/cluster-records.ts';
import type { ObjectPath } from '../../model/identity.ts';
import type { CompleteList } from '../../observe/ports.ts';
import { ApiError, incomplete, isExpired } from './api-error.ts';
import { decodeObject, readStream, type Frame, type KindAccess } from './kind-access.ts';
import { collectionPath } from './kinds.ts';
import { field, items, raw, text, type Raw } from './raw.ts';

interface Page {
  kind: string;
  metadata: { resourceVersion: string; continue: string };
  items: unknown[];
}

const initialEventsEnd = 'k8s.io/initial-events-end';
/** Tries of a paged list whose continuation expires on the way. */
const mostRestarts = 3;

function decodeListed(access: KindAccess, value: unknown): SourceRecord {
  const record = decodeObject(access, value);
  if (record === undefined) throw incomplete(`${collectionPath(access.kind)}: an object without name or uid`);
  return record;
}

export async function listByStream(access: KindAccess, signal: AbortSignal): Promise<CompleteList> {
  const records = new Map<ObjectPath, SourceRecord>();
  let version: string | undefined;
  const onFrame = (frame: Raw<Frame>): boolean => {
    const object = field(frame, 'object');
    const type = text(field(frame, 'type'));
    if (type === 'BOOKMARK') {
      if (isInitialEventsEnd(object)) version = text(field(field(object, 'metadata'), 'resourceVersion'));
      return version === undefined;
    }
    const record = decodeListed(access, object);
    if (type === 'DELETED') records.delete(record.path);
    else records.set(record.path, record);
    return true;
  };
  // Trap: servers that do not know sendInitialEvents refuse resourceVersionMatch on a watch, so they cannot ignore it.
  const query = {
    watch: '1',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  };
  await readStream(access, { query, silenceMs: access.limits.listSilenceMs, onFrame }, signal);
  if (version === undefined)
    throw incomplete(`${collectionPath(access.kind)}: the stream ended before the list was complete`);
  return { records, resourceVersion: version };
}

function isInitialEventsEnd(object: Raw<Frame['object']>): boolean {
  const annotations = field(field(object, 'metadata'), 'annotations');
  return text(field(annotations, initialEventsEnd)) === 'true';
}

/** The server will not stream a list, now or ever: it has to be read in pages. */
export function isStreamRefused(thrown: unknown): boolean {
  return thrown instanceof ApiError && [400, 404, 405, 406, 422, 501].includes(thrown.status);
}

/** Reads page by page; starts over when the continuation expires on the way. */
export async function listByPages(access: KindAccess, signal: AbortSignal): Promise<CompleteList> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await listOnceByPages(access, signal);
    } catch (thrown) {
      if (!isExpired(thrown) || restarts === mostRestarts) throw thrown;
    }
  }
}

async function listOnceByPages(access: KindAccess, signal: AbortSignal): Promise<CompleteList> {
  const records = new Map<ObjectPath, SourceRecord>();
  let version: string | undefined;
  let token: string | undefined;
  do {
    const page = await readPage(access, token, signal);
    const metadata = field(page, 'metadata');
    version ??= text(field(metadata, 'resourceVersion'));
    for (const value of items(field(page, 'items'))) {
      const record = decodeListed(access, value);
      records.set(record.path, record);
    }
    token = text(field(metadata, 'continue'));
  } while (token !== undefined);
  if (version === undefined)
    throw incomplete(`${collectionPath(access.kind)}: the list carries no resourceVersion`);
  return { records, resourceVersion: version };
}

async function readPage(
  { kind, server, limits, counters }: KindAccess,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Raw<Page>> {
  const collection = collectionPath(kind);
  const query = new URLSearchParams({ limit: String(limits.pageSize) });
  if (token !== undefined) query.set('continue', token);
  counters.connects += 1;
  const page = raw<Page>(await server.get(`${collection}?${query.toString()}`, signal));
  const values: unknown = field(page, 'items');
  if (!Array.isArray(values) || text(field(page, 'kind')) !== `${kind}List`)
    throw incomplete(`${collection}: the answer is not a ${kind}List`);
  return page;
}
