import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { roleOf } from '../../../access/roles.ts';
import { ProblemError, type ProblemCode } from '../../../model/problems.ts';
import { createAuthority } from '../../../../lab/authority.ts';
import { startFabric, type Fabric, type FabricOptions } from '../../../../lab/fabric/fabric.ts';
import { labPeople, peopleOfLab } from '../../../../lab/fabric/people.ts';
import { PlainClient } from '../../../../lab/fabric/plain-client.ts';
import { labAuthority } from '../testing/lab-authority.ts';
import { createApicUsers, type ApicUsers, type ApicUsersOptions } from './apic-users.ts';
import { accountOf, loginName } from './login-name.ts';

const settings = {
  roles: { admin: ['admin'], operator: ['ops'], viewer: ['read-all'] },
  idleMs: 1,
  endAfterMs: 1,
};
const signal = new AbortController().signal;
/** Nothing listens on the port for discarding. */
const nowhere = 'https://127.0.0.1:9';

function throws(code: ProblemCode, detail = /./): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof ProblemError, inspect(thrown));
    assert.equal(thrown.problem.code, code, thrown.problem.detail);
    assert.match(thrown.problem.detail, detail);
    return true;
  };
}

describe('the users of an APIC', () => {
  let fabrics: Fabric[];
  let open: ApicUsers[];
  let fabric: Fabric;

  async function startOne(options: Partial<FabricOptions> = {}): Promise<Fabric> {
    const started = await startFabric({ authority: await labAuthority(), loginThrottle: false, ...options });
    started.seed(peopleOfLab());
    fabrics.push(started);
    return started;
  }

  function usersOf(options: Partial<ApicUsersOptions> = {}): ApicUsers {
    const trust = { caPem: fabric.caPem };
    const users = createApicUsers({ fabric: 'dc1', controllers: [fabric.url], trust, ...options });
    open.push(users);
    return users;
  }

  beforeEach(async () => {
    [fabrics, open] = [[], []];
    fabric = await startOne();
  });

  afterEach(async () => {
    await Promise.all(open.map((each) => each.close()));
    await Promise.all(fabrics.map((each) => each.close()));
  });

  describe('who sign in', () => {
    const expected = { operator: 'operator', viewer: 'viewer', outsider: undefined } as const;
    for (const kind of ['operator', 'viewer', 'outsider'] as const)
      it(`come with the roles that the APIC grants: ${kind}`, async () => {
        const { username, password, roles } = labPeople[kind];

        const user = await usersOf().signIn(username, password, signal);

        assert.equal(user.name, username);
        assert.deepEqual(
          user.roles,
          roles.map(({ domain, role, privilege }) => ({ domain, role, write: privilege === 'writePriv' })),
        );
        assert.equal(roleOf(user.roles, settings), expected[kind]);
      });

    it('leave no session at the APIC', async () => {
      const real = await PlainClient.loggedIn(fabric);
      const before = fabric.stats();

      await usersOf().signIn(fabric.username, fabric.password, signal);

      const after = fabric.stats();
      assert.deepEqual([after.logins - before.logins, after.logouts - before.logouts], [1, 1]);
      assert.equal((await real.get('/api/aaaRefresh.json')).status, 200);
      await real.close();
    });

    it('are refused by the APIC in its own words, with no word of the password', async () => {
      const signIn = usersOf().signIn('admin', 'hunter2-wrong', signal);

      await assert.rejects(signIn, (thrown) => {
        assert.equal(inspect(thrown, { depth: 9 }).includes('hunter2'), false);
        return throws('access.denied', /^dc1 says: User credential is incorrect$/)(thrown);
      });
    });

    it('are found in a login domain', async () => {
      const user = await usersOf().signIn('LOCAL\\admin', fabric.password, signal);

      assert.equal(user.name, 'admin');
    });

    it('are checked by the next controller when the first does not answer', async () => {
      const user = await usersOf({ controllers: [nowhere, fabric.url] }).signIn(
        'admin',
        fabric.password,
        signal,
      );

      assert.equal(user.name, 'admin');
    });

    it('are not checked a second time after a clear denial', async () => {
      const second = await startOne();
      const users = usersOf({ controllers: [fabric.url, second.url] });

      await assert.rejects(users.signIn('admin', 'wrong', signal), throws('access.denied'));

      assert.equal(second.stats().logins, 0);
    });

    it('are asked once more after a pause where the APIC takes no more log-ins now', async () => {
      const { username, password } = labPeople.viewer;
      fabric.faults.set({ unavailablePage: { only: 'logins', times: 1 } });

      const user = await usersOf({ pauseMs: 1 }).signIn(username, password, signal);

      assert.equal(user.name, username);
    });

    it('are not refused because the APIC is too busy to check', async () => {
      fabric.faults.set({ unavailablePage: { only: 'logins' } });

      await assert.rejects(
        usersOf().signIn('admin', fabric.password, signal),
        throws('access.unavailable', /dc1 does not answer.*503/),
      );
    });

    it('are told when no controller answers, or none in time', async () => {
      await assert.rejects(
        usersOf({ controllers: [nowhere] }).signIn('admin', 'x', signal),
        throws('access.unavailable', /ECONNREFUSED/),
      );
      fabric.faults.set({ stall: { only: 'logins' } });
      await assert.rejects(
        usersOf({ timeoutMs: 50 }).signIn('admin', 'x', signal),
        throws('access.unavailable', /50 ms/),
      );
    });

    it('give their password to nobody but the trusted APIC', async () => {
      const stranger = await startOne({ authority: await createAuthority('stranger') });
      const users = usersOf({ controllers: [stranger.url] });

      await assert.rejects(
        users.signIn('admin', fabric.password, signal),
        throws('access.unavailable', /certificate/),
      );

      assert.equal(stranger.stats().logins, 0);
    });
  });

  describe('who have a token of its GUI', () => {
    let client: PlainClient;
    let token: string;
    let challenge: string;

    beforeEach(async () => {
      client = new PlainClient(fabric);
      const { username: name, password: pwd } = labPeople.operator;
      const body = { aaaUser: { attributes: { name, pwd } } };
      const answer = await client.post('/api/aaaLogin.json?gui-token-request=yes', body);
      const attributes = answer.imdata[0]?.['aaaLogin']?.attributes;
      [token, challenge] = [attributes?.['token'] ?? '', attributes?.['urlToken'] ?? ''];
    });

    afterEach(() => client.close());

    it('are known with their roles, and stay signed in there', async () => {
      const user = await usersOf().whoHas(token, challenge, signal);

      client.cookie = `APIC-cookie=${token}`;
      const still = await client.get('/api/class/fvTenant.json', { 'APIC-challenge': challenge });
      assert.deepEqual(user, { name: 'olivia', roles: [{ role: 'ops', write: true, domain: 'all' }] });
      assert.equal(still.status, 200);
    });

    it('are nobody with a wrong challenge, without one, or with an invented token', async () => {
      const users = usersOf();

      const found = [
        await users.whoHas(token, 'other', signal),
        await users.whoHas(token, undefined, signal),
        await users.whoHas('invented', challenge, signal),
      ];

      assert.deepEqual(found, [undefined, undefined, undefined]);
    });

    it('are known without a challenge where the session has none', async () => {
      await client.login();

      const user = await usersOf().whoHas(client.token, undefined, signal);

      assert.equal(user?.name, 'admin');
    });

    it('are nobody after they signed out there', async () => {
      await client.login();
      await client.post('/api/aaaLogout.json', { aaaUser: { attributes: { name: 'admin' } } });

      assert.equal(await usersOf().whoHas(client.token, undefined, signal), undefined);
    });

    for (const odd of ['a; APIC-cookie=b', 'a\r\nX-Other: b', 'a b', '', 'x'.repeat(9000), 'ä'])
      it(`are nobody, and the APIC is not asked, with what is no token: ${JSON.stringify(odd.slice(0, 20))}`, async () => {
        const { requests } = fabric.stats();

        assert.equal(await usersOf().whoHas(odd, undefined, signal), undefined);
        assert.equal(await usersOf().whoHas(token, odd, signal), undefined);

        assert.equal(fabric.stats().requests, requests);
      });

    it('cannot be told when the APIC does not answer', async () => {
      await assert.rejects(usersOf({ controllers: [nowhere] }).whoHas(token, challenge, signal), (thrown) => {
        assert.equal(inspect(thrown, { depth: 9 }).includes(token), false);
        return throws('access.unavailable')(thrown);
      });
    });
  });
});

describe('the name of a login domain’s user', () => {
  const table: readonly (readonly [string, string])[] = [
    ['admin', 'admin'],
    ['ldap\\alice', 'apic#ldap\\\\alice'],
    ['ldap\\\\alice', 'apic#ldap\\\\alice'],
    ['apic#ldap\\alice', 'apic#ldap\\alice'],
    ['apic:ldap\\\\alice', 'apic:ldap\\\\alice'],
    ['\\alice', '\\alice'],
    ['ldap\\', 'ldap\\'],
  ];
  for (const [written, expected] of table)
    it(`${written} is ${expected} to the APIC`, () => assert.equal(loginName(written), expected));
});

describe('the account behind a name', () => {
  const same: readonly (readonly string[])[] = [
    ['admin', 'Admin', 'apic#admin', ' admin '],
    ['LOCAL\\admin', 'LOCAL\\\\admin', 'local\\\\\\ADMIN', 'apic#LOCAL\\\\admin', 'apic:local\\admin'],
  ];
  for (const names of same)
    it(`is one for ${names.join(', ')}`, () => assert.equal(new Set(names.map(accountOf)).size, 1));

  it('is another one in another domain', () => assert.notEqual(accountOf('a\\alice'), accountOf('b\\alice')));
});
