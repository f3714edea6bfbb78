/**
 * Reads that are complete or fail. In: what to read. Out: every object of it. A page that is short, empty or without a total
 * is never taken for less than there is (`fabric.incomplete`).
 */
import { ProblemError } from '../../model/problems.ts';
import { unknownClassOf } from './apic-error.ts';
import type { Counters } from './counters.ts';
import type { Mo } from './mo.ts';
import type { Session } from './session.ts';

export interface Question {
  /** A DN with its subtree, or every object of a class. */
  readonly of: { readonly subtree: string } | { readonly object: string } | { readonly class: string };
  /** Of a subtree: only these classes; undefined: all. */
  readonly classes?: readonly string[];
  readonly filter?: string;
  /** Attributes wanted besides the DN. */
  readonly keep?: ReadonlySet<string>;
}

export interface QueryOptions {
  readonly session: Pick<Session, 'request'>;
  readonly counters: Counters;
  readonly pageSize: number;
  readonly timeoutMs: number;
}

/** A fabric that is written to while we page may move under us; then we begin again. */
const attempts = 3;

function pathOf({ of, classes, filter }: Question): string {
  const parameters: string[] = [];
  if ('subtree' in of) parameters.push('query-target=subtree');
  if (classes !== undefined) parameters.push(`target-subtree-class=${classes.join(',')}`);
  if (filter !== undefined) parameters.push(`query-target-filter=${encodeURIComponent(filter)}`);
  // Without an order each page may be cut from another one.
  const sorted = 'class' in of ? [of.class] : (classes ?? []);
  if (sorted.length > 0) parameters.push(`order-by=${sorted.map((each) => `${each}.dn|asc`).join(',')}`);
  const target = 'class' in of ? `class/${of.class}` : `mo/${'subtree' in of ? of.subtree : of.object}`;
  return `/api/${target}.json?${parameters.join('&')}`;
}

export class Query {
  readonly #options: QueryOptions;
  /** Classes that this release does not know: they have no objects. */
  readonly #unknownClasses = new Set<string>();

  constructor(options: QueryOptions) {
    this.#options = options;
  }

  /** Classes of the list that this release knows, as far as it has been asked. */
  known(classes: readonly string[]): readonly string[] {
    return classes.filter((each) => !this.#unknownClasses.has(each));
  }

  /** Everything that was asked for; throws rather than answering less. */
  async read(question: Question, signal?: AbortSignal): Promise<readonly Mo[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#readOnce(this.#withoutUnknown(question), signal);
      } catch (thrown) {
        if (this.learn(thrown)) continue;
        const torn = thrown instanceof ProblemError && thrown.problem.code === 'fabric.incomplete';
        if (!torn || attempt >= attempts) throw thrown;
      }
    }
  }

  #withoutUnknown(question: Question): Question {
    return question.classes === undefined ? question : { ...question, classes: this.known(question.classes) };
  }

  /** Whether the failure only taught us that a class is not there: then it is worth asking again, without it. */
  learn(thrown: unknown): boolean {
    const name = unknownClassOf(thrown);
    if (name === undefined || this.#unknownClasses.has(name)) return false;
    this.#unknownClasses.add(name);
    return true;
  }

  async #readOnce(question: Question, signal?: AbortSignal): Promise<readonly Mo[]> {
    if ('class' in question.of && this.#unknownClasses.has(question.of.class)) return [];
    if (question.classes?.length === 0) return [];
    const { pageSize } = this.#options;
    const found = new Map<string, Mo>();
    let total = Infinity;
    let seen = 0;
    for (let page = 0; seen < total; page += 1) {
      const { totalCount, imdata, results } = await this.#page(question, page, signal);
      if (totalCount === undefined) throw incomplete(question, 'the reply has no total');
      if (Number.isFinite(total) && totalCount !== total)
        throw incomplete(question, 'the total changed between pages');
      total = totalCount;
      seen += results;
      for (const mo of imdata) found.set(mo.dn, mo);
      if (results < Math.min(pageSize, total - (seen - results)))
        throw incomplete(question, `page ${page} has ${results} objects, ${seen} of ${total} so far`);
    }
    if (found.size !== total)
      throw incomplete(question, `${found.size} different objects, announced were ${total}`);
    return [...found.values()];
  }

  #page(question: Question, page: number, signal?: AbortSignal): ReturnType<Session['request']> {
    const { session, counters, pageSize, timeoutMs } = this.#options;
    counters.reads += 1;
    const path = `${pathOf(question)}&page=${page}&page-size=${pageSize}`;
    return session.request(
      { method: 'GET', path, timeoutMs, ...(question.keep && { keep: question.keep }) },
      signal,
    );
  }
}

function incomplete({ of }: Question, detail: string): ProblemError {
  const what = 'class' in of ? of.class : 'subtree' in of ? of.subtree : of.object;
  return new ProblemError('fabric.incomplete', `${what}: ${detail}`);
}
