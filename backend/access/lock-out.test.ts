import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { problemOf } from '../model/problems.ts';
import { LockOut } from './lock-out.ts';

const alice = { name: 'local/alice', from: '192.0.2.1' };

function fail(lockOut: LockOut, subject: { name: string | undefined; from: string }, times: number): void {
  for (let count = 0; count < times; count += 1) lockOut.begin(subject);
}

function refusalOf(lockOut: LockOut, subject: { name: string | undefined; from: string }): string {
  try {
    lockOut.begin(subject);
    return 'let in';
  } catch (thrown) {
    const { code, detail } = problemOf(thrown);
    return `${code}: ${detail}`;
  }
}

describe('the lock-out', () => {
  it('lets one fail five times, then says how long to wait', () => {
    const lockOut = new LockOut(manualClock());

    fail(lockOut, alice, 5);

    assert.equal(refusalOf(lockOut, alice), 'access.locked: the next attempt is possible in 1 s');
  });

  it('doubles the wait with each further failure, up to five minutes', async () => {
    const clock = manualClock();
    const lockOut = new LockOut(clock);
    fail(lockOut, alice, 5);

    const waits: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      waits.push(refusalOf(lockOut, alice).replace(/.* in /, ''));
      await clock.advance(300_000);
      lockOut.begin(alice);
    }

    assert.deepEqual(waits, ['1 s', '2 s', '4 s', '8 s', '16 s', '32 s', '64 s', '3 min', '5 min', '5 min']);
  });

  it('counts attempts that have not ended yet as failures', () => {
    const lockOut = new LockOut(manualClock());
    const attempts = [1, 2, 3, 4, 5].map(() => lockOut.begin(alice));

    assert.match(refusalOf(lockOut, alice), /^access.locked/);
    attempts[0]?.succeeded();

    assert.equal(refusalOf(lockOut, alice), 'let in');
  });

  it('locks a name wherever the attempts come from', () => {
    const lockOut = new LockOut(manualClock());
    for (let host = 1; host <= 5; host += 1) lockOut.begin({ ...alice, from: `192.0.2.${host}` });

    assert.match(refusalOf(lockOut, { ...alice, from: '198.51.100.1' }), /^access.locked/);
    assert.equal(refusalOf(lockOut, { name: 'local/bob', from: '198.51.100.1' }), 'let in');
  });

  it('locks a peer whatever names it tries, and its whole IPv6 network', () => {
    const lockOut = new LockOut(manualClock());
    for (let count = 1; count <= 5; count += 1)
      lockOut.begin({ name: `local/user${count}`, from: `2001:db8::${count}` });

    assert.match(refusalOf(lockOut, { name: 'local/other', from: '2001:db8::ffff' }), /^access.locked/);
    assert.match(refusalOf(lockOut, { name: undefined, from: '2001:db8::a' }), /^access.locked/);
    assert.equal(refusalOf(lockOut, { name: 'local/other', from: '2001:db8:0:1::1' }), 'let in');
  });

  it('takes an IPv4 address and its mapped form for one peer', () => {
    const lockOut = new LockOut(manualClock());
    fail(lockOut, { name: undefined, from: '::ffff:192.0.2.9' }, 5);

    assert.match(refusalOf(lockOut, { name: undefined, from: '192.0.2.9' }), /^access.locked/);
  });

  it('forgets the failures after a success', () => {
    const lockOut = new LockOut(manualClock());
    fail(lockOut, alice, 4);
    lockOut.begin(alice).succeeded();

    fail(lockOut, alice, 4);

    assert.equal(refusalOf(lockOut, alice), 'let in');
  });

  it('still counts against the peer where only the password was right', () => {
    const lockOut = new LockOut(manualClock());
    fail(lockOut, alice, 4);

    lockOut.begin({ name: 'dc1/nobody-here', from: alice.from }).proven();

    assert.match(refusalOf(lockOut, { name: 'local/bob', from: alice.from }), /^access.locked/);
    assert.equal(refusalOf(lockOut, { name: 'dc1/nobody-here', from: '198.51.100.1' }), 'let in');
  });

  it('does not count what could not be found out', () => {
    const lockOut = new LockOut(manualClock());

    for (let count = 0; count < 20; count += 1) lockOut.begin(alice).withdrawn();

    assert.equal(refusalOf(lockOut, alice), 'let in');
  });

  it('keeps locked what others failed at, when an attempt is withdrawn', async () => {
    const clock = manualClock();
    const lockOut = new LockOut(clock);
    fail(lockOut, alice, 5);
    await clock.advance(1000);
    const slow = lockOut.begin(alice);
    await clock.advance(2000);
    lockOut.begin(alice);

    slow.withdrawn();

    assert.match(refusalOf(lockOut, alice), /^access.locked/);
  });

  it('forgets in the end', async () => {
    const clock = manualClock();
    const lockOut = new LockOut(clock);
    fail(lockOut, alice, 5);
    await clock.advance(3_600_001);

    fail(lockOut, alice, 4);

    assert.equal(refusalOf(lockOut, alice), 'let in');
  });
});
