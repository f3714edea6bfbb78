import assert from 'node:assert/strict';
import { startBigip, type Bigip } from '../../../lab/bigip/bigip.ts';
import { manualClock, type ManualClock } from '../../model/clock.ts';
import { createPeer, type Peer, type PeerResponse } from '../http/peer.ts';
import { problemOfFailure } from './bigip-error.ts';
import { newCounters, type Counters } from './counters.ts';
import type { LoginsOptions } from './logins.ts';
import { Session } from './session.ts';
import { labAuthority } from './testing/world.ts';

const ask = { method: 'GET', path: '/mgmt/tm/sys/version' } as const;
const minutes = 60_000;

describe('a session with a BIG-IP', () => {
  let bigip: Bigip;
  let peer: Peer;
  let clock: ManualClock;
  let counters: Counters;

  const session = (
    credentials: { username?: string; password?: string } = {},
    options: Partial<LoginsOptions> = {},
  ): Session =>
    new Session({
      peer,
      credentials: { username: bigip.username, password: bigip.password, provider: 'tmos', ...credentials },
      clock,
      random: () => 0,
      log: () => undefined,
      counters,
      timeoutMs: 2000,
      ...options,
    });
  const codeOf = async (act: Promise<unknown>): Promise<string> => {
    try {
      await act;
      return 'none';
    } catch (thrown) {
      return problemOfFailure(thrown).code;
    }
  };

  beforeEach(async () => {
    bigip = await startBigip({ authority: await labAuthority() });
    peer = createPeer({ baseUrl: bigip.url, trust: { caPem: bigip.caPem } });
    clock = manualClock();
    counters = newCounters();
  });
  afterEach(async () => {
    await peer.close();
    await bigip.close();
  });

  it('uses one token for everything, and deletes it at the end', async () => {
    const one = session();

    await Promise.all([one.request(ask), one.request(ask), one.request(ask)]);
    assert.equal(bigip.device.stats().logins, 1);
    assert.equal(bigip.device.stats().tokens, 1);
    await one.logOut();

    assert.equal(bigip.device.stats().tokens, 0);
  });

  it('extends the token in good time, by as much as it had, counted from the login', async () => {
    const one = session();
    await one.request(ask);

    await clock.advance(11 * minutes);
    await one.request(ask);
    await one.request(ask);

    assert.equal(bigip.device.stats().logins, 1);
    assert.equal(bigip.device.stats().tokenCalls, 1);
    // Good for 31 minutes from the login: extended again at half of what is left.
    await clock.advance(9 * minutes);
    await one.request(ask);
    assert.equal(bigip.device.stats().tokenCalls, 1);
    await clock.advance(2 * minutes);
    await one.request(ask);
    assert.equal(bigip.device.stats().tokenCalls, 2);
  });

  it('logs in again, and lets the old token go, where it cannot be extended any further', async () => {
    const one = session();
    await one.request(ask);

    for (let hour = 0; hour < 11; hour += 1)
      for (let part = 0; part < 6; part += 1) {
        await clock.advance(10.5 * minutes);
        await one.request(ask);
      }

    assert.equal(counters.relogins, 1);
    assert.equal(bigip.device.stats().tokens, 1);
  });

  it('logs no token, though the device repeats it in what it answers', async () => {
    const logged: unknown[] = [];
    const tokens: string[] = [];
    const talkative: Peer = {
      ...peer,
      request: (method, path, options) => {
        const token = /tokens\/(.+)$/.exec(path)?.[1];
        if (token === undefined) return peer.request(method, path, options);
        tokens.push(token);
        const said = JSON.stringify({ code: 404, message: `Object not found - ${path}` });
        return Promise.resolve({ status: 404, text: () => Promise.resolve(said) } as PeerResponse);
      },
    };
    const one = session({}, { peer: talkative, log: (...line) => logged.push(line) });
    await one.request(ask);

    await clock.advance(11 * minutes);
    await one.request(ask);
    await one.logOut();

    assert.ok(tokens.length >= 2 && logged.length >= 2);
    for (const token of tokens) assert.ok(!JSON.stringify(logged).includes(token));
  });

  it('logs in again when the token has expired or is gone', async () => {
    const one = session();
    await one.request(ask);

    bigip.device.flushTokens();
    await one.request(ask);
    assert.equal(counters.relogins, 1);
    bigip.clock.advance(21 * minutes);
    await one.request(ask);

    assert.equal(counters.relogins, 2);
  });

  it('does not try refused credentials again for half a minute', async () => {
    const one = session({ password: 'wrong' });

    assert.equal(await codeOf(one.request(ask)), 'loadBalancer.unauthorized');
    await clock.advance(29_000);
    assert.equal(await codeOf(one.request(ask)), 'loadBalancer.unauthorized');
    assert.equal(bigip.device.stats().logins, 1);
    await clock.advance(2000);
    assert.equal(await codeOf(one.request(ask)), 'loadBalancer.unauthorized');

    assert.equal(bigip.device.stats().logins, 2);
  });

  it('says so when its user has as many tokens as the device allows', async () => {
    bigip.device.addUser({ name: 'sync', password: 'secret', role: 'manager' });
    const logins = Array.from({ length: 100 }, () => session({ username: 'sync', password: 'secret' }));
    for (const each of logins) await each.request(ask);

    const code = await codeOf(session({ username: 'sync', password: 'secret' }).request(ask));

    assert.equal(code, 'loadBalancer.too-many-tokens');
  });

  it('sends name and password where there is no token login', async () => {
    bigip.faults.set({ notRegistered: { only: 'logins' } });
    const one = session();

    await one.request(ask);
    await one.request(ask);

    assert.equal(bigip.device.stats().tokens, 0);
    assert.equal(counters.logins, 1);
  });

  it('takes a device that is only starting for that, and tries a token again', async () => {
    bigip.faults.set({ notRegistered: { only: 'all' } });
    const one = session();

    assert.equal(await codeOf(one.request(ask)), 'loadBalancer.restarting');
    bigip.faults.clear();
    await clock.advance(2000);
    await one.request(ask);

    assert.equal(bigip.device.stats().tokens, 1);
  });
});
