/** Tokens: given at login, good for 20 minutes from then however much they are used, extended on request. */
import { randomBytes } from 'node:crypto';
import type { LabClock } from '../../clock.ts';
import { errors } from '../errors.ts';
import type { User } from './users.ts';

export interface Token {
  readonly text: string;
  readonly user: User;
  readonly startedAt: number;
  readonly address: string;
  timeoutSeconds: number;
  generation: number;
}

const standardTimeoutSeconds = 1200;
const longestTimeoutSeconds = 36_000;
const mostPerUser = 100;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export class Tokens {
  readonly #clock: LabClock;
  readonly #tokens = new Map<string, Token>();

  constructor(clock: LabClock) {
    this.#clock = clock;
  }

  /** Live ones. */
  get count(): number {
    return this.#tokens
      .values()
      .filter((token) => !this.#isSpent(token))
      .toArray().length;
  }

  open(user: User, address: string): Token {
    const live = this.#tokens.values().filter((token) => token.user === user && !this.#isSpent(token));
    if (user.name !== 'admin' && live.toArray().length >= mostPerUser) throw errors.tooManyTokens(user.name);
    const token: Token = {
      text: [...randomBytes(26)].map((byte) => alphabet[byte % 32]).join(''),
      user,
      startedAt: this.#clock.now(),
      address,
      timeoutSeconds: standardTimeoutSeconds,
      generation: 1,
    };
    this.#tokens.set(token.text, token);
    return token;
  }

  find(text: string): Token {
    const token = this.#tokens.get(text);
    if (token === undefined) throw errors.tokenUnknown();
    if (this.#isSpent(token)) throw errors.tokenExpired();
    return token;
  }

  extend(token: Token, seconds: number): void {
    if (seconds > longestTimeoutSeconds) throw errors.tokenTooLong();
    token.timeoutSeconds = seconds;
    token.generation += 1;
  }

  end(token: Token): void {
    this.#tokens.delete(token.text);
  }

  flush(): void {
    this.#tokens.clear();
  }

  #isSpent({ startedAt, timeoutSeconds }: Token): boolean {
    return this.#clock.now() >= startedAt + timeoutSeconds * 1000;
  }
}

export function renderToken(token: Token): Record<string, unknown> {
  const { text, user, startedAt, timeoutSeconds, address, generation } = token;
  return {
    token: text,
    name: text,
    userName: user.name,
    authProviderName: 'tmos',
    user: { link: `https://localhost/mgmt/shared/authz/users/${user.name}` },
    groupReferences: [],
    timeout: timeoutSeconds,
    startTime: new Date(startedAt).toISOString().replace('Z', '-0000'),
    address,
    partition: '[All]',
    generation,
    lastUpdateMicros: Math.floor(startedAt * 1000),
    expirationMicros: Math.floor((startedAt + timeoutSeconds * 1000) * 1000),
    kind: 'shared:authz:tokens:authtokenitemstate',
    selfLink: `https://localhost/mgmt/shared/authz/tokens/${text}`,
  };
}
