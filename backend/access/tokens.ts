/**
 * Tokens for programs: `aks_` and 256 random bits. Kept are their digests, in the store; when they were last used is known
 * while the process lives.
 */
import { randomBytes } from 'node:crypto';
import type { ApiTokenModel, CreatedToken } from '../api/contract/access.ts';
import type { Clock } from '../model/clock.ts';
import { digest } from '../model/digest.ts';
import { mayAct, type Person, type Role } from '../model/person.ts';
import { ProblemError } from '../model/problems.ts';
import type { AccessMemory } from './memory.ts';
import type { StoredToken } from './ports.ts';

const prefix = 'aks_';
const dayMs = 86_400_000;
/** Each is looked at on every use of any. */
const most = 200;

export interface WantedToken {
  readonly name: string;
  readonly role: Role;
  readonly days: number;
}

export function looksLikeToken(secret: string): boolean {
  return secret.startsWith(prefix);
}

export class Tokens {
  readonly #memory: AccessMemory;
  readonly #clock: Clock;
  readonly #lastUsed = new Map<string, number>();

  constructor(memory: AccessMemory, clock: Clock) {
    this.#memory = memory;
    this.#clock = clock;
  }

  /** Whose program it is. undefined: the token is unknown, revoked or over. */
  find(secret: string): Person | undefined {
    const hash = digest(secret);
    const now = this.#clock.now();
    const token = this.#memory.record.tokens.find((each) => each.hash === hash);
    if (token === undefined || token.expiresAt <= now) return undefined;
    this.#lastUsed.set(token.id, now);
    return { name: `token ${token.name}`, role: token.role, via: 'token' };
  }

  list(): readonly ApiTokenModel[] {
    return this.#memory.record.tokens.map((token) => this.#modelOf(token));
  }

  /** Throws `access.role`, `request.invalid`, `store.unwritable`. */
  create({ name, role, days }: WantedToken, by: Person): CreatedToken {
    const { record } = this.#memory;
    if (!mayAct(by.role, role))
      throw new ProblemError('access.role', `a token may do no more than who makes it: ${by.role}`);
    if (record.tokens.some((token) => token.name === name))
      throw new ProblemError('request.invalid', `there is a token ${name} already; revoke it first`);
    if (record.tokens.length >= most)
      throw new ProblemError('request.invalid', `there are ${most} tokens; revoke some first`);
    const token = `${prefix}${randomBytes(32).toString('base64url')}`;
    const createdAt = this.#clock.now();
    const stored: StoredToken = {
      id: randomBytes(9).toString('base64url'),
      name,
      role,
      hash: digest(token),
      createdAt,
      createdBy: by.name,
      expiresAt: createdAt + days * dayMs,
    };
    this.#memory.save({ ...record, tokens: [...record.tokens, stored] });
    return { ...this.#modelOf(stored), token };
  }

  /** Throws `request.not-found`, `store.unwritable`. */
  revoke(id: string): void {
    const { record } = this.#memory;
    const tokens = record.tokens.filter((token) => token.id !== id);
    if (tokens.length === record.tokens.length) throw new ProblemError('request.not-found', `token ${id}`);
    this.#memory.save({ ...record, tokens });
    this.#lastUsed.delete(id);
  }

  #modelOf({ id, name, role, createdAt, createdBy, expiresAt }: StoredToken): ApiTokenModel {
    const lastUsedAt = this.#lastUsed.get(id) ?? null;
    return { id, name, role, createdAt, createdBy, expiresAt, lastUsedAt };
  }
}
