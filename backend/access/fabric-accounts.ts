/** Users of the declared fabrics: each fabric checks its own passwords; what its roles come to here, the document says. */
import type { AccessSettings } from '../model/mapping.ts';
import type { Role } from '../model/person.ts';
import { ProblemError, problemOf } from '../model/problems.ts';
import { Gate } from './gate.ts';
import type { NamedPassword } from './local-accounts.ts';
import type { LockOut } from './lock-out.ts';
import type { FabricUser, FabricUsers } from './ports.ts';
import { roleOf, rolesThatWouldDo } from './roles.ts';

export interface FabricAccountsOptions {
  readonly users: () => readonly FabricUsers[];
  readonly settings: () => AccessSettings;
  readonly lockOut: LockOut;
}

/** All controllers of a fabric are given their time. */
const longestMs = 30_000;

export class FabricAccounts {
  readonly #options: FabricAccountsOptions;
  readonly #gates = new Map<string, Gate>();

  constructor(options: FabricAccountsOptions) {
    this.#options = options;
  }

  get fabrics(): readonly string[] {
    return this.#options.users().map(({ fabric }) => fabric);
  }

  of(fabric: string): FabricUsers | undefined {
    return this.#options.users().find((each) => each.fabric === fabric);
  }

  roleOf({ roles }: Pick<FabricUser, 'roles'>): Role | undefined {
    return roleOf(roles, this.#options.settings());
  }

  /** Throws `access.denied`, `access.locked`, `access.unavailable`. */
  async check(
    { fabric, username, password }: NamedPassword & { readonly fabric: string },
    from: string,
  ): Promise<FabricUser> {
    const users = this.of(fabric);
    const account = users?.accountOf(username) ?? username.toLowerCase();
    const attempt = this.#options.lockOut.begin({ name: `${fabric}/${account}`, from });
    if (users === undefined) throw new ProblemError('access.denied', `there is no fabric ${fabric}`);
    try {
      const user = await this.#gateOf(fabric).through(() =>
        users.signIn(username, password, AbortSignal.timeout(longestMs)),
      );
      attempt.proven();
      const known = this.#withRole(user, fabric);
      attempt.succeeded();
      return known;
    } catch (thrown) {
      if (problemOf(thrown).code !== 'access.denied') attempt.withdrawn();
      throw thrown;
    }
  }

  #withRole(user: FabricUser, fabric: string): FabricUser {
    if (this.roleOf(user) !== undefined) return user;
    const wanted = rolesThatWouldDo(this.#options.settings());
    throw new ProblemError(
      'access.denied',
      `${user.name} has no role of ${fabric} that is known here; ${wanted}`,
    );
  }

  /** Fabrics take few logins a second, and our own are among them: passwords are checked one after another. */
  #gateOf(fabric: string): Gate {
    const refusal = {
      code: 'access.unavailable',
      detail: `too many people sign in at ${fabric} at once`,
    } as const;
    const gate = this.#gates.get(fabric) ?? new Gate({ atOnce: 1, waiting: 8, refusal });
    this.#gates.set(fabric, gate);
    return gate;
  }
}
