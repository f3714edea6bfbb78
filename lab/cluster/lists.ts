/** Lists: which objects, at which revision, which page. */
import { badRequest, expiredContinue, expiredList, invalid, ApiError } from './errors.ts';
import { isRecord, keyOf, type KubeObject } from './objects.ts';
import { parseFieldSelector, parseLabelSelector, type Matches } from './selectors.ts';
import type { KindRow } from './kinds.ts';
import type { Store } from './store.ts';

export interface Scope {
  readonly kind: KindRow;
  readonly namespace: string | undefined;
  /** Set where a single name is watched or listed by path. */
  readonly name?: string | undefined;
}

export interface Page {
  readonly revision: number;
  readonly items: readonly KubeObject[];
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The part of a scope's objects that a request's selectors ask for; undefined when it asks for all. */
export function filterOf(scope: Scope, query: URLSearchParams): Matches | undefined {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const tests: Matches[] = [];
  if (labels !== '') tests.push(parseLabelSelector(labels));
  if (fields !== '') tests.push(parseFieldSelector(fields, scope.kind));
  return tests.length === 0 ? undefined : (object) => tests.every((test) => test(object));
}

export function inScope(scope: Scope, object: KubeObject): boolean {
  const { namespace, name } = object.metadata;
  if (scope.namespace !== undefined && namespace !== scope.namespace) return false;
  return scope.name === undefined || name === scope.name;
}

export function countParameter(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

export function revisionParameter(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const message = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw invalid({ group: '', kind: 'ListOptions' }, '', [
    { field: 'resourceVersion', reason: 'FieldValueInvalid', message },
  ]);
}

/** A fault of the list options, as the real server words it. */
export function badListOptions(field: string, why: string): ApiError {
  return invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    { field, reason: 'FieldValueForbidden', message: `Forbidden: ${why}` },
  ]);
}

interface Continuation {
  readonly revision: number;
  readonly start: string;
}

function encodeContinue(revision: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

function decodeContinue(token: string): Continuation {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw badRequest(
      `invalid continue token: continue key is not valid: invalid character looking for beginning of value`,
    );
  }
  if (!isRecord(parsed) || parsed['v'] !== 'meta.k8s.io/v1') {
    throw badRequest(
      'invalid continue token: continue key is not valid: server does not recognize this encoded version',
    );
  }
  const { rv, start } = parsed;
  if (typeof rv !== 'number' || typeof start !== 'string' || start === '') {
    throw badRequest(
      'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion',
    );
  }
  return { revision: rv, start: start.replace(/^\//, '') };
}

function tooNew(asked: number, current: number): ApiError {
  const message = `Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new ApiError({ code: 504, reason: 'Timeout', message, details: { causes, retryAfterSeconds: 1 } });
}

function checkMatch(query: URLSearchParams, revision: number | undefined): string | undefined {
  const match = query.get('resourceVersionMatch') ?? '';
  if (match === '') return undefined;
  if (query.has('continue')) {
    throw badListOptions(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden when continue is provided',
    );
  }
  if (revision === undefined) {
    throw badListOptions(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  }
  if (match === 'Exact' && revision === 0) {
    throw badListOptions(
      'resourceVersionMatch',
      'resourceVersionMatch "Exact" is forbidden for resourceVersion "0"',
    );
  }
  return match;
}

/** Where a list is read: now, or at a revision of the past. */
function chosenRevision(store: Store, query: URLSearchParams, limit: number): number | undefined {
  const revision = revisionParameter(query);
  const match = checkMatch(query, revision);
  if (revision === undefined || revision === 0) return undefined;
  if (revision > store.revision) throw tooNew(revision, store.revision);
  const exact = match === 'Exact' || (match === undefined && limit > 0);
  return exact ? revision : undefined;
}

interface Source {
  readonly revision: number;
  readonly objects: readonly KubeObject[];
  readonly start: string;
}

function sourceOf(store: Store, scope: Scope, query: URLSearchParams): Source {
  const { resource } = scope.kind;
  const token = query.get('continue') ?? '';
  if (token !== '') {
    if (revisionParameter(query) !== undefined) {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    const { revision, start } = decodeContinue(token);
    if (revision < 0) return { revision: store.revision, objects: store.list(resource), start };
    const objects = store.listAt(resource, revision);
    if (objects === undefined) throw expiredContinue(encodeContinue(-1, start));
    return { revision, objects, start };
  }
  const revision = chosenRevision(store, query, countParameter(query, 'limit'));
  if (revision === undefined) return { revision: store.revision, objects: store.list(resource), start: '' };
  const objects = store.listAt(resource, revision);
  if (objects === undefined) throw expiredList();
  return { revision, objects, start: '' };
}

/** The key as a continue token counts it: inside a namespace, the name alone. */
function relativeKey(scope: Scope, object: KubeObject): string {
  return scope.namespace === undefined ? keyOf(object) : object.metadata.name;
}

export function listPage(store: Store, scope: Scope, query: URLSearchParams): Page {
  // A list from "anything" is answered out of the server's cache, which does not page.
  const limit = revisionParameter(query) === 0 ? 0 : countParameter(query, 'limit');
  const filter = filterOf(scope, query);
  const { revision, objects, start } = sourceOf(store, scope, query);
  const chosen = objects.filter(
    (object) =>
      inScope(scope, object) &&
      (start === '' || relativeKey(scope, object) >= start) &&
      (filter === undefined || filter(object)),
  );
  if (limit <= 0 || chosen.length <= limit) return { revision, items: chosen };
  const items = chosen.slice(0, limit);
  const last = items.at(-1);
  const next = encodeContinue(revision, `/${last === undefined ? '' : relativeKey(scope, last)}\u0000`);
  const remaining = filter === undefined ? { remainingItemCount: chosen.length - limit } : {};
  return { revision, items, continue: next, ...remaining };
}
