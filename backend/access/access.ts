/**
 * Who may do what: implements the API's `Access`.
 *
 * In: what requests bring (a session, a token, the fabric GUI's token), the users of the declared fabrics, the document's
 * settings, a store. Out: persons with roles, sessions, tokens. Wrong and missing credentials are the same: nobody, or whoever
 * is not signed in where that is allowed.
 * It must not know how requests arrive, which route needs which role, or how a fabric is asked. It logs nothing, and throws no secret.
 */
import type { Access, Credentials, StartedSession } from '../api/ports.ts';
import type {
  ApiTokenModel,
  ClaimRequest,
  CreatedToken,
  SignInRequest,
  SignInWays,
} from '../api/contract/access.ts';
import type { Clock } from '../model/clock.ts';
import type { AccessSettings } from '../model/mapping.ts';
import type { Person, Role } from '../model/person.ts';
import { ProblemError } from '../model/problems.ts';
import { AppCenterUsers, type GuiToken } from './app-center.ts';
import { FabricAccounts } from './fabric-accounts.ts';
import { LocalAccounts } from './local-accounts.ts';
import { LockOut } from './lock-out.ts';
import { AccessMemory } from './memory.ts';
import { presentCost } from './password.ts';
import type { AccessStore, FabricUsers } from './ports.ts';
import { Sessions, type Account } from './sessions.ts';
import { looksLikeToken, Tokens, type WantedToken } from './tokens.ts';

export interface AccessOptions {
  readonly store: AccessStore;
  /** Of the fabrics that are declared now. */
  readonly users: () => readonly FabricUsers[];
  readonly settings: () => AccessSettings;
  /** What whoever is not signed in may do; undefined: nothing. */
  readonly anonymous: Role | undefined;
  /** The fabric in whose GUI the page runs. No other is shown a token; undefined: tokens of a GUI are not looked at. */
  readonly appCenterFabric?: (() => string | undefined) | undefined;
  /** scrypt's N of new hashes; by default as dear as a server can afford. */
  readonly passwordCost?: number;
  readonly clock: Clock;
  /**
   * Called at once when there is no local administrator: the code is for the log, and nowhere else. It is good for 24 hours.
   * undefined: no administrator is made here.
   */
  readonly onClaimCode: ((code: string) => void) | undefined;
}

/** Throws what the store's `load` throws. */
export function createAccess(options: AccessOptions): Access {
  return new AccessControl(options);
}

class AccessControl implements Access {
  readonly #options: AccessOptions;
  readonly #sessions: Sessions;
  readonly #tokens: Tokens;
  readonly #local: LocalAccounts;
  readonly #fabrics: FabricAccounts;
  readonly #appCenter: AppCenterUsers;
  readonly #onEnd = new Set<() => void>();

  constructor(options: AccessOptions) {
    const { clock, settings, store, users } = options;
    const memory = new AccessMemory(store);
    const lockOut = new LockOut(clock);
    this.#options = options;
    this.#sessions = new Sessions(clock, settings);
    this.#tokens = new Tokens(memory, clock);
    const { onClaimCode, passwordCost: cost = presentCost } = options;
    this.#local = new LocalAccounts({ memory, lockOut, cost, clock, onClaimCode });
    this.#fabrics = new FabricAccounts({ users, settings, lockOut });
    this.#appCenter = new AppCenterUsers(clock);
  }

