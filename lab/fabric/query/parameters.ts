/** Reads a query string: raw or percent-encoded, with empty and unknown parameters, as clients really send them. */
import { classMeta } from '../model/meta.ts';
import { errors } from '../model/errors.ts';
import { parseFilter, type Predicate } from './filter.ts';

export type Target = 'self' | 'children' | 'subtree';
export type Nesting = 'no' | 'children' | 'full' | 'modified';
export type Properties = 'all' | 'naming-only' | 'config-only';

export interface QueryParameters {
  readonly target: Target;
  readonly targetClasses: ReadonlySet<string> | undefined;
  readonly filter: Predicate | undefined;
  readonly nesting: Nesting;
  readonly nestedClasses: ReadonlySet<string> | undefined;
  readonly nestedFilter: Predicate | undefined;
  readonly include: ReadonlySet<string>;
  readonly properties: Properties;
  readonly orderBy: readonly { readonly prop: string; readonly descending: boolean }[];
  readonly page: number;
  readonly pageSize: number | undefined;
  readonly subscribe: boolean;
  readonly refreshTimeoutSeconds: number | undefined;
  /** Of subscriptionRefresh. */
  readonly id: string | undefined;
}

export function parseQuery(queryString: string): QueryParameters {
  const raw = splitQuery(queryString);
  const pageSize = raw.get('page-size');
  const refresh = Number(raw.get('refresh-timeout'));
  return {
    target: choice(raw.get('query-target'), ['self', 'children', 'subtree']),
    targetClasses: classSet(raw.get('target-subtree-class')),
    filter: optionalFilter(raw.get('query-target-filter')),
    nesting: choice(raw.get('rsp-subtree'), ['no', 'children', 'full', 'modified']),
    nestedClasses: classSet(raw.get('rsp-subtree-class')),
    nestedFilter: optionalFilter(raw.get('rsp-subtree-filter')),
    include: new Set(list(raw.get('rsp-subtree-include'))),
    properties: propertiesOf(raw.get('rsp-prop-include')),
    orderBy: list(raw.get('order-by')).map(parseOrder),
    page: count(raw.get('page') ?? '0', 'page'),
    pageSize: pageSize === undefined ? undefined : count(pageSize, 'page-size'),
    subscribe: raw.get('subscription') === 'yes',
    refreshTimeoutSeconds: refresh > 0 ? refresh : undefined,
    id: raw.get('id'),
  };
}

export function splitQuery(queryString: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of queryString.split('&')) {
    const equals = part.indexOf('=');
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    if (value !== '') parameters.set(decode(part.slice(0, equals)), value);
  }
  return parameters;
}

/** Percent-decoding that leaves alone what was never encoded. */
export function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function choice<T extends string>(value: string | undefined, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  const known = allowed.find((one) => one === value);
  if (known === undefined) throw errors.badRequest(`Invalid query parameter value '${value}'`);
  return known;
}

function count(value: string, name: string): number {
  if (!/^\d+$/.test(value)) throw errors.badRequest(`Invalid value '${value}' for query parameter '${name}'`);
  return Number(value);
}

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function classSet(value: string | undefined): Set<string> | undefined {
  if (value === undefined) return undefined;
  const names = list(value);
  for (const name of names) if (!classMeta(name)) throw errors.classNotFound(name);
  return new Set(names);
}

function optionalFilter(value: string | undefined): Predicate | undefined {
  return value === undefined ? undefined : parseFilter(value);
}

function propertiesOf(value: string | undefined): Properties {
  if (value === undefined || value === 'all') return 'all';
  if (value === 'naming-only') return 'naming-only';
  if (value.startsWith('config')) return 'config-only';
  throw errors.badRequest(`Invalid query parameter value '${value}'`);
}

function parseOrder(term: string): { prop: string; descending: boolean } {
  const [path = '', direction = 'asc'] = term.split('|');
  const [className = '', prop = ''] = path.split('.');
  const meta = classMeta(className);
  if (meta === undefined) throw errors.classNotFound(className);
  if (prop !== 'dn' && meta.prop(prop) === undefined) throw errors.filterProperty(prop, className);
  return { prop, descending: direction === 'desc' };
}
