import assert from 'node:assert/strict';
import { startFabric, type Fabric } from '../../../lab/fabric/fabric.ts';
import { baseFabric, mo } from '../../../lab/fabric/seed.ts';
import type { ApicOptions } from './options.ts';
import { labAuthority } from './testing/lab-authority.ts';
import { add, create, dnOf, follow, remove, subnet, until, type World } from './testing/world.ts';

const web = 'k8s/calico/web';
const [one, two] = [subnet('10.1.0.1'), subnet('10.1.0.2')];

describe('an address that leads to another fabric', () => {
  const open: Fabric[] = [];
  let fabric: Fabric;
  let known: string | undefined;
  let looks: number;
  let paused: boolean;
  let world: World;

  const startOne = async (serial: string, port = 0): Promise<Fabric> => {
    const options = { port, notificationDelayMs: 2, leafDelayMs: 4, loginThrottle: false };
    const started = await startFabric({ authority: await labAuthority(), ...options });
    started.seed(baseFabric());
    started.seed(mo('topSystem', { dn: 'topology/pod-1/node-1/sys', id: '1', serial }));
    open.push(started);
    return started;
  };
  const close = async (each: Fabric): Promise<void> => {
    open.splice(open.indexOf(each), 1);
    await each.close();
  };
  const replaceBy = async (serial: string): Promise<void> => {
    await close(fabric);
    fabric = await startOne(serial, Number(new URL(fabric.url).port));
  };
  const begin = async (system: Partial<ApicOptions> = {}): Promise<void> => {
    world = await follow(fabric, {
      system: {
        expectedIdentity: () => known,
        onIdentity: (identity) => {
          looks += 1;
          known ??= identity;
        },
        mayWrite: () => !paused,
        ...system,
      },
    });
  };
  const writeUntil = (code: string): Promise<void> =>
    until(async () => {
      const outcome = await world.write(create(web), add(web, one));
      return outcome.result === 'unknown' && outcome.problem.code === code;
    }, code);

  beforeEach(async () => {
    known = undefined;
    looks = 0;
    paused = false;
    fabric = await startOne('AAA');
  });

  afterEach(async () => {
    await world.letGo();
    for (const each of [...open]) await close(each);
  });

  it('is not written to, though it takes the login', async () => {
    await begin();

    await replaceBy('BBB');
    await writeUntil('fabric.identity');

    assert.deepEqual(fabric.subtree(dnOf(web)), []);
    assert.equal(fabric.stats().writes, 0);
    await until(() => world.system.view.problem?.code === 'fabric.identity', 'the refusal of the fabric');
    assert.match(world.system.view.identity ?? '', /BBB$/);
  });

  it('is not written to where a controller of it stands in the list', async () => {
    const other = await startOne('BBB');
    await begin({ controllers: [fabric.url, other.url] });

    await close(fabric);
    await writeUntil('fabric.identity');

    assert.equal(other.stats().writes, 0);
  });

  it('is not written to by what was planned before, even when the confirmed one answers again', async () => {
    await begin();
    await replaceBy('BBB');
    await until(() => world.system.view.problem?.code === 'fabric.identity', 'the refusal of the fabric');
    const { requests } = world.system.counters;

    const outcome = await world.write(create(web));

    assert.equal(outcome.result, 'unknown');
    assert.equal(world.system.counters.requests, requests);
  });

  it('is written to again when it leads back, or what answers is confirmed', async () => {
    await begin();
    await replaceBy('BBB');
    await writeUntil('fabric.identity');

    await replaceBy('AAA');
    await until(() => world.system.view.problem === undefined, 'the confirmed fabric');
    assert.equal((await world.write(create(web))).result, 'accepted');
    await replaceBy('BBB');
    await writeUntil('fabric.identity');
    known = known?.replace('AAA', 'BBB');
    await until(() => world.system.view.problem === undefined, 'the fabric that is confirmed now');

    assert.equal((await world.write(create(web))).result, 'accepted');
  });

  it('costs one look for each new login, also with the read of everything that follows', async () => {
    await begin();
    const { resyncs, logins } = world.system.counters;
    assert.equal(looks, 1);

    fabric.expireSessions();
    assert.equal((await world.write(create(web))).result, 'accepted');
    const isRead = (): boolean => world.system.counters.resyncs > resyncs;
    await until(() => isRead() && world.system.view.problem === undefined, 'a read of everything');

    assert.deepEqual([looks, world.system.counters.logins], [2, logins + 1]);
  });

  it('is not written to after a pause that began while the last look was under way', async () => {
    await begin();
    await world.write(create(web), add(web, one), add(web, two));
    fabric.faults.set({ stall: { times: 1, only: 'reads' } });
    const before = fabric.stats().requests;
    const writing = world.write(remove(web, one));
    await until(() => fabric.stats().requests > before, 'the look');

    paused = true;
    fabric.faults.clear();
    const outcome = await writing;

    assert.equal(outcome.result === 'unknown' && outcome.problem.code, 'write.paused');
    assert.equal(world.onFabric(web).length, 2);
    assert.equal(world.object(web).items.size, 2);
  });
});
