import assert from 'node:assert/strict';
import { ProblemError } from '../model/problems.ts';
import { cost, Desk, from, password, throws } from './access.fixture.ts';
import { hashPassword } from './password.ts';

describe('local accounts', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
  });

  describe('at the first start', () => {
    it('gives a one-time code, and the administrator to whoever has it', async () => {
      assert.deepEqual(desk.access.ways(), { claim: true, local: false, fabrics: ['dc1'], anonymous: null });

      const { session, person } = await desk.claim();

      assert.deepEqual(person, { name: 'root', role: 'admin', via: 'local' });
      assert.deepEqual(await desk.access.identify({ session }), person);
      assert.deepEqual(desk.access.ways(), { claim: false, local: true, fabrics: ['dc1'], anonymous: null });
      assert.equal(desk.codes.length, 1);
    });

    it('makes no code where no administrator is to be made, and refuses whatever is sent as one', async () => {
      desk.codes.length = 0;
      desk.start({ onClaimCode: undefined });

      await assert.rejects(desk.claim('AAAA-BBBB'), throws('access.denied', /no code/));
      assert.deepEqual(desk.codes, []);
      assert.deepEqual(desk.access.ways(), { claim: false, local: false, fabrics: ['dc1'], anonymous: null });
    });

    it('takes the code once, of two that come together too', async () => {
      const both = await Promise.allSettled([desk.claim(), desk.claim()]);

      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      await assert.rejects(desk.claim(), throws('access.denied', /already/));
    });

    it('refuses another code, and locks out whoever goes on guessing', async () => {
      const guess = (): Promise<unknown> =>
        desk.access.claim({ code: 'AAAA-BBBB', username: 'root', password }, from);
      for (let count = 0; count < 5; count += 1) await assert.rejects(guess(), throws('access.denied'));

      await assert.rejects(guess(), throws('access.locked', /1 s/));

      await assert.doesNotReject(
        desk.access.claim({ code: desk.codes[0]!, username: 'root', password }, '198.51.100.7'),
      );
    });

    it('takes the code for 24 hours, and another one after the next start', async () => {
      await desk.clock.advance(86_400_000);

      await assert.rejects(desk.claim(), throws('access.denied', /24 hours.*start again/));
      assert.equal(desk.access.ways().claim, false);
      desk.start();

      await assert.rejects(desk.claim(desk.codes[0]), throws('access.denied', /not the code/));
      assert.equal((await desk.claim(desk.codes[1])).person?.name, 'root');
    });

    it('keeps the code when the administrator cannot be stored', async () => {
      desk.store.fails = true;
      await assert.rejects(desk.claim(), throws('store.unwritable'));
      desk.store.fails = false;

      const { person } = await desk.claim();

      assert.equal(person?.name, 'root');
    });

    it('gives no code when there is an administrator', async () => {
      await desk.claim();
      desk.codes.length = 0;

      desk.start();

      assert.deepEqual(desk.codes, []);
      assert.equal((await desk.signIn()).person?.name, 'root');
    });
  });

  describe('of the local administrator', () => {
    beforeEach(async () => {
      await desk.claim();
    });

    it('refuses a wrong password and an unknown name in the same words', async () => {
      await assert.rejects(desk.signIn('wrong'), throws('access.denied', /^name or password is wrong$/));
      await assert.rejects(
        desk.signIn(password, 'nobody'),
        throws('access.denied', /^name or password is wrong$/),
      );
    });

    it('locks a name after five failures, the right password included, and opens it in time', async () => {
      for (let peer = 1; peer <= 5; peer += 1)
        await assert.rejects(desk.signIn('wrong', 'root', `192.0.2.${peer}`), throws('access.denied'));

      await assert.rejects(desk.signIn(password, 'root', '192.0.2.9'), throws('access.locked', /1 s/));
      await desk.clock.advance(1000);

      assert.equal((await desk.signIn(password, 'root', '192.0.2.9')).person?.name, 'root');
    });

    it('forgets failures after a success', async () => {
      const failFourTimes = async (): Promise<void> => {
        for (let count = 0; count < 4; count += 1) await assert.rejects(desk.signIn('wrong'));
      };
      await failFourTimes();
      await desk.signIn();

      await failFourTimes();

      await assert.doesNotReject(desk.signIn());
    });

    it('computes few passwords at once, and turns away whoever comes beyond', async () => {
      const crowd = Array.from({ length: 30 }, (_, index) =>
        desk
          .signIn('wrong', `user${index}`, `10.0.0.${index}`)
          .catch((thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : thrown)),
      );

      const answers = await Promise.all(crowd);

      assert.equal(answers.filter((each) => each === 'access.denied').length, 18);
      assert.equal(answers.filter((each) => each === 'access.locked').length, 12);
    });

    it('changes the password and ends the other sessions of theirs', async () => {
      const [own, other] = [await desk.signIn(), await desk.signIn()];
      const alice = await desk.asAlice();

      await desk.access.changePassword({ current: password, next: 'another password' }, own.person!, {
        session: own.session,
      });

      assert.ok(await desk.access.identify({ session: own.session }));
      assert.equal(await desk.access.identify({ session: other.session }), undefined);
      assert.ok(await desk.access.identify({ session: alice.session }));
      await assert.rejects(desk.signIn(), throws('access.denied'));
      await assert.doesNotReject(desk.signIn('another password'));
    });

    it('changes no password without the present one, nor that of somebody else', async () => {
      const { person } = await desk.signIn();
      const { person: alice } = await desk.asAlice();
      const change = { current: 'wrong', next: 'another password' };

      await assert.rejects(
        desk.access.changePassword(change, person!, {}),
        throws('access.denied', /present/),
      );
      await assert.rejects(
        desk.access.changePassword({ ...change, current: password }, alice!, {}),
        throws('access.denied', /only the local administrator/),
      );

      await assert.doesNotReject(desk.signIn());
    });

    it('gives no session to a sign-in that began before the password was changed', async () => {
      // Slow to compare and quick to replace: the sign-in that waits for its turn ends last.
      const slow = await hashPassword('old', 2 ** 14);
      desk.store.record = { administrator: { username: 'root', ...slow }, tokens: [] };
      desk.start();
      const root = { name: 'root', role: 'admin', via: 'local' } as const;
      const change = desk.access.changePassword({ current: 'old', next: password }, root, {});
      const other = desk.signIn('x', 'nobody', '192.0.2.8').catch(() => undefined);
      const late = desk.signIn('old').then(
        ({ session }) => session,
        () => undefined,
      );

      await Promise.all([change, other]);
      const session = await late;

      assert.equal(await desk.access.identify({ session }), undefined);
    });

    it('makes a hash of a lower cost anew', async () => {
      desk.store.record = {
        administrator: { username: 'root', ...(await hashPassword('old', 1024)) },
        tokens: [],
      };
      desk.start();

      await desk.signIn('old');

      assert.equal(desk.store.record.administrator?.cost, cost);
      await assert.doesNotReject(desk.signIn('old'));
    });
  });
});
