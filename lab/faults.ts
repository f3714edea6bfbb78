/** Rules by which a simulator misbehaves: so many times, with some probability, or until they are cleared. */

export interface FaultRule {
  /** How often; then the fault clears itself. Absent: until cleared. */
  readonly times?: number;
  /** 0 to 1. Absent: always. */
  readonly probability?: number;
  /** Absent: reads and writes of objects, logins and their like left alone. */
  readonly only?: 'reads' | 'writes' | 'logins' | 'all';
  /** Only requests whose path and query contain this. */
  readonly matching?: string;
  /** For what is slow or late. */
  readonly ms?: number;
}

export interface FaultedRequest {
  readonly kind: 'read' | 'write' | 'login';
  readonly url: string;
}

/** The faults of one simulator, which knows their names. */
export class FaultRules<Name extends string> {
  readonly #rules = new Map<Name, FaultRule & { left: number }>();
  readonly #untilCleared: (() => void)[] = [];
  #random = 1;

  set(faults: Partial<Record<Name, FaultRule>>): void {
    for (const [name, rule] of Object.entries(faults) as [Name, FaultRule][]) {
      this.#rules.set(name, { ...rule, left: rule.times ?? Infinity });
    }
  }

  clear(): void {
    this.#rules.clear();
    for (const end of this.#untilCleared.splice(0)) end();
  }

  /** Calls `end` when the faults are cleared. */
  untilCleared(end: () => void): void {
    this.#untilCleared.push(end);
  }

  active(): Record<string, FaultRule> {
    return Object.fromEntries(this.#rules);
  }

  /** The rule if the fault strikes now; counts it. */
  take(name: Name, request?: FaultedRequest): FaultRule | undefined {
    const rule = this.#rules.get(name);
    if (rule === undefined || !concerns(rule, request)) return undefined;
    if (rule.probability !== undefined && this.#next() >= rule.probability) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules.delete(name);
    return rule;
  }

  /** A small generator of its own: runs can be repeated. */
  #next(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }
}

function concerns({ only, matching }: FaultRule, request: FaultedRequest | undefined): boolean {
  if (request === undefined) return true;
  if (matching !== undefined && !request.url.includes(matching)) return false;
  if (only === undefined) return request.kind !== 'login';
  return only === 'all' || only === `${request.kind}s`;
}

/** Reads faults from outside; the text says what is wrong. */
export function readRules<Name extends string>(
  names: readonly Name[],
  value: unknown,
): Partial<Record<Name, FaultRule>> | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'expected an object of faults by name';
  for (const [name, rule] of Object.entries(value)) {
    if (!names.some((known) => known === name)) return `unknown fault '${name}'; known: ${names.join(', ')}`;
    const problem = problemOf(rule);
    if (problem) return `fault '${name}': ${problem}`;
  }
  return value;
}

const kinds = ['reads', 'writes', 'logins', 'all'];

function problemOf(rule: unknown): string | undefined {
  if (typeof rule !== 'object' || rule === null) return 'expected an object, {} for always';
  for (const [key, value] of Object.entries(rule) as [string, unknown][]) {
    if (['times', 'probability', 'ms'].includes(key)) {
      if (typeof value !== 'number' || value < 0) return `${key} must be a number of 0 or more`;
    } else if (key === 'only') {
      if (!kinds.some((kind) => kind === value)) return `only must be one of ${kinds.join(', ')}`;
    } else if (key !== 'matching' || typeof value !== 'string') return `'${key}' is not understood`;
  }
  return undefined;
}
