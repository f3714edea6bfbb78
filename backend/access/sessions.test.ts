import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { manualClock, type ManualClock } from '../model/clock.ts';
import { Sessions, type Account } from './sessions.ts';

const admin: Account = { kind: 'local', username: 'admin' };
const alice: Account = { kind: 'fabric', fabric: 'dc1', username: 'alice', roles: [] };

describe('sessions', () => {
  let clock: ManualClock;
  let settings: { roles: { admin: []; operator: []; viewer: [] }; idleMs: number; endAfterMs: number };
  let sessions: Sessions;

  beforeEach(() => {
    clock = manualClock();
    settings = { roles: { admin: [], operator: [], viewer: [] }, idleMs: 1000, endAfterMs: 5000 };
    sessions = new Sessions(clock, () => settings);
  });

  it('are found by their secret of 256 bits, and by nothing else', () => {
    const { secret } = sessions.start(alice);

    assert.equal(Buffer.from(secret, 'base64url').length, 32);
    assert.deepEqual(sessions.find(secret)?.account, alice);
    assert.equal(sessions.find(`${secret}x`), undefined);
    assert.equal(sessions.find(''), undefined);
  });

  it('are kept without their secrets', () => {
    const { secret } = sessions.start(alice);

    assert.equal(inspect(sessions, { depth: 9, showHidden: true }).includes(secret), false);
  });

  it('end when nothing was asked for long enough, and go on while something is', async () => {
    const { secret } = sessions.start(alice);
    await clock.advance(900);
    assert.ok(sessions.find(secret));
    await clock.advance(900);
    assert.ok(sessions.find(secret));

    await clock.advance(1001);

    assert.equal(sessions.find(secret), undefined);
  });

  it('are not kept alive by a look in passing', async () => {
    const { secret } = sessions.start(alice);
    await clock.advance(600);
    assert.ok(sessions.find(secret, 'passing'));

    await clock.advance(600);

    assert.equal(sessions.find(secret, 'passing'), undefined);
  });

  it('end after their longest time however much they are used', async () => {
    const { secret, session } = sessions.start(alice);
    for (let count = 0; count < 5; count += 1) {
      assert.ok(sessions.find(secret));
      await clock.advance(999);
    }
    assert.ok(sessions.find(secret));

    await clock.advance(6);

    assert.equal(sessions.find(secret), undefined);
    assert.equal(session.endsAt, 5000);
  });

  it('follow stricter settings at once', async () => {
    const { secret } = sessions.start(alice);
    await clock.advance(500);

    settings.idleMs = 100;

    assert.equal(sessions.find(secret), undefined);
  });

  it('follow more generous settings from their next use', async () => {
    const { secret } = sessions.start(alice);
    settings.idleMs = 3000;
    assert.ok(sessions.find(secret));

    await clock.advance(2500);

    assert.ok(sessions.find(secret));
  });

  it('end one by one, or all of somebody but the spared ones', () => {
    const own = [sessions.start(admin).secret, sessions.start(admin).secret, sessions.start(admin).secret];
    const other = sessions.start(alice).secret;
    sessions.end(own[2]!);

    sessions.endWhere(({ kind }) => kind === 'local', [own[0]!]);

    assert.deepEqual(
      [...own, other].map((secret) => sessions.find(secret) !== undefined),
      [true, false, false, true],
    );
  });

  it('of one person are at most twenty: the one unused for longest goes', async () => {
    const first = sessions.start(alice).secret;
    const secrets: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      await clock.advance(1);
      secrets.push(sessions.start(alice).secret);
    }

    assert.equal(sessions.find(first), undefined);
    assert.equal(secrets.filter((secret) => sessions.find(secret) !== undefined).length, 20);
  });

  it('are at most a thousand', () => {
    const secrets = Array.from(
      { length: 1100 },
      (_, index) => sessions.start({ ...alice, username: `user${index}` }).secret,
    );

    assert.equal(secrets.filter((secret) => sessions.find(secret) !== undefined).length, 1000);
  });
});
