import assert from 'node:assert/strict';
import { startBigip, type Bigip } from '../../../lab/bigip/bigip.ts';
import type { BigipSeed } from '../../../lab/bigip/seed.ts';
import type { Change } from '../../model/plan.ts';
import { marked, member, remove } from './testing/changes.ts';
import { follow, labAuthority, until } from './testing/world.ts';

const seed: BigipSeed = {
  partitions: [{ name: 'k8s' }],
  pools: [
    {
      name: 'web',
      partition: 'k8s',
      ...marked(),
      members: ['10.0.0.1:80', '10.0.0.2:80'].map((name) => ({ name, ...marked() })),
    },
  ],
};
const removal: Change = remove('k8s/web', member('10.0.0.1:80'));
const both = ['10.0.0.1:80', '10.0.0.2:80'];
const theirs = '00000000-0000-4000-8000-0000000000bb';

describe('an address that leads to another BIG-IP', () => {
  let bigip: Bigip;
  let known: string | undefined;
  let paused: boolean;
  let world: Awaited<ReturnType<typeof follow>>;

  const startOne = async (machineId?: string): Promise<void> => {
    const port = (bigip as Bigip | undefined) === undefined ? 0 : Number(new URL(bigip.url).port);
    bigip = await startBigip({
      authority: await labAuthority(),
      port,
      ...(machineId !== undefined && { identity: { machineId } }),
    });
    bigip.device.seed(seed);
  };
  const replaceBy = async (machineId?: string): Promise<void> => {
    await bigip.close();
    await startOne(machineId);
  };
  const membersThere = (): string[] => bigip.device.objects('member', '/k8s/web').map(({ name }) => name);
  const writeUntil = (code: string): Promise<void> =>
    until(async () => {
      const outcome = await world.write(removal);
      return outcome.result === 'unknown' && outcome.problem.code === code;
    }, code);

  beforeEach(async () => {
    await startOne();
    known = undefined;
    paused = false;
    world = await follow(bigip, {
      system: {
        expectedIdentity: () => known,
        onIdentity: (identity) => (known ??= identity),
        mayWrite: () => !paused,
      },
    });
    await world.refresh('k8s/web');
  });

  afterEach(async () => {
    await world.letGo();
    await bigip.close();
    bigip = undefined as unknown as Bigip;
  });

  for (const login of ['a token', 'name and password'] as const)
    it(`is not written to, with ${login}`, async () => {
      if (login === 'name and password') {
        await world.letGo();
        bigip.faults.set({ notRegistered: { only: 'logins' } });
        world = await follow(bigip, {
          system: { expectedIdentity: () => known, onIdentity: (identity) => (known ??= identity) },
        });
        await world.refresh('k8s/web');
      }

      await replaceBy(theirs);
      if (login === 'name and password') bigip.faults.set({ notRegistered: { only: 'logins' } });
      await writeUntil('loadBalancer.identity');

      assert.deepEqual(membersThere(), both);
      assert.equal(world.system.view.problem?.code, 'loadBalancer.identity');
      assert.equal(world.system.view.identity, theirs);
    });

  it('is written to again when it leads back, or what answers is confirmed', async () => {
    await replaceBy(theirs);
    await writeUntil('loadBalancer.identity');

    await replaceBy();
    await until(() => world.system.view.problem === undefined, 'the confirmed device');
    assert.deepEqual(await world.write(removal), { result: 'accepted' });
    await replaceBy(theirs);
    await writeUntil('loadBalancer.identity');
    known = theirs;
    await until(() => world.system.view.problem === undefined, 'the device that is confirmed now');
    await world.refresh('k8s/web');

    assert.deepEqual(await world.write(removal), { result: 'accepted' });
    assert.deepEqual(membersThere(), ['10.0.0.2:80']);
  });

  it('does not keep what was written from being saved at the end, where each write takes a look', async () => {
    await world.letGo();
    bigip.faults.set({ notRegistered: { only: 'logins' } });
    world = await follow(bigip, { system: { saveAfterMs: 3_600_000 } });
    await world.refresh('k8s/web');
    assert.deepEqual(await world.write(removal), { result: 'accepted' });

    await world.letGo();

    assert.equal(bigip.device.unsaved, 0);
  });

  it('costs one look more for each new login', async () => {
    const { reads, logins } = world.system.counters;

    bigip.device.flushTokens();
    await world.write(removal);

    // Who answers is two requests; the member is read as ever.
    assert.deepEqual([world.system.counters.reads, world.system.counters.logins], [reads + 3, logins + 1]);
  });

  it('is not written to after a pause that began while the last look was under way', async () => {
    bigip.faults.set({ stall: { times: 1, only: 'reads' } });
    const before = bigip.device.stats().requests;
    const writing = world.write(removal);
    await until(() => bigip.device.stats().requests > before, 'the look');

    paused = true;
    bigip.faults.clear();
    const outcome = await writing;

    assert.equal(outcome.result === 'unknown' && outcome.problem.code, 'write.paused');
    assert.deepEqual(membersThere(), both);
    assert.equal(world.problem('k8s/web'), undefined);
  });
});
