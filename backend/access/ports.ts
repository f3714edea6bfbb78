/**
 * What access control needs from outside: the users of fabrics, and a place for what it must not forget.
 */

/** A role as a fabric grants it: `admin`, `ops`, `read-all`, or one that its admin made. */
export interface GrantedRole {
  readonly role: string;
  readonly write: boolean;
  /** The security domain that it is granted for: `all`, or one of the fabric's. */
  readonly domain: string;
}

export interface FabricUser {
  readonly name: string;
  readonly roles: readonly GrantedRole[];
}

/** The users of one fabric. Passwords pass through and are kept nowhere. */
export interface FabricUsers {
  readonly fabric: string;
  /** Whose name this is: the same text for whatever the fabric takes for one account, however it is written. Asks nobody. */
  accountOf(username: string): string;
  /** Checks the password with the fabric, and ends the fabric's session at once. Throws `access.denied`, `access.unavailable`. */
  signIn(username: string, password: string, signal: AbortSignal): Promise<FabricUser>;
  /** Whose session of the fabric's own GUI this token is. undefined: nobody's. Throws `access.unavailable`. */
  whoHas(token: string, challenge: string | undefined, signal: AbortSignal): Promise<FabricUser | undefined>;
}

/** As scrypt gives it: salt and hash base64url, cost its N. */
export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
  readonly cost: number;
}

export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
}

export interface AccessRecord {
  readonly administrator: ({ readonly username: string } & PasswordHash) | undefined;
  readonly tokens: readonly StoredToken[];
}

/** Survives the process. `save` throws `store.unwritable`, and then nothing has changed. */
export interface AccessStore {
  load(): AccessRecord;
  save(record: AccessRecord): void;
}