  async identify(credentials: Credentials, use?: 'passing'): Promise<Person | undefined> {
    for (const secret of secretsOf(credentials)) {
      const person = this.#holderOf(secret, use);
      if (person !== undefined) return person;
    }
    const { anonymous } = this.#options;
    const seen = credentials.appCenter && (await this.#inAppCenter(credentials.appCenter));
    return seen ?? (anonymous && { name: 'anonymous', role: anonymous, via: 'anonymous' });
  }

  isStranger(credentials: Credentials): boolean {
    const { appCenter: gui } = credentials;
    const users = this.#fabricOfTheGui();
    if (gui === undefined || users === undefined) return false;
    const isKnown = secretsOf(credentials).some((secret) => this.#holderOf(secret, 'passing') !== undefined);
    return !isKnown && this.#appCenter.isStranger(gui, users);
  }

  endsAt(credentials: Credentials): number | null {
    const ends = secretsOf(credentials).map((secret) => this.#sessions.find(secret, 'passing')?.endsAt);
    return ends.find((each) => each !== undefined) ?? null;
  }

  ways(): SignInWays {
    return {
      claim: this.#local.isClaimable,
      local: this.#local.username !== undefined,
      fabrics: this.#fabrics.fabrics,
      anonymous: this.#options.anonymous ?? null,
    };
  }

  async signIn({ fabric, ...named }: SignInRequest, from: string): Promise<StartedSession> {
    if (fabric !== undefined) {
      const { name, roles } = await this.#fabrics.check({ ...named, fabric }, from);
      return this.#start({ kind: 'fabric', fabric, username: name, roles });
    }
    await this.#local.check(named, from);
    return this.#start({ kind: 'local', username: named.username });
  }

  async claim(request: ClaimRequest, from: string): Promise<StartedSession> {
    await this.#local.claim(request, from);
    return this.#start({ kind: 'local', username: request.username });
  }

  signOut(credentials: Credentials): void {
    const ended = secretsOf(credentials).filter((secret) => this.#sessions.end(secret));
    if (ended.length > 0) this.#tellEnd();
  }

  async changePassword(
    change: { readonly current: string; readonly next: string },
    by: Person,
    kept: Credentials,
  ): Promise<void> {
    if (by.via !== 'local')
      throw new ProblemError('access.denied', 'only the local administrator has a password here');
    await this.#local.changePassword(by.name, change);
    this.#sessions.endWhere(({ kind }) => kind === 'local', secretsOf(kept));
    this.#tellEnd();
  }

  tokens(): readonly ApiTokenModel[] {
    return this.#tokens.list();
  }

  createToken(wanted: WantedToken, by: Person): CreatedToken {
    return this.#tokens.create(wanted, by);
  }

  revokeToken(id: string): void {
    this.#tokens.revoke(id);
    this.#tellEnd();
  }

  onEnd(listener: () => void): () => void {
    this.#onEnd.add(listener);
    return () => this.#onEnd.delete(listener);
  }

  #tellEnd(): void {
    for (const listener of this.#onEnd) listener();
  }

  #start(account: Account): StartedSession {
    const person = this.#personOf(account);
    // The document may have changed while the password was checked.
    if (person === undefined) throw new ProblemError('access.denied', 'this account is not known any more');
    const { secret, session } = this.#sessions.start(account);
    return { session: secret, person, endsAt: session.endsAt };
  }

  #holderOf(secret: string, use: 'passing' | undefined): Person | undefined {
    if (looksLikeToken(secret)) return this.#tokens.find(secret);
    const session = this.#sessions.find(secret, use);
    return session && this.#personOf(session.account);
  }

  /** As of now: the administrator may be another one, the fabric not declared any more, its roles mean something else. */
  #personOf(account: Account): Person | undefined {
    const { username: name } = account;
    if (account.kind === 'local')
      return name === this.#local.username ? { name, role: 'admin', via: 'local' } : undefined;
    const role = this.#fabrics.of(account.fabric) && this.#fabrics.roleOf(account);
    return role && { name: `${name} (${account.fabric})`, role, via: 'apic' };
  }

  async #inAppCenter(gui: GuiToken): Promise<Person | undefined> {
    const users = this.#fabricOfTheGui();
    const user = users && (await this.#appCenter.whoHas(gui, users));
    if (user === undefined || user === 'nobody') return undefined;
    const role = this.#fabrics.roleOf(user);
    return role && { name: `${user.name} (${user.fabric})`, role, via: 'appCenter' };
  }

  /** A token of one fabric is not for the eyes of another. */
  #fabricOfTheGui(): FabricUsers | undefined {
    const fabric = this.#options.appCenterFabric?.();
    return fabric === undefined ? undefined : this.#fabrics.of(fabric);
  }
}

/** The more explicit first. */
function secretsOf({ bearer, session }: Credentials): readonly string[] {
  return [bearer, session].filter((secret) => secret !== undefined);
}
