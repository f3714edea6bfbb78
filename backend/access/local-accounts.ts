/**
 * The local administrator: made once with the code of the log, known by a password. Whoever asks for an unknown name waits as
 * long as for a known one.
 */
import type { Clock } from '../model/clock.ts';
import { ProblemError } from '../model/problems.ts';
import { isClaimCode, newClaimCode } from './claim.ts';
import { Gate } from './gate.ts';
import type { LockOut } from './lock-out.ts';
import type { AccessMemory } from './memory.ts';
import { hashPassword, nobodysHash, passwordMatches } from './password.ts';
import type { PasswordHash } from './ports.ts';

export interface NamedPassword {
  readonly username: string;
  readonly password: string;
}

export interface LocalAccountsOptions {
  readonly memory: AccessMemory;
  readonly lockOut: LockOut;
  /** Of new hashes: scrypt's N. */
  readonly cost: number;
  readonly clock: Clock;
  /** undefined: none is made here, and there is no code. */
  readonly onClaimCode: ((code: string) => void) | undefined;
}

/** Logs are kept, and read by many: what stands in an old one is worth nothing. */
const codeGoodForMs = 86_400_000;

export class LocalAccounts {
  readonly #memory: AccessMemory;
  readonly #lockOut: LockOut;
  readonly #cost: number;
  /** One takes 32 MiB and a core. */
  readonly #gate = new Gate({
    atOnce: 2,
    waiting: 16,
    refusal: { code: 'access.locked', detail: 'too many people sign in at once; try again in 5 s' },
  });
  readonly #clock: Clock;
  readonly #codeEndsAt: number;
  #code: string | undefined;

  constructor({ memory, lockOut, cost, clock, onClaimCode }: LocalAccountsOptions) {
    this.#memory = memory;
    this.#lockOut = lockOut;
    this.#cost = cost;
    this.#clock = clock;
    this.#codeEndsAt = clock.monotonic() + codeGoodForMs;
    if (this.username !== undefined || onClaimCode === undefined) return;
    this.#code = newClaimCode();
    onClaimCode(this.#code);
  }

  /** Of the administrator; undefined: there is none yet. */
  get username(): string | undefined {
    return this.#memory.record.administrator?.username;
  }

  get isClaimable(): boolean {
    return this.#code !== undefined && !this.#isCodeOver();
  }

  /** Throws `access.denied`, `access.locked`. */
  async check({ username, password }: NamedPassword, from: string): Promise<void> {
    const attempt = this.#lockOut.begin({ name: `local/${username.toLowerCase()}`, from });
    const { administrator } = this.#memory.record;
    const isKnown = administrator?.username === username;
    const known = isKnown ? administrator : nobodysHash(administrator?.cost ?? this.#cost);
    if (!(await this.#costly(attempt, () => passwordMatches(password, known)))) throw refused();
    // It may have been changed while this was computed: then who knows the old one gets no session any more.
    if (this.#memory.record.administrator !== administrator) throw refused();
    attempt.succeeded();
    if (known.cost !== this.#cost) await this.#strengthen({ username, password });
  }

  /** Makes the administrator. The code is gone from here on, unless the administrator cannot be stored. Throws as `check` does. */
  async claim(claim: NamedPassword & { readonly code: string }, from: string): Promise<void> {
    const attempt = this.#lockOut.begin({ name: undefined, from });
    const code = this.#code;
    if (code === undefined)
      throw new ProblemError(
        'access.denied',
        'there is no code: there is an administrator already, or none is made here',
      );
    if (this.#isCodeOver())
      throw new ProblemError(
        'access.denied',
        'the code was good for 24 hours after the start; start again, and the log has another',
      );
    if (!isClaimCode(claim.code, code))
      throw new ProblemError('access.denied', 'this is not the code that stands in the log of this start');
    this.#code = undefined;
    try {
      this.#store(claim, await this.#costly(attempt, () => hashPassword(claim.password, this.#cost)));
    } catch (thrown) {
      this.#code = code;
      attempt.withdrawn();
      throw thrown;
    }
    attempt.succeeded();
  }

  /** Throws `access.denied`, `access.locked`, `store.unwritable`. */
  async changePassword(username: string, change: { current: string; next: string }): Promise<void> {
    const attempt = this.#lockOut.begin({ name: `change/${username}`, from: `change/${username}` });
    const { administrator } = this.#memory.record;
    if (administrator?.username !== username)
      throw new ProblemError('access.denied', 'only the local administrator has a password here');
    const matches = await this.#costly(attempt, () => passwordMatches(change.current, administrator));
    if (!matches || this.#memory.record.administrator !== administrator)
      throw new ProblemError('access.denied', 'the present password is another one');
    const next = await this.#costly(attempt, () => hashPassword(change.next, this.#cost));
    attempt.succeeded();
    this.#store({ username }, next);
  }

  #isCodeOver(): boolean {
    return this.#clock.monotonic() >= this.#codeEndsAt;
  }

  async #costly<Result>(attempt: { withdrawn(): void }, work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#gate.through(work);
    } catch (thrown) {
      attempt.withdrawn();
      throw thrown;
    }
  }

  #store({ username }: { readonly username: string }, { salt, hash, cost }: PasswordHash): void {
    this.#memory.save({ ...this.#memory.record, administrator: { username, salt, hash, cost } });
  }

  /** With the present cost. That it cannot be stored now is no reason to refuse whoever knows the password. */
  async #strengthen({ username, password }: NamedPassword): Promise<void> {
    const { administrator } = this.#memory.record;
    try {
      const hash = await this.#gate.through(() => hashPassword(password, this.#cost));
      if (this.#memory.record.administrator === administrator) this.#store({ username }, hash);
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
    }
  }
}

function refused(): ProblemError {
  return new ProblemError('access.denied', 'name or password is wrong');
}
