/** Label and field selectors: the whole grammar of the API's query parameters, with its error texts. */
import { badRequest } from './errors.ts';
import { at, type KubeObject, type LabelSelector, type Labels } from './objects.ts';
import type { KindRow } from './kinds.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

export type Matches = (object: KubeObject) => boolean;

const symbols = ['(', ')', ',', '!', '=', '==', '!=', '>', '<'];
const symbolCharacters = new Set('(),!=><');

interface Token {
  readonly kind: 'symbol' | 'word' | 'end';
  readonly text: string;
}

/** The longest run of symbol characters that is a symbol, as the real lexer takes it. */
function symbolAt(text: string, start: number): string {
  let end = start + 1;
  while (symbols.includes(text.slice(start, end + 1)) && end < text.length) end += 1;
  return text.slice(start, end);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text.charAt(index);
    if (/\s/.test(character)) {
      index += 1;
      continue;
    }
    let end = index;
    if (symbolCharacters.has(character)) end += symbolAt(text, index).length;
    else while (end < text.length && !/[\s(),!=><]/.test(text.charAt(end))) end += 1;
    const kind = symbolCharacters.has(character) ? 'symbol' : 'word';
    tokens.push({ kind, text: text.slice(index, end) });
    index = end;
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  parse(): Requirement[] {
    const found: Requirement[] = [];
    if (this.#peek().kind === 'end') return found;
    for (;;) {
      found.push(this.#requirement());
      const next = this.#take();
      if (next.kind === 'end') return found;
      if (next.text !== ',') this.#fail(next, "',' or 'end of string'");
      const after = this.#peek();
      if (after.kind !== 'word' && after.text !== '!') this.#fail(after, "identifier after ','");
    }
  }

  #requirement(): Requirement {
    const first = this.#take();
    const negated = first.text === '!';
    const name = negated ? this.#take() : first;
    if (name.kind !== 'word') this.#fail(name, 'identifier');
    if (negated) return { key: name.text, operator: '!', values: [] };
    const next = this.#peek();
    if (next.kind === 'end' || next.text === ',') return { key: name.text, operator: 'exists', values: [] };
    return { key: name.text, ...this.#comparison() };
  }

  #comparison(): { operator: Requirement['operator']; values: string[] } {
    const token = this.#take();
    switch (token.text) {
      case 'in':
      case 'notin':
        return { operator: token.text, values: this.#set() };
      case '=':
      case '==':
        return { operator: 'in', values: [this.#value()] };
      case '!=':
        return { operator: 'notin', values: [this.#value()] };
      case '>':
        return { operator: 'gt', values: [this.#value()] };
      case '<':
        return { operator: 'lt', values: [this.#value()] };
      default:
        return this.#fail(token, 'in, notin, =, ==, !=, gt, lt');
    }
  }

  #set(): string[] {
    const open = this.#take();
    if (open.text !== '(') this.#fail(open, "'('");
    const values: string[] = [];
    for (;;) {
      const token = this.#take();
      if (token.kind === 'word') values.push(token.text);
      else if (token.text === ')') return values.length === 0 ? [''] : values;
      else if (token.text !== ',') this.#fail(token, "',' or ')'");
    }
  }

  #value(): string {
    const token = this.#peek();
    if (token.kind === 'end' || token.text === ',') return '';
    this.#index += 1;
    if (token.kind !== 'word') this.#fail(token, 'identifier');
    return token.text;
  }

  #peek(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#index += 1;
    return token;
  }

  #fail(token: Token, expected: string): never {
    throw badRequest(`unable to parse requirement: found '${token.text}', expected: ${expected}`);
  }
}

function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = labels[key];
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

export function parseLabelSelector(text: string): Matches {
  const requirements = new Parser(text).parse();
  return ({ metadata }) => requirements.every((requirement) => meets(metadata.labels ?? {}, requirement));
}

export function parseFieldSelector(text: string, kind: KindRow): Matches {
  const known = ['metadata.name', ...(kind.namespaced ? ['metadata.namespace'] : []), ...kind.fields];
  const terms = text
    .split(',')
    .filter((term) => term.trim() !== '')
    .map((term) => {
      const match = /^\s*([^=!]+?)\s*(==|=|!=)\s*(.*?)\s*$/.exec(term);
      if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, path = '', operator = '', value = ''] = match;
      if (!known.includes(path)) throw badRequest(`field label not supported: ${path}`);
      return { path, wanted: operator !== '!=', value };
    });
  return (object) =>
    terms.every(({ path, wanted, value }) => {
      const found = at(object, path);
      const text =
        typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
          ? String(found)
          : '';
      return (text === value || (value === 'false' && text === '')) === wanted;
    });
}

/** Whether the labels meet a selector as workloads write it; an empty selector meets nothing. */
export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const exact = Object.entries(selector?.matchLabels ?? {});
  const expressions = selector?.matchExpressions ?? [];
  if (exact.length + expressions.length === 0) return false;
  const present = labels ?? {};
  const operators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;
  return (
    exact.every(([key, value]) => present[key] === value) &&
    expressions.every(({ key, operator, values = [] }) =>
      meets(present, { key, values, operator: operators[operator as keyof typeof operators] }),
    )
  );
}

export function formatSelector(selector: LabelSelector | undefined): string {
  const exact = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...exact.sort(), ...expressions].join(',');
}
