/** Answers to get, list and watch, with the faults that a source can have while it answers. */
import { acceptOf, sendJson, writeText, type Exchange } from './exchange.ts';
import {
  badListOptions,
  countParameter,
  filterOf,
  inScope,
  listPage,
  revisionParameter,
  type Page,
} from './lists.ts';
import { expiredWatch, notFound, type ApiError } from './errors.ts';
import { tableOf, wantsTable } from './tables.ts';
import { Watch, type WatchOrder } from './watches.ts';
import { apiVersionOf } from './kinds.ts';
import type { Faults } from './faults.ts';
import type { KubeObject } from './objects.ts';
import type { Target } from './routes.ts';
import type { Served } from './served.ts';

/** A whole revision number less what the fault takes off; other fields untouched. */
function shifted(object: KubeObject, back: number): KubeObject {
  const { resourceVersion } = object.metadata;
  if (back === 0 || resourceVersion === undefined) return object;
  return {
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(Number(resourceVersion) - back) },
  };
}

/** The last object's text: all watches of a change ask for the same one in turn. */
let last: { object: KubeObject; text: string } | undefined;

function plainText(object: KubeObject): string {
  if (last?.object !== object) last = { object, text: JSON.stringify(object) };
  return last.text;
}

export function getOne(exchange: Exchange, { world, faults }: Served, target: Target): void {
  const { kind, namespace, name = '' } = target;
  const found = world.store.get(kind.resource, namespace, name);
  if (found === undefined) throw notFound(kind, name);
  const object = shifted(found, faults.current.revisionsBack);
  const version = wantsTable(acceptOf(exchange));
  if (version === undefined) return sendJson(exchange, 200, object);
  const include = exchange.url.searchParams.get('includeObject') ?? 'Metadata';
  const table = { kind, version, include, now: world.clock.now() };
  const { resourceVersion } = object.metadata;
  sendJson(exchange, 200, tableOf(table, [object], { resourceVersion }));
}

/** What the faults make of a page: fewer items, or none, with nothing to give it away. */
function distorted(page: Page, faults: Faults, resource: string): Page {
  const { shortLists, emptyLists, revisionsBack } = faults.current;
  const revision = page.revision - revisionsBack;
  if (!faults.touches(resource) || (!emptyLists && shortLists === null)) return { ...page, revision };
  const count = emptyLists ? 0 : Math.floor(page.items.length * (shortLists ?? 1));
  return { revision, items: page.items.slice(0, count) };
}

function metadataOf(page: Page): Record<string, unknown> {
  return { ...page, resourceVersion: String(page.revision), revision: undefined, items: undefined };
}

/** Items of a list go without kind and apiVersion, as the real server leaves them out. */
function itemText(object: KubeObject): string {
  return JSON.stringify({ ...object, kind: undefined, apiVersion: undefined });
}

export async function getList(exchange: Exchange, served: Served, target: Target): Promise<void> {
  const { world, faults } = served;
  const { kind } = target;
  const query = exchange.url.searchParams;
  const page = distorted(listPage(world.store, target, query), faults, kind.resource);
  const back = faults.current.revisionsBack;
  const version = wantsTable(acceptOf(exchange));
  if (version !== undefined) {
    const include = query.get('includeObject') ?? 'Metadata';
    const table = { kind, version, include, now: world.clock.now() };
    sendJson(exchange, 200, tableOf(table, page.items, metadataOf(page)));
    return;
  }
  const head = `{"kind":"${kind.kind}List","apiVersion":"${apiVersionOf(kind)}","metadata":${JSON.stringify(metadataOf(page))},"items":[`;
  const cut = faults.touches(kind.resource) ? faults.current.cutLists : null;
  const count = cut === null ? page.items.length : Math.ceil(page.items.length / 2);
  exchange.response.writeHead(200, {
    'cache-control': 'no-cache, private',
    'content-type': 'application/json',
  });
  await writeText(exchange.response, head);
  for (let index = 0; index < count; index += 250) {
    const texts = page.items
      .slice(index, Math.min(index + 250, count))
      .map((item) => itemText(shifted(item, back)));
    await writeText(exchange.response, `${index === 0 ? '' : ','}${texts.join(',')}`);
  }
  if (cut === 'reset') exchange.response.destroy();
  else exchange.response.end(cut === 'clean' ? ',{"metadata":{"na' : ']}\n');
}

