/** Three local people, a fabric's users, sessions and tokens, in memory. */
import type { ApiTokenModel, ClaimRequest, SignInRequest } from '../../../backend/api/contract/access.ts';
import type { Access, Credentials, StartedSession } from '../../../backend/api/ports.ts';
import type { Person, Role } from '../../../backend/model/person.ts';
import { ProblemError } from '../../../backend/model/problems.ts';

export interface FakeAccess extends Access {
  /** Bearer tokens that are always good. */
  readonly bearers: Readonly<Record<Role, string>>;
  /** All sessions end by themselves: nobody is told. */
  endSessions(): void;
}

interface Options {
  readonly anonymous: Role | null;
  readonly unclaimed: boolean;
  readonly now: () => number;
}

interface Session {
  readonly person: Person;
  readonly endsAt: number;
}

const sessionMs = 12 * 3600_000;
const roles: readonly Role[] = ['viewer', 'operator', 'admin'];
export const claimCode = 'claim-code';

export function fakeAccess(options: Options): FakeAccess {
  return new People(options);
}

class People implements FakeAccess {
  readonly bearers = { viewer: 'bearer-of-viewer', operator: 'bearer-of-operator', admin: 'bearer-of-admin' };
  readonly #options: Options;
  readonly #passwords: Map<string, string>;
  readonly #sessions = new Map<string, Session>();
  readonly #tokens = new Map<string, { readonly model: ApiTokenModel; readonly secret: string }>();
  readonly #onEnd = new Set<() => void>();
  #made = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#passwords = new Map(options.unclaimed ? [] : roles.map((role) => [role, `${role}-password`]));
  }

  identify(credentials: Credentials): Promise<Person | undefined> {
    return Promise.resolve(this.#known(credentials) ?? this.#anonymous());
  }

  /** Who comes from a fabric's GUI always is one here. */
  isStranger({ appCenter }: Credentials): boolean {
    return appCenter !== undefined;
  }

  endsAt({ session, bearer }: Credentials): number | null {
    return (this.#sessions.get(session ?? '') ?? this.#sessions.get(bearer ?? ''))?.endsAt ?? null;
  }

  ways(): ReturnType<Access['ways']> {
    const claim = this.#passwords.size === 0;
    return { claim, local: !claim, fabrics: ['dc1'], anonymous: this.#options.anonymous };
  }

  signIn({ fabric, username, password }: SignInRequest): Promise<StartedSession> {
    if (fabric !== undefined && fabric !== 'dc1') return refused(`there is no fabric ${fabric}`);
    const right = fabric === undefined ? this.#passwords.get(username) : `${username}-password`;
    if (right === undefined || right !== password) return refused('name or password is wrong');
    const role = roles.find((each) => each === username) ?? 'admin';
    const person: Person =
      fabric === undefined
        ? { name: username, role, via: 'local' }
        : { name: `${username} (${fabric})`, role, via: 'apic' };
    return Promise.resolve(this.#start(person));
  }

  claim({ code, username, password }: ClaimRequest): Promise<StartedSession> {
    if (this.#passwords.size > 0) return refused('there is an administrator already');
    if (code !== claimCode) return refused('the code is not the one of the log');
    this.#passwords.set(username, password);
    return Promise.resolve(this.#start({ name: username, role: 'admin', via: 'local' }));
  }

  signOut({ session, bearer }: Credentials): void {
    this.#sessions.delete(session ?? '');
    this.#sessions.delete(bearer ?? '');
    this.#tellEnd();
  }

  changePassword(change: { readonly current: string; readonly next: string }, by: Person): Promise<void> {
    if (this.#passwords.get(by.name) !== change.current) return refused('the current password is wrong');
    this.#passwords.set(by.name, change.next);
    return Promise.resolve();
  }

  tokens(): readonly ApiTokenModel[] {
    return [...this.#tokens.values()].map(({ model }) => model);
  }

  createToken(
    { name, role, days }: { readonly name: string; readonly role: Role; readonly days: number },
    by: Person,
  ): ReturnType<Access['createToken']> {
    const id = `t${this.#count()}`;
    const secret = `aks_${id}_secret-of-a-token`;
    const createdAt = this.#options.now();
    const expiresAt = createdAt + days * 86_400_000;
    const model = { id, name, role, createdAt, createdBy: by.name, expiresAt, lastUsedAt: null };
    this.#tokens.set(id, { model, secret });
    return { ...model, token: secret };
  }

  revokeToken(id: string): void {
    if (!this.#tokens.delete(id)) throw new ProblemError('request.not-found', `no token ${id}`);
    this.#tellEnd();
  }

  onEnd(listener: () => void): () => void {
    this.#onEnd.add(listener);
    return () => this.#onEnd.delete(listener);
  }

  endSessions(): void {
    this.#sessions.clear();
  }

  #tellEnd(): void {
    for (const listener of this.#onEnd) listener();
  }

  #known({ session, bearer }: Credentials): Person | undefined {
    const started = this.#sessions.get(bearer ?? '') ?? this.#sessions.get(session ?? '');
    if (started !== undefined) return started.person;
    const token = [...this.#tokens.values()].find(({ secret }) => secret === bearer)?.model;
    if (token !== undefined) return { name: `token ${token.name}`, role: token.role, via: 'token' };
    const role = roles.find((each) => this.bearers[each] === bearer);
    return role === undefined ? undefined : { name: `token ${role}`, role, via: 'token' };
  }

  #anonymous(): Person | undefined {
    const { anonymous } = this.#options;
    return anonymous === null ? undefined : { name: 'anonymous', role: anonymous, via: 'anonymous' };
  }

  #start(person: Person): StartedSession {
    const session = `session-secret-${this.#count()}`;
    const endsAt = this.#options.now() + sessionMs;
    this.#sessions.set(session, { person, endsAt });
    return { person, endsAt, session };
  }

  #count(): number {
    this.#made += 1;
    return this.#made;
  }
}

function refused(detail: string): Promise<never> {
  return Promise.reject(new ProblemError('access.denied', detail));
}
