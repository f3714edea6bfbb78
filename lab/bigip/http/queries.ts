/** `$select`, `$filter`, `$top` and `$skip` of collections. */
import { errors } from '../errors.ts';
import type { ConfigObject } from '../config/store.ts';
import type { Json } from './render.ts';

/** The one filter that works: by partition. */
export function filtered(objects: readonly ConfigObject[], query: URLSearchParams): readonly ConfigObject[] {
  const filter = query.get('$filter');
  if (filter === null) return objects;
  const match = /^partition\s+eq\s+'?([^'\s]+)'?$/.exec(filter.trim());
  if (!match) throw errors.badValue('$filter', filter);
  return objects.filter(({ partition }) => partition === match[1]);
}

export function selected(item: Json, query: URLSearchParams): Json {
  const select = query.get('$select');
  if (select === null) return item;
  const names = new Set(select.split(',').map((name) => name.trim()));
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

export interface Page {
  readonly objects: readonly ConfigObject[];
  /** What the reply says about the page; nothing when all was asked for. */
  readonly about: Json;
}

export function paged(objects: readonly ConfigObject[], query: URLSearchParams, link: string): Page {
  const top = number(query, '$top');
  const skip = number(query, '$skip') ?? 0;
  if (top === undefined) return { objects: objects.slice(skip), about: {} };
  const page = objects.slice(skip, skip + top);
  const next = `${link}&$top=${top}&$skip=${skip + top}`;
  const about = {
    currentItemCount: page.length,
    itemsPerPage: top,
    pageIndex: Math.floor(skip / top) + 1,
    startIndex: skip + 1,
    totalItems: objects.length,
    totalPages: Math.ceil(objects.length / top),
    ...(skip + top < objects.length && { nextLink: next }),
  };
  return { objects: page, about };
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || (name === '$top' && value === 0))
    throw errors.badValue(name, text);
  return value;
}
