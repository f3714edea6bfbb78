/**
 * Login sessions. A session has one identity and, after refreshes, several tokens: each is good until its own
 * time-out. The session ends with its last token, at log-out, or at the end of its longest life.
 */
import { randomBytes } from 'node:crypto';
import type { LabClock } from '../../clock.ts';
import { errors } from '../model/errors.ts';
import type { User } from './users.ts';

export interface Session {
  readonly id: string;
  /** Small number that subscription ids carry. */
  readonly number: number;
  readonly user: User;
  readonly createdAt: number;
  /** Of a session of the GUI: every request must carry it beside the token. Empty: of any other. */
  readonly challenge: string;
  ended: boolean;
}

interface Token {
  readonly session: Session;
  readonly expiresAt: number;
}

export interface TokenLife {
  /** A token is good for so long unless it is refreshed. */
  readonly refreshTimeoutSeconds: number;
  /** A session ends after this, however often it is refreshed. */
  readonly maximumLifetimeSeconds: number;
}

const rememberedTokens = 5_000;

export class Sessions {
  readonly #clock: LabClock;
  readonly #tokens = new Map<string, Token>();
  readonly #endListeners: ((session: Session) => void)[] = [];
  #count = 0;
  #life: TokenLife;

  constructor(clock: LabClock, life: TokenLife) {
    this.#clock = clock;
    this.#life = life;
  }

  get life(): TokenLife {
    return this.#life;
  }

  /** Of tokens and sessions from now on. */
  setLife(life: Partial<TokenLife>): void {
    this.#life = { ...this.#life, ...life };
  }

  onEnd(listener: (session: Session) => void): void {
    this.#endListeners.push(listener);
  }

  /** `forGui`: with a challenge, as for the pages of the fabric's own GUI. */
  open(user: User, forGui = false): { session: Session; token: string } {
    this.#count += 1;
    const session: Session = {
      id: randomBytes(16).toString('base64'),
      number: this.#count,
      user,
      createdAt: this.#clock.now(),
      challenge: forGui ? randomBytes(32).toString('hex') : '',
      ended: false,
    };
    this.#clock.after(this.#life.maximumLifetimeSeconds * 1000, () => this.end(session));
    return { session, token: this.issue(session) };
  }

  /** A further token for the session. */
  issue(session: Session): string {
    const life = this.#life.refreshTimeoutSeconds * 1000;
    const part = (bytes: number): string => randomBytes(bytes).toString('base64url');
    const token = `eyJhbGciOiJSUzI1NiIsInR5cCI6Imp3dCJ9.eyJ${part(60)}.${part(64)}`;
    this.#tokens.set(token, { session, expiresAt: this.#clock.now() + life });
    this.#clock.after(life + 1, () => this.#endIfSpent(session));
    this.#forgetOldest();
    return token;
  }

  find(token: string, challenge = ''): Session {
    const known = this.#tokens.get(token);
    if (known === undefined) throw errors.tokenUnknown();
    if (known.session.ended || known.expiresAt <= this.#clock.now()) throw errors.tokenTimeout();
    if (known.session.challenge !== '' && known.session.challenge !== challenge)
      throw errors.challengeMismatch();
    return known.session;
  }

  end(session: Session): void {
    if (session.ended) return;
    session.ended = true;
    for (const listener of this.#endListeners) listener(session);
  }

  endAll(): void {
    for (const { session } of this.#tokens.values()) this.end(session);
  }

  #endIfSpent(session: Session): void {
    const now = this.#clock.now();
    const alive = this.#tokens.values().some((token) => token.session === session && token.expiresAt > now);
    if (!alive) this.end(session);
  }

  /** Spent tokens are remembered for a while: the refusal of an old token differs from that of an unknown one. */
  #forgetOldest(): void {
    for (const [token, { session, expiresAt }] of this.#tokens) {
      if (this.#tokens.size <= rememberedTokens) return;
      if (session.ended || expiresAt <= this.#clock.now()) this.#tokens.delete(token);
    }
  }
}
