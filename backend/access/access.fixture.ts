/** Access to test, with what it needs from outside in memory. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Access, StartedSession } from '../api/ports.ts';
import { manualClock, type ManualClock } from '../model/clock.ts';
import { ProblemError, type ProblemCode } from '../model/problems.ts';
import { createAccess, type AccessOptions } from './access.ts';
import type { AccessRecord, AccessStore, FabricUser, FabricUsers, GrantedRole } from './ports.ts';

export const password = 'correct horse battery';
export const from = '192.0.2.1';
/** Cheap, so that tests are quick. */
export const cost = 256;

/** A store in memory, which can be told to fail. */
export class KeptInMemory implements AccessStore {
  record: AccessRecord = { administrator: undefined, tokens: [] };
  fails = false;

  load(): AccessRecord {
    return this.record;
  }

  save(record: AccessRecord): void {
    if (this.fails) throw new ProblemError('store.unwritable', 'the disk is full');
    this.record = record;
  }
}

const ops: readonly GrantedRole[] = [{ role: 'ops', write: true, domain: 'all' }];

/** A fabric with one user, alice, whose GUI token is `gui`. */
export class FakeFabric implements FabricUsers {
  readonly fabric: string;
  roles = ops;
  isDown = false;
  asked = 0;
  wait: Promise<unknown> = Promise.resolve();

  constructor(fabric: string) {
    this.fabric = fabric;
  }

  accountOf(username: string): string {
    return username.toLowerCase().replace(/^local\\+/, '');
  }

  async signIn(username: string, given: string): Promise<FabricUser> {
    await this.#ask();
    if (username !== 'alice' || given !== 'fabric-secret')
      throw new ProblemError('access.denied', `${this.fabric} says no`);
    return { name: username, roles: this.roles };
  }

  async whoHas(token: string, challenge: string | undefined): Promise<FabricUser | undefined> {
    await this.#ask();
    return token === 'gui' && challenge === 'yes' ? { name: 'alice', roles: this.roles } : undefined;
  }

  async #ask(): Promise<void> {
    this.asked += 1;
    await this.wait;
    if (this.isDown) throw new ProblemError('access.unavailable', `${this.fabric} does not answer`);
  }
}

export function throws(code: ProblemCode, detail = /./): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof ProblemError, inspect(thrown));
    assert.equal(thrown.problem.code, code, thrown.problem.detail);
    assert.match(thrown.problem.detail, detail);
    return true;
  };
}

export class Desk {
  readonly clock: ManualClock = manualClock();
  readonly store = new KeptInMemory();
  readonly dc1 = new FakeFabric('dc1');
  readonly codes: string[] = [];
  declared: FabricUsers[] = [this.dc1];
  settings: ReturnType<AccessOptions['settings']> = {
    roles: { admin: ['admin'], operator: ['ops'], viewer: ['read-all'] },
    idleMs: 1_800_000,
    endAfterMs: 43_200_000,
  };
  access: Access = this.start();

  /** As the process does when it starts. */
  start(options: Partial<AccessOptions> = {}): Access {
    this.access = createAccess({
      store: this.store,
      users: () => this.declared,
      settings: () => this.settings,
      anonymous: undefined,
      passwordCost: cost,
      clock: this.clock,
      onClaimCode: (code) => this.codes.push(code),
      ...options,
    });
    return this.access;
  }

  claim(code = this.codes[0] ?? '', peer = from): Promise<StartedSession> {
    return this.access.claim({ code, username: 'root', password }, peer);
  }

  signIn(given = password, username = 'root', peer = from): Promise<StartedSession> {
    return this.access.signIn({ username, password: given }, peer);
  }

  asAlice(given = 'fabric-secret', username = 'alice'): Promise<StartedSession> {
    return this.access.signIn({ fabric: 'dc1', username, password: given }, from);
  }
}
