/** What a fabric does to its clients on bad days, and that the System comes through with the truth. */
import assert from 'node:assert/strict';
import { mo } from '../../../lab/fabric/seed.ts';
import type { ProblemCode } from '../../model/problems.ts';
import {
  add,
  create,
  dnOf,
  fabricName,
  follow,
  key,
  remove,
  startWorld,
  subnet,
  until,
  type World,
} from './testing/world.ts';

const web = 'k8s/calico/web';
const signal = new AbortController().signal;

describe('a fabric on a bad day', () => {
  let world: World;

  afterEach(() => world.stop());

  const codeOf = (): ProblemCode | undefined => world.system.view.problem?.code;

  it('logs in again when the token has expired, and repeats the write once', async () => {
    world = await startWorld();
    world.fabric.faults.set({ expiredToken: { times: 1 } });

    const outcome = await world.write(create(web));

    assert.equal(outcome.result, 'accepted');
    assert.equal(world.fabric.stats().logins, 2);
    await until(() => world.fabric.stats().sockets === 1, 'a socket of the new login');
    await until(() => codeOf() === undefined, 'health');
  });

  it('hears again after its sessions were ended by others', async () => {
    world = await startWorld();

    world.fabric.expireSessions();
    await until(
      () => world.system.counters.resyncs >= 2 && codeOf() === undefined,
      'a full read after the loss',
    );
    world.fabric.seed(mo('l3extInstP', { dn: dnOf(web) }));
    await world.awaitDrift(web);

    assert.ok(world.drifted().includes(web));
  });

  it('calls a refusal for lack of rights by its name, without logging in over and over', async () => {
    world = await startWorld();
    world.fabric.faults.set({ forbidden: { only: 'writes' } });

    const outcomes = [
      await world.write(create(web)),
      await world.write(create(web)),
      await world.write(create(web)),
    ];

    for (const outcome of outcomes) {
      assert.equal(outcome.result, 'refused');
      assert.equal(outcome.problem.code, 'fabric.forbidden');
    }
    assert.ok(world.fabric.stats().logins <= 2, `${world.fabric.stats().logins} logins`);
  });

  it('says that it does not know when the web server answers instead of the APIC', async () => {
    world = await startWorld();
    world.fabric.faults.set({ unavailablePage: { times: 1, only: 'writes' } });

    const outcome = await world.write(create(web));
    const unknown = world.system.view.get(key(web));
    await world.system.refresh([key(web)], signal);

    assert.equal(outcome.result, 'unknown');
    assert.equal(outcome.problem.code, 'fabric.unknown-outcome');
    assert.ok('code' in unknown);
    assert.equal(world.object(web).exists, false);
  });

  it('finds that a write was applied although its reply was lost', async () => {
    world = await startWorld();
    world.fabric.faults.set({ applyThenFail: { times: 1 } });

    const outcome = await world.write(create(web), add(web, subnet('10.1.0.1')));
    await world.system.refresh([key(web)], signal);

    assert.equal(outcome.result, 'unknown');
    assert.deepEqual([...world.object(web).items.keys()], ['subnet:10.1.0.1/32']);
  });

  it('leaves a key unknown while it cannot be read, and never calls it absent', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, subnet('10.1.0.1')));
    world.fabric.faults.set({ emptyPage: { only: 'reads' } });

    world.fabric.remove(`${dnOf(web)}/extsubnet-[10.1.0.1/32]`);
    await world.awaitDrift(web);
    await world.system.refresh([key(web)], signal);
    const meanwhile = world.system.view.get(key(web));
    world.fabric.faults.clear();
    await world.system.refresh([key(web)], signal);

    assert.ok('code' in meanwhile);
    assert.equal(meanwhile.code, 'fabric.incomplete');
    assert.equal(world.object(web).items.size, 0);
  });

  it('asks for another look at a key that could not be read, once a read of everything could', async () => {
    world = await startWorld({ system: { resyncMs: 300 } });
    await world.write(create(web), add(web, subnet('10.1.0.1')));
    world.fabric.faults.set({ unavailablePage: { times: 1, only: 'writes' } });
    await world.write(add(web, subnet('10.1.0.2')));
    const meanwhile = world.system.view.get(key(web));
    world.drifted();

    await world.awaitDrift(web);

    assert.ok('code' in meanwhile);
    assert.deepEqual([...world.object(web).items.keys()], ['subnet:10.1.0.1/32']);
  });

  it('reads page after page, and again when a page is cut short', async () => {
    const many = Array.from({ length: 25 }, (_, index) => mo('l3extSubnet', { ip: `10.2.0.${index}/32` }));
    world = await startWorld({
      system: { pageSize: 10 },
      seed: (fabric) => {
        fabric.seed(mo('l3extInstP', { dn: dnOf(web) }, many));
        fabric.faults.set({ truncatedPage: { times: 2, matching: 'l3extSubnet' } });
      },
    });

    assert.equal(world.object(web).items.size, 25);
  });

  it('stays without an answer until the first read is whole', async () => {
    world = await startWorld({ impatient: true });
    world.fabric.faults.set({ truncatedPage: { matching: 'page-size=5000' } });

    const before = world.system.view.get(key(web));
    await until(() => codeOf() === 'fabric.incomplete', 'half an answer');
    world.fabric.faults.clear();
    await until(() => codeOf() === undefined, 'health');

    assert.ok('code' in before);
    assert.equal(world.object(web).exists, false);
  });

  it('connects again after a dropped socket and finds what it was not told', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, subnet('10.1.0.1')));

    world.fabric.dropSockets();
    world.fabric.remove(`${dnOf(web)}/extsubnet-[10.1.0.1/32]`);
    await until(() => codeOf() !== undefined, 'the loss');
    await until(() => codeOf() === undefined, 'health');

    assert.ok(world.drifted().includes('all'));
    assert.equal(world.object(web).items.size, 0);
    assert.equal(world.system.counters.reconnects, 1);
  });

  it('reads everything again when a subscription could not be kept', async () => {
    world = await startWorld({ system: { subscriptionSeconds: 1 } });
    world.fabric.faults.set({ refusedRefresh: { times: 1 }, notificationsLost: { times: 1 } });

    world.fabric.seed(mo('l3extInstP', { dn: dnOf(web) }));
    await until(() => world.object(web).exists, 'the EPG that no notification told of');

    assert.equal(codeOf(), undefined);
    assert.ok(world.fabric.stats().subscriptions <= 6);
  });

  it('finds by the periodic read what a lost notification should have told', async () => {
    world = await startWorld({ system: { resyncMs: 300 } });
    world.fabric.faults.set({ notificationsLost: {} });

    world.fabric.seed(mo('l3extInstP', { dn: dnOf(web) }));
    await world.awaitDrift(web);

    assert.equal(world.object(web).exists, true);
    assert.ok(world.system.counters.missedChanges >= 1);
  });

  it('ends with the truth when notifications come late, twice and in the wrong order', async () => {
    world = await startWorld();
    world.fabric.faults.set({
      notificationsDoubled: { probability: 0.5 },
      notificationsLate: { probability: 0.5, ms: 40 },
      notificationsReordered: { probability: 0.5 },
    });
    const items = Array.from({ length: 20 }, (_, index) => subnet(`10.3.0.${index}`));

    await world.write(create(web), ...items.map((item) => add(web, item)));
    await world.write(...items.slice(0, 10).map((item) => remove(web, item)));
    world.fabric.remove(`${dnOf(web)}/extsubnet-[10.3.0.15/32]`);
    await world.awaitDrift(web);
    await new Promise((done) => setTimeout(done, 100));
    await world.system.refresh([key(web)], signal);

    const known = [...world.object(web).items.values()].map((item) => `extsubnet-[${item.name}]`);
    assert.deepEqual(known.sort(), world.onFabric(web));
    assert.equal(known.length, 9);
  });

  it('believes nothing of a fabric that is not the confirmed one', async () => {
    let seen = '';
    world = await startWorld({
      impatient: true,
      system: { expectedIdentity: () => 'another', onIdentity: (identity) => (seen = identity) },
    });

    await until(() => codeOf() === 'fabric.identity', 'the refusal of the fabric');
    const answer = world.system.view.get(key(web));

    assert.ok('code' in answer && answer.code === 'fabric.identity');
    assert.equal(world.system.view.identity, seen);
    assert.deepEqual([...world.system.view.owned()], []);
  });

  it('takes the next controller when the first does not answer', async () => {
    const first = await startWorld();
    world = first;
    const second = await follow(first.fabric, {
      system: { controllers: ['https://127.0.0.1:1', first.fabric.url] },
    });

    assert.equal(second.system.name, fabricName);
    assert.equal(second.object(web).exists, false);
    assert.equal(second.system.view.problem, undefined);
    await second.stop().catch(() => undefined);
    world = { ...first, stop: () => Promise.resolve() };
    await first.stop().catch(() => undefined);
  });

  it('goes over to the next controller, socket and all, when the present one dies', async () => {
    const [first, second] = [await startWorld(), await startWorld()];
    world = await follow(second.fabric, { system: { controllers: [first.fabric.url, second.fabric.url] } });

    await first.stop();
    await until(() => world.system.counters.relogins > 0, 'a login at the next controller');
    await until(() => codeOf() === undefined, 'health');
    second.fabric.seed(mo('l3extInstP', { dn: dnOf(web) }));
    await world.awaitDrift(web);
    const outcome = await world.write(create('k8s/calico/other'));

    assert.equal(outcome.result, 'accepted');
    await second.stop().catch(() => undefined);
  });

  it('tells a wrong password from an APIC that does not answer', async () => {
    world = await startWorld({
      impatient: true,
      system: { credentials: { username: 'admin', password: 'wrong' } },
    });

    await until(() => codeOf() !== 'fabric.incomplete', 'a verdict');

    assert.equal(codeOf(), 'fabric.unauthorized');
    assert.equal(world.fabric.stats().logins <= 1, true);
  });
});
