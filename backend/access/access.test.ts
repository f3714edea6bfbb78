import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Desk, FakeFabric, from, password, throws } from './access.fixture.ts';

describe('access', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
  });

  describe('of users of a fabric', () => {
    it('shows whose user it is, with the role that the fabric’s come to', async () => {
      const { person, session, endsAt } = await desk.asAlice();

      assert.deepEqual(person, { name: 'alice (dc1)', role: 'operator', via: 'apic' });
      assert.deepEqual(await desk.access.identify({ bearer: session }), person);
      assert.equal(endsAt, 43_200_000);
      assert.equal(desk.access.endsAt({ session }), 43_200_000);
      assert.equal(desk.access.endsAt({ session: 'other' }), null);
    });

    it('refuses a wrong password, an unknown fabric, and says which roles would do', async () => {
      await assert.rejects(desk.asAlice('wrong'), throws('access.denied', /dc1 says no/));
      await assert.rejects(
        desk.access.signIn({ fabric: 'dc9', username: 'alice', password: 'x' }, from),
        throws('access.denied', /no fabric dc9/),
      );
      desk.dc1.roles = [{ role: 'ops', write: true, domain: 'tenant-a' }];
      await assert.rejects(
        desk.asAlice(),
        throws('access.denied', /alice.*admin \(admin\), ops \(operator\)/),
      );
    });

    it('does not ask the fabric while the name is locked', async () => {
      for (let count = 0; count < 5; count += 1) await assert.rejects(desk.asAlice('wrong'));
      const { asked } = desk.dc1;
      const alice = { fabric: 'dc1', username: 'alice', password: 'fabric-secret' };

      await assert.rejects(desk.asAlice(), throws('access.locked'));
      await assert.rejects(
        desk.access.signIn({ ...alice, username: 'ALICE' }, '198.51.100.7'),
        throws('access.locked'),
      );

      assert.equal(desk.dc1.asked, asked);
    });

    it('locks an account however its name is written', async () => {
      for (const [peer, username] of [
        'alice',
        'LOCAL\\alice',
        'LOCAL\\\\alice',
        'ALICE',
        'local\\Alice',
      ].entries())
        await assert.rejects(
          desk.access.signIn({ fabric: 'dc1', username, password: 'wrong' }, `192.0.2.${peer}`),
          throws('access.denied'),
        );

      await assert.rejects(desk.asAlice('wrong', 'LOCAL\\\\\\alice'), throws('access.locked'));
    });

    it('goes on counting against a peer whose right password comes to no role', async () => {
      desk.dc1.roles = [];
      const guess = (): Promise<unknown> => desk.signIn('wrong', 'root', from);

      for (let count = 0; count < 2; count += 1) {
        await assert.rejects(guess(), throws('access.denied'));
        await assert.rejects(desk.asAlice(), throws('access.denied', /no role/));
      }
      await assert.rejects(guess(), throws('access.denied'));

      await assert.rejects(desk.signIn('wrong', 'somebody else', from), throws('access.locked'));
    });

    it('counts a fabric that does not answer as nobody’s failure', async () => {
      desk.dc1.isDown = true;
      for (let count = 0; count < 8; count += 1)
        await assert.rejects(desk.asAlice(), throws('access.unavailable'));
      desk.dc1.isDown = false;

      await assert.doesNotReject(desk.asAlice());
    });

    it('works the role out anew when the document changes', async () => {
      const { session } = await desk.asAlice();

      desk.settings = { ...desk.settings, roles: { admin: ['ops'], operator: [], viewer: [] } };
      assert.equal((await desk.access.identify({ session }))?.role, 'admin');
      desk.settings = { ...desk.settings, roles: { admin: [], operator: [], viewer: [] } };
      assert.equal(await desk.access.identify({ session }), undefined);
    });

    it('knows nobody of a fabric that is not desk.declared any more', async () => {
      const { session } = await desk.asAlice();

      desk.declared = [];

      assert.equal(await desk.access.identify({ session }), undefined);
    });
  });

  describe('sessions', () => {
    it('end at the sign-out, by cookie or by header', async () => {
      const [one, other] = [await desk.asAlice(), await desk.asAlice()];

      desk.access.signOut({ session: one.session });
      desk.access.signOut({ bearer: other.session });

      assert.equal(await desk.access.identify({ session: one.session }), undefined);
      assert.equal(await desk.access.identify({ session: other.session }), undefined);
    });

    it('that somebody ends are told of, and tokens too', async () => {
      let told = 0;
      const stop = desk.access.onEnd(() => (told += 1));
      await desk.claim();
      const { person, session } = await desk.signIn();
      assert.ok(person);
      const { id } = desk.access.createToken({ name: 'ci', role: 'viewer', days: 1 }, person);

      desk.access.signOut({ session: 'nobody’s' });
      assert.equal(told, 0);
      desk.access.signOut({ session });
      desk.access.revokeToken(id);
      await desk.access.changePassword({ current: password, next: 'another long one' }, person, {});
      assert.equal(told, 3);
      stop();
      desk.access.signOut({ session: (await desk.asAlice()).session });

      assert.equal(told, 3);
    });

    it('are not kept alive by streams', async () => {
      const { session } = await desk.asAlice();
      await desk.clock.advance(1_000_000);
      await desk.access.identify({ session }, 'passing');

      await desk.clock.advance(1_000_000);

      assert.equal(await desk.access.identify({ session }), undefined);
    });
  });

  describe('of whoever is not signed in', () => {
    it('is nobody', async () => {
      assert.equal(await desk.access.identify({}), undefined);
      assert.equal(await desk.access.identify({ session: 'x', bearer: 'aks_x' }), undefined);
    });

    it('is what the start allows', async () => {
      desk.start({ anonymous: 'viewer' });

      const person = await desk.access.identify({ session: 'ended' });

      assert.deepEqual(person, { name: 'anonymous', role: 'viewer', via: 'anonymous' });
      assert.equal(desk.access.ways().anonymous, 'viewer');
    });
  });

  describe('by tokens', () => {
    const root = { name: 'root', role: 'admin', via: 'local' } as const;

    it('knows a program by its token until that is over, and when it was used', async () => {
      const { token, id } = desk.access.createToken({ name: 'ci', role: 'operator', days: 1 }, root);
      await desk.clock.advance(1000);

      const person = await desk.access.identify({ bearer: token });

      assert.match(token, /^aks_[\w-]{43}$/);
      assert.deepEqual(person, { name: 'token ci', role: 'operator', via: 'token' });
      assert.deepEqual(desk.access.tokens(), [
        {
          id,
          name: 'ci',
          role: 'operator',
          createdAt: 0,
          createdBy: 'root',
          expiresAt: 86_400_000,
          lastUsedAt: 1000,
        },
      ]);
      await desk.clock.advance(86_399_000);
      assert.equal(await desk.access.identify({ bearer: token }), undefined);
    });

    it('stores no token, and knows it after the next start', async () => {
      const { token } = desk.access.createToken({ name: 'ci', role: 'viewer', days: 1 }, root);

      const person = await desk.start().identify({ bearer: token });

      assert.equal(JSON.stringify(desk.store.record).includes(token.slice(4)), false);
      assert.equal(person?.name, 'token ci');
    });

    it('refuses a revoked one', async () => {
      const { token, id } = desk.access.createToken({ name: 'ci', role: 'viewer', days: 1 }, root);

      desk.access.revokeToken(id);

      assert.equal(await desk.access.identify({ bearer: token }), undefined);
      assert.throws(() => desk.access.revokeToken(id), throws('request.not-found'));
    });

    it('makes none that may do more than its maker, none of a name that is taken', () => {
      const operator = { ...root, role: 'operator' } as const;
      desk.access.createToken({ name: 'ci', role: 'viewer', days: 1 }, root);

      assert.throws(
        () => desk.access.createToken({ name: 'x', role: 'admin', days: 1 }, operator),
        throws('access.role'),
      );
      assert.throws(
        () => desk.access.createToken({ name: 'ci', role: 'viewer', days: 1 }, root),
        throws('request.invalid'),
      );
    });

    it('has made and revoked none that could not be stored', async () => {
      const { token, id } = desk.access.createToken({ name: 'ci', role: 'viewer', days: 1 }, root);
      desk.store.fails = true;

      assert.throws(
        () => desk.access.createToken({ name: 'b', role: 'viewer', days: 1 }, root),
        throws('store.unwritable'),
      );
      assert.throws(() => desk.access.revokeToken(id), throws('store.unwritable'));

      assert.deepEqual(
        desk.access.tokens().map(({ name }) => name),
        ['ci'],
      );
      assert.ok(await desk.access.identify({ bearer: token }));
    });
  });

  describe('in the fabric’s own GUI', () => {
    const gui = { appCenter: { token: 'gui', challenge: 'yes' } };

    beforeEach(() => {
      desk.start({ appCenterFabric: () => 'dc1' });
    });

    it('asks nobody unless it is said whose GUI the page runs in', async () => {
      desk.start();

      assert.equal(await desk.access.identify(gui), undefined);
      assert.equal(desk.access.isStranger(gui), false);
      assert.equal(desk.dc1.asked, 0);
    });

    it('tells who has been met from whom the fabric would have to be asked about', async () => {
      const other = { appCenter: { token: 'other', challenge: undefined } };
      const before = [desk.access.isStranger(gui), desk.access.isStranger(other)];
      const asking = desk.access.identify(gui);
      const meanwhile = desk.access.isStranger(gui);
      await asking;
      await desk.access.identify(other);
      await desk.clock.advance(61_000);
      const { session } = await desk.asAlice();

      assert.deepEqual([...before, meanwhile], [true, true, false]);
      assert.deepEqual([desk.access.isStranger(gui), desk.access.isStranger(other)], [false, true]);
      assert.deepEqual(
        [desk.access.isStranger({}), desk.access.isStranger({ ...other, session })],
        [false, false],
      );
    });

    it('asks the fabric whose token it is, once a minute', async () => {
      const person = await desk.access.identify(gui);
      await desk.clock.advance(59_000);
      await desk.access.identify(gui);
      assert.deepEqual(person, { name: 'alice (dc1)', role: 'operator', via: 'appCenter' });
      assert.equal(desk.dc1.asked, 1);

      await desk.clock.advance(2000);
      await desk.access.identify(gui);

      assert.equal(desk.dc1.asked, 2);
    });

    it('asks once for requests that come together', async () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      desk.dc1.wait = promise;
      const all = [desk.access.identify(gui), desk.access.identify(gui), desk.access.identify(gui)];
      resolve(undefined);

      const people = await Promise.all(all);

      assert.equal(people.filter((person) => person?.name === 'alice (dc1)').length, 3);
      assert.equal(desk.dc1.asked, 1);
    });

    it('takes nobody’s token for nobody’s, and asks again after five seconds', async () => {
      const wrong = { appCenter: { token: 'gui', challenge: 'no' } };
      assert.equal(await desk.access.identify(wrong), undefined);
      await desk.clock.advance(4000);
      await desk.access.identify(wrong);
      assert.equal(desk.dc1.asked, 1);

      await desk.clock.advance(2000);
      await desk.access.identify(wrong);

      assert.equal(desk.dc1.asked, 2);
    });

    it('says that it cannot be checked, and asks anew the next time', async () => {
      desk.dc1.isDown = true;
      await assert.rejects(desk.access.identify(gui), throws('access.unavailable'));
      desk.dc1.isDown = false;

      assert.ok(await desk.access.identify(gui));
    });

    it('does not ask when a session says who it is', async () => {
      const { session } = await desk.asAlice();
      const { asked } = desk.dc1;

      const person = await desk.access.identify({ session, ...gui });

      assert.equal(person?.via, 'apic');
      assert.equal(desk.dc1.asked, asked);
    });

    it('shows the token to no other fabric than the GUI’s', async () => {
      const dc2 = new FakeFabric('dc2');
      desk.declared = [desk.dc1, dc2];
      desk.start({ appCenterFabric: () => 'dc2' });

      const person = await desk.access.identify(gui);

      assert.equal(person?.name, 'alice (dc2)');
      assert.equal(desk.dc1.asked, 0);
    });

    it('keeps neither token nor challenge', async () => {
      const secret = { token: 'gui-token-of-alice', challenge: 'challenge-of-alice' };
      await desk.access.identify({ appCenter: secret });

      const kept = inspect(desk.access, { depth: 12, showHidden: true });

      assert.equal(/gui-token-of-alice|challenge-of-alice/.test(kept), false);
    });
  });
});