function watchText(exchange: Exchange, { world, faults }: Served, target: Target): WatchOrder['text'] {
  const back = faults.current.revisionsBack;
  const version = wantsTable(acceptOf(exchange));
  if (version !== undefined) {
    const include = exchange.url.searchParams.get('includeObject') ?? 'Metadata';
    return (object) => {
      const table = { kind: target.kind, version, include, now: world.clock.now() };
      const { resourceVersion } = object.metadata;
      return JSON.stringify(tableOf(table, [object], { resourceVersion }));
    };
  }
  return back === 0 ? plainText : (object) => JSON.stringify(shifted(object, back));
}

function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value === '' ? query.has(name) : value === 'true' || value === '1';
}

export function isWatch(query: URLSearchParams): boolean {
  return isTrue(query, 'watch');
}

interface InitialEvents {
  readonly wanted: boolean;
  readonly marked: boolean;
}

function initialEvents(query: URLSearchParams, served: Served, revision: number | undefined): InitialEvents {
  if (!query.has('sendInitialEvents')) {
    return { wanted: revision === undefined || revision === 0, marked: false };
  }
  if (!served.streamingList) {
    const why = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
    throw badListOptions('sendInitialEvents', why);
  }
  if (query.get('resourceVersionMatch') !== 'NotOlderThan') {
    const why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    throw badListOptions('resourceVersionMatch', why);
  }
  const wanted = isTrue(query, 'sendInitialEvents');
  return { wanted, marked: wanted && isTrue(query, 'allowWatchBookmarks') };
}

/** The error of a watch that asks for a forgotten past: the real server tells it inside the stream. */
function tooOld(exchange: Exchange, error: ApiError, asFrame: boolean): void {
  if (!asFrame) return sendJson(exchange, error.code, error.body);
  exchange.response.writeHead(200, {
    'cache-control': 'no-cache, private',
    'content-type': 'application/json',
  });
  exchange.response.end(`${JSON.stringify({ type: 'ERROR', object: error.body })}\n`);
}

export function serveWatch(exchange: Exchange, served: Served, target: Target): void {
  const { world, faults } = served;
  const { resource } = target.kind;
  const query = exchange.url.searchParams;
  const asked = revisionParameter(query);
  const { wanted, marked } = initialEvents(query, served, asked);
  const filter = filterOf(target, query);
  const timeoutSeconds = countParameter(query, 'timeoutSeconds') || 1800 + Math.floor(Math.random() * 1800);
  const { goneWatches, revisionsBack, endWatches } = faults.current;
  const from = wanted ? world.store.revision : (asked ?? 0) + revisionsBack;
  const past = wanted ? [] : world.store.since(resource, from);
  const gone = goneWatches !== null && !wanted && faults.touches(resource);
  if (past === undefined || gone) {
    return tooOld(exchange, expiredWatch(from, world.store.revision), goneWatches !== 'status');
  }
  const order: WatchOrder = {
    scope: target,
    filter,
    text: watchText(exchange, served, target),
    from,
    initial: wanted
      ? world.store.list(resource).filter((object) => inScope(target, object) && (filter?.(object) ?? true))
      : undefined,
    markEnd: marked,
    bookmarks: isTrue(query, 'allowWatchBookmarks'),
    timeoutMs: timeoutSeconds * 1000,
  };
  const { response } = exchange;
  response.writeHead(200, { 'cache-control': 'no-cache, private', 'content-type': 'application/json' });
  response.flushHeaders();
  if (endWatches && faults.touches(resource)) {
    response.end();
    return;
  }
  const sink = {
    write: (text: string) => writeText(response, text),
    push: (text: string) => {
      if (!response.destroyed && !response.writableEnded) response.write(text);
    },
    end: () => void response.end(),
    destroy: () => void response.destroy(),
  };
  const watch = new Watch(order, sink, faults);
  const close = served.watches.open(watch, past);
  response.on('close', () => {
    served.sent(watch.sent);
    close();
  });
}
