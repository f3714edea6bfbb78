/** Filter expressions, `and(eq(l3extSubnet.ip,"10.0.0.1/32"),not(...))`, compiled to predicates over objects. */
import { classMeta } from '../model/meta.ts';
import { errors } from '../model/errors.ts';
import type { Mo } from '../model/mo.ts';

export type Predicate = (mo: Mo) => boolean;

type Term =
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Term[] }
  | { readonly kind: 'word' | 'string'; readonly value: string };

export function parseFilter(source: string): Predicate {
  const parser = new Parser(source);
  const term = parser.term();
  parser.end();
  return compile(term);
}

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  term(): Term {
    this.#blanks();
    if (this.#source[this.#at] === '"') return { kind: 'string', value: this.#string() };
    const value = this.#match(/[^(),"\s]+/y);
    if (value === undefined) throw this.#wrong();
    this.#blanks();
    return this.#source[this.#at] === '('
      ? { kind: 'call', name: value, args: this.#args() }
      : { kind: 'word', value };
  }

  end(): void {
    this.#blanks();
    if (this.#at < this.#source.length) throw this.#wrong();
  }

  #args(): Term[] {
    const args: Term[] = [];
    this.#at += 1;
    this.#blanks();
    while (this.#source[this.#at] !== ')') {
      args.push(this.term());
      this.#blanks();
      if (this.#source[this.#at] === ',') this.#at += 1;
      else if (this.#source[this.#at] !== ')') throw this.#wrong();
    }
    this.#at += 1;
    return args;
  }

  /** A quote inside a string is written `\"`. */
  #string(): string {
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/sy);
    if (quoted === undefined) throw this.#wrong();
    return quoted.slice(1, -1).replace(/\\"/g, '"');
  }

  #blanks(): void {
    this.#match(/\s*/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #wrong(): Error {
    return errors.filterFormat('filter', this.#source.slice(this.#at));
  }
}

interface Comparison {
  readonly subject: string;
  readonly first: string;
  readonly second: string | undefined;
}

type Test = (actual: string) => boolean;

const comparisons: Readonly<Record<string, (comparison: Comparison) => Test>> = {
  eq:
    ({ first }) =>
    (actual) =>
      actual === first,
  ne:
    ({ first }) =>
    (actual) =>
      actual !== first,
  lt:
    ({ first }) =>
    (actual) =>
      compareValues(actual, first) < 0,
  le:
    ({ first }) =>
    (actual) =>
      compareValues(actual, first) <= 0,
  gt:
    ({ first }) =>
    (actual) =>
      compareValues(actual, first) > 0,
  ge:
    ({ first }) =>
    (actual) =>
      compareValues(actual, first) >= 0,
  bw: ({ subject, first, second }) => {
    if (second === undefined) throw errors.filterFormat(subject, first);
    return (actual) => compareValues(actual, first) >= 0 && compareValues(actual, second) <= 0;
  },
  wcard: wildcard,
  anybit: ({ first }) => {
    const flags = first.split(',');
    return (actual) => actual.split(',').some((flag) => flags.includes(flag));
  },
  allbits: ({ first }) => {
    const flags = first.split(',');
    return (actual) => flags.every((flag) => actual.split(',').includes(flag));
  },
};

/** An unanchored pattern; a leading star has nothing to repeat and is refused. */
function wildcard({ subject, first }: Comparison): Test {
  try {
    const pattern = new RegExp(first);
    return (actual) => pattern.test(actual);
  } catch {
    throw errors.filterFormat(subject, first);
  }
}

const connectives: Readonly<Record<string, (terms: readonly Predicate[]) => Predicate>> = {
  and: (terms) => (mo) => terms.every((term) => term(mo)),
  or: (terms) => (mo) => terms.some((term) => term(mo)),
  xor: (terms) => (mo) => terms.filter((term) => term(mo)).length % 2 === 1,
  not: (terms) => (mo) => !terms.every((term) => term(mo)),
  true: () => () => true,
  false: () => () => false,
};

function compile(term: Term): Predicate {
  if (term.kind !== 'call') throw errors.filterFormat('filter', term.value);
  const connective = own(connectives, term.name);
  if (connective) return connective(term.args.map(compile));
  const comparison = own(comparisons, term.name);
  if (!comparison) throw errors.filterType(term.name);
  return compileComparison(term.args, comparison);
}

function compileComparison(args: readonly Term[], build: (comparison: Comparison) => Test): Predicate {
  const [subject, ...values] = args.map((arg) => (arg.kind === 'call' ? arg.name : arg.value));
  const [first, second] = values;
  if (subject === undefined || first === undefined)
    throw errors.filterFormat(subject ?? 'filter', first ?? '');
  const { className, prop } = readSubject(subject);
  const test = build({ subject, first, second });
  return (mo) => mo.meta.name === className && test(mo.get(prop));
}

function readSubject(subject: string): { className: string; prop: string } {
  const [className = '', prop = ''] = subject.split('.');
  const meta = classMeta(className);
  if (meta === undefined) throw errors.classNotFound(className);
  const known = prop === 'dn' || prop === 'rn' || meta.prop(prop) !== undefined;
  if (!known) throw errors.filterProperty(prop, className);
  return { className, prop };
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Numbers by value, anything else (times among it) as text. */
export function compareValues(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}
