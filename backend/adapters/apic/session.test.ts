import assert from 'node:assert/strict';
import { startFabric, type Fabric } from '../../../lab/fabric/fabric.ts';
import { manualClock, type ManualClock } from '../../model/clock.ts';
import { ProblemError } from '../../model/problems.ts';
import { createPeer, type Peer } from '../http/peer.ts';
import { newCounters } from './counters.ts';
import { Session } from './session.ts';
import { labAuthority } from './testing/lab-authority.ts';
import { until } from './testing/world.ts';

const topSystem = { method: 'GET', path: '/api/class/topSystem.json' } as const;

describe('the session with an APIC', () => {
  let fabric: Fabric;
  let peers: Peer[];
  let clock: ManualClock;
  const stopping = new AbortController();

  beforeEach(() => {
    clock = manualClock(1_000_000);
  });

  afterEach(async () => {
    await Promise.all(peers.map((peer) => peer.close()));
    await fabric.close();
  });

  async function start(
    options: { refreshSeconds?: number; password?: string; before?: string[] } = {},
  ): Promise<Session> {
    const { refreshSeconds: refreshTimeoutSeconds = 600, password, before = [] } = options;
    fabric = await startFabric({ authority: await labAuthority(), refreshTimeoutSeconds });
    const trust = { caPem: fabric.caPem };
    peers = [...before, fabric.url].map((baseUrl) => createPeer({ baseUrl, trust }));
    const credentials = { username: fabric.username, password: password ?? fabric.password };
    const session = new Session({
      peers,
      credentials,
      clock,
      random: () => 0.5,
      log: () => undefined,
      counters: newCounters(),
    });
    session.start(stopping.signal);
    return session;
  }

  it('logs in once for many requests at the same time', async () => {
    const session = await start();

    await Promise.all(Array.from({ length: 5 }, () => session.request(topSystem)));

    assert.equal(fabric.stats().logins, 1);
  });

  it('says who we are', async () => {
    const session = await start();

    await session.login();

    assert.deepEqual(session.rights, [{ domain: 'all', rolesR: 'admin', rolesW: 'admin' }]);
  });

  it('renews the token at half its time, in the same session', async () => {
    const session = await start();
    const before = await session.login();

    await clock.advance(300_000);
    await until(() => session.current?.token !== before.token, 'another token');

    assert.equal(session.current?.generation, before.generation);
    assert.deepEqual([fabric.stats().logins, fabric.stats().tokenRefreshes], [1, 1]);
  });

  it('takes a new login before the old one reaches its maximum life', async () => {
    const session = await start({ refreshSeconds: 80_000 });
    const before = await session.login();

    await clock.advance(40_000_000);
    await until(() => fabric.stats().tokenRefreshes === 1, 'a refresh');
    await until(() => session.current?.token !== before.token, 'its token');
    await new Promise((done) => setTimeout(done, 10));
    await clock.advance(42_080_000);
    await session.whenReplaced(before);
    await session.request(topSystem);

    assert.equal(fabric.stats().logins, 2);
    assert.equal(session.current?.generation, 2);
  });

  it('tries refused credentials rarely, and fails at once meanwhile', async () => {
    const session = await start({ password: 'wrong' });
    const attempt = (): Promise<unknown> =>
      session.login().then(
        () => 'in',
        (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : thrown),
      );

    const answers = [await attempt(), await attempt(), await attempt()];
    const tries = fabric.stats().requests;
    await clock.advance(29_000);
    await attempt();
    const early = fabric.stats().requests;
    await clock.advance(10_000);
    await attempt();

    assert.deepEqual(answers, ['fabric.unauthorized', 'fabric.unauthorized', 'fabric.unauthorized']);
    assert.deepEqual([tries, early, fabric.stats().requests], [1, 1, 2]);
  });

  it('goes on to the next controller when one does not answer', async () => {
    const session = await start({ before: ['https://127.0.0.1:1'] });

    const login = await session.login();

    assert.equal(login.peer.baseUrl, fabric.url);
  });

  it('ends the session at the APIC', async () => {
    const session = await start();
    const { token, peer } = await session.login();

    await session.logOut();
    const answer = await peer.request('GET', topSystem.path, { headers: { cookie: `APIC-cookie=${token}` } });
    await answer.discard();

    assert.equal(answer.status, 403);
  });
});
