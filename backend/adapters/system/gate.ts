/**
 * What stands before every request to a system that is reached by a login: whether the login leads to the one that was confirmed, and,
 * before what changes anything, whether anything may be written now. In: logins, a way to ask who answers. Out: nothing, or `Held`.
 *
 * An address may lead elsewhere at any time, a token is good for one system only. So who answers is asked once for each login, before
 * anything else is asked or written with it. Knows nothing of requests but whether they change anything.
 */
import { ProblemError, type Problem, type ProblemCode } from '../../model/problems.ts';

export interface Answering {
  readonly identity: string;
  /** Why nothing is to be written there, whoever it is. */
  readonly problem?: Problem | undefined;
}

export interface Entering {
  /** Grows with each new login. */
  readonly generation: number;
  /** It is of no use anywhere else: a token is, name and password are not. */
  readonly isBound: boolean;
}

/** The request was not sent. */
export class Held extends ProblemError {}

export interface GateOptions<Found extends Answering> {
  /** Another one answers. */
  readonly code: ProblemCode;
  readonly expectedIdentity: () => string | undefined;
  readonly onIdentity: (identity: string) => void;
  readonly mayWrite?: (() => boolean) | undefined;
  /** Called with each answer, before it is compared. */
  readonly onAnswer: (found: Found) => void;
  /** Called each time that something is held because of who answers. */
  readonly onStranger: (why: Problem) => void;
}

interface Known<Found> {
  readonly generation: number;
  readonly found: Found;
}

export class Gate<Found extends Answering> {
  readonly #options: GateOptions<Found>;
  #known: Known<Found> | undefined;
  #asking: { readonly generation: number; readonly answer: Promise<Found> } | undefined;
  /** Who answers was asked because of a new login, and nobody has made use of it since. */
  #isFresh = false;

  constructor(options: GateOptions<Found>) {
    this.#options = options;
  }

  /** Directly before a request goes out with this login. */
  async pass(login: Entering, isWrite: boolean, ask: () => Promise<Found>): Promise<void> {
    await this.confirm(login, isWrite && !login.isBound, ask);
    if (isWrite && this.#options.mayWrite?.() === false)
      throw new Held('write.paused', 'it was paused before this was sent');
  }

  /** What reads everything begins with: who answers is asked anew, unless the login itself has only just been asked. */
  async begin(login: Entering, ask: () => Promise<Found>): Promise<void> {
    const isKnown = this.#isFresh && this.#known?.generation === login.generation;
    try {
      await this.confirm(login, !isKnown, ask);
    } finally {
      this.#isFresh = false;
    }
  }

  /** Throws unless the confirmed one answers. `anew`: also where it is known who does. */
  async confirm({ generation }: Entering, anew: boolean, ask: () => Promise<Found>): Promise<void> {
    const known = this.#known;
    const isKnown = known?.generation === generation && !anew;
    this.#compare(isKnown ? known.found : await this.#ask(generation, ask));
  }

  /** Those who want to know at the same time ask once. */
  #ask(generation: number, ask: () => Promise<Found>): Promise<Found> {
    if (this.#asking?.generation === generation) return this.#asking.answer;
    const answer = ask().then((found) => {
      this.#known = { generation, found };
      this.#isFresh = true;
      this.#options.onIdentity(found.identity);
      this.#options.onAnswer(found);
      return found;
    });
    const asking = { generation, answer };
    this.#asking = asking;
    const end = (): void => {
      if (this.#asking === asking) this.#asking = undefined;
    };
    answer.then(end, end);
    return answer;
  }

  #compare({ identity, problem }: Found): void {
    const { code, expectedIdentity, onStranger } = this.#options;
    const expected = expectedIdentity();
    const held =
      expected !== undefined && expected !== identity
        ? new Held(code, `it is ${identity} now, confirmed was ${expected}`)
        : problem && new Held(problem.code, problem.detail);
    if (held === undefined) return;
    onStranger(held.problem);
    throw held;
  }
}
