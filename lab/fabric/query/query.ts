/**
 * Answers a read: which objects, in which order, which page of them, with what nested inside.
 * Without `order-by` the order differs from call to call, as it may on a real fabric.
 */
import { classMeta } from '../model/meta.ts';
import { errors } from '../model/errors.ts';
import type { Mo, Tree } from '../model/mo.ts';
import { compareValues } from './filter.ts';
import type { QueryParameters } from './parameters.ts';
import { renderMo } from './render.ts';

export type Scope =
  { readonly kind: 'mo'; readonly dn: string } | { readonly kind: 'class'; readonly className: string };

export interface QueryResult {
  readonly totalCount: number;
  /** Each object as JSON text. */
  readonly objects: readonly string[];
}

const resultLimit = 100_000;

export class QueryEngine {
  readonly #tree: Tree;
  #calls = 0;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  run(scope: Scope, parameters: QueryParameters): QueryResult {
    const results = this.#facets(this.#results(scope, parameters), parameters);
    if (parameters.include.has('count')) return { totalCount: 1, objects: [renderCount(results.length)] };
    this.#order(results, parameters);
    const page = pageOf(results, parameters);
    if (page.length > resultLimit) throw errors.tooBig();
    return { totalCount: results.length, objects: page.map((mo) => this.#render(mo, parameters)) };
  }

  #results(scope: Scope, parameters: QueryParameters): Mo[] {
    const { targetClasses, filter } = parameters;
    const results: Mo[] = [];
    for (const mo of this.#targets(scope, parameters)) {
      if (targetClasses && !targetClasses.has(mo.meta.name)) continue;
      if (!filter || filter(mo)) results.push(mo);
    }
    return results;
  }

  *#targets(scope: Scope, { target }: QueryParameters): Generator<Mo> {
    if (scope.kind === 'mo' && target === 'subtree') {
      yield* this.#tree.subtree(scope.dn);
      return;
    }
    for (const root of this.#roots(scope)) {
      if (target === 'self') yield root;
      else if (target === 'children') yield* root.children ?? [];
      else yield* root.subtree();
    }
  }

  #roots(scope: Scope): Iterable<Mo> {
    if (scope.kind === 'mo') {
      const mo = this.#tree.get(scope.dn);
      return mo ? [mo] : [];
    }
    if (!classMeta(scope.className)) throw errors.unresolvedClass(scope.className);
    return this.#tree.ofClass(scope.className);
  }

  /** `no-scoped` answers with the faults or audit records themselves; `required` keeps only objects that have some. */
  #facets(results: Mo[], { include }: QueryParameters): Mo[] {
    if (include.has('no-scoped')) return results.flatMap((mo) => this.#facetsOf(mo, include));
    if (include.has('required')) return results.filter((mo) => this.#facetsOf(mo, include).length > 0);
    return results;
  }

  #facetsOf(mo: Mo, include: ReadonlySet<string>): Mo[] {
    if (include.size === 0) return [];
    const below = include.has('subtree') ? [...mo.subtree()] : [...(mo.children ?? [])];
    const faults = include.has('faults') ? below.filter((one) => one.meta.name === 'faultInst') : [];
    const audit = include.has('audit-logs')
      ? [...this.#tree.ofClass('aaaModLR')].filter((record) => record.get('affected') === mo.dn)
      : [];
    return [...faults, ...audit];
  }

  #order(results: Mo[], { orderBy }: QueryParameters): void {
    if (orderBy.length === 0) {
      this.#calls += 1;
      shuffle(results, this.#calls);
      return;
    }
    results.sort((a, b) => {
      for (const { prop, descending } of orderBy) {
        const order = compareValues(a.get(prop), b.get(prop));
        if (order !== 0) return descending ? -order : order;
      }
      return 0;
    });
  }

  #render(mo: Mo, parameters: QueryParameters): string {
    const nested = [...this.#nested(mo, parameters)];
    if (!parameters.include.has('no-scoped')) {
      nested.push(...this.#facetsOf(mo, parameters.include).map((one) => nestedText(one, parameters)));
    }
    return renderMo(mo, { place: 'result', properties: parameters.properties, children: nested.join(',') });
  }

  /** With a class or a filter and `full`, an object that does not match stays when something below it does. */
  *#nested(mo: Mo, parameters: QueryParameters): Generator<string> {
    const { nesting, nestedClasses, nestedFilter } = parameters;
    if (nesting === 'no' || nesting === 'modified') return;
    for (const child of mo.children ?? []) {
      const below = nesting === 'full' ? [...this.#nested(child, parameters)].join(',') : '';
      const fits = !nestedClasses || nestedClasses.has(child.meta.name);
      const matches = fits && (!nestedFilter || nestedFilter(child));
      if (matches || below !== '') yield nestedText(child, parameters, below);
    }
  }
}

function nestedText(mo: Mo, { properties }: QueryParameters, children = ''): string {
  return renderMo(mo, { place: 'nested', properties, children });
}

function renderCount(count: number): string {
  return `{"moCount":{"attributes":{"childAction":"","count":"${count}","status":""}}}`;
}

function pageOf(results: readonly Mo[], { page, pageSize }: QueryParameters): readonly Mo[] {
  if (pageSize === undefined || pageSize === 0) return results;
  return results.slice(page * pageSize, (page + 1) * pageSize);
}

/** Fisher and Yates with a small generator: another order each time, the same in each run. */
function shuffle(items: Mo[], seed: number): void {
  let state = seed * 0x9e3779b9;
  for (let index = items.length - 1; index > 0; index -= 1) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const other = (state >>> 0) % (index + 1);
    const [a, b] = [items[index], items[other]];
    if (a && b) [items[index], items[other]] = [b, a];
  }
}
