import assert from 'node:assert/strict';
import { parseKeyText, type KeyText } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import { changeId, type AtomId, type Change, type DrainId } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import { itemId } from '../model/target-object.ts';
import { openLedger } from '../store/ledger/ledger.ts';
import { aSystem, arrange, creation, dc1, instance, run, shop, type World } from './fleet.fixture.ts';
import type { Ledger } from './ports.ts';

const left = 'dc1|externalEpg|k8s/calico/left' as KeyText;
const item = itemId('subnet', '10.0.0.1/32');
const drain = `${left} ${item}` as DrainId;
const removal: Change = {
  type: 'removeItem',
  key: parseKeyText(left),
  mapping: shop,
  item,
  itemKind: 'subnet',
  itemName: '10.0.0.1/32',
  mark: { instance, mapping: '00000000' as never, source: '-' },
  address: '10.0.0.1' as IpAddress,
  explanation: 'unexplained',
  cut: false,
  verdict: { apply: true },
  atom: 'left' as AtomId,
};

describe('a wall clock that is set while it runs', () => {
  const hour = 3_600_000;

  for (const [title, byMs] of [
    ['back', -hour],
    ['on', hour],
  ] as const)
    it(`makes what was refused wait neither longer nor shorter: ${title}`, async () => {
      const no = { result: 'refused', problem: problem('fabric.refused', 'no') } as const;
      const world = arrange(() => aSystem({ write: () => Promise.resolve(no) }));
      const change = creation('one');
      world.changes = [change];
      await run(world);
      const left = (): number => {
        const { now, ledger } = world.inputs.at(-1)!;
        return (ledger.backOff(changeId(change))?.until ?? NaN) - now;
      };
      world.changes = [{ ...change, verdict: { apply: false, hold: 'back-off', detail: '' } }];
      world.fleet.everythingDirty();
      await world.clock.advance(0);
      const before = left();

      world.clock.set(byMs);
      world.fleet.everythingDirty();
      await world.clock.advance(0);

      assert.equal(left(), before);
      await world.stop();
    });

  /** In a ledger: something is empty, drains, and was removed without an explanation. */
  function decidedAt(now: number): Ledger {
    const ledger = openLedger(':memory:', { instance });
    ledger.recordAct([removal], new Map([[shop, 100]]), now);
    ledger.recordEmpty(dc1, new Set([left]), now);
    ledger.recordDrains(dc1, new Set([drain]), now);
    return ledger;
  }

  function decisions({ inputs }: World): unknown[] {
    const { now, ledger } = inputs.at(-1)!;
    const age = (since: number | undefined): number => now - (since ?? NaN);
    const counted = ledger.guardWindow(shop, dc1)?.removed.size;
    return [counted, age(ledger.emptySince(left)), age(ledger.drainingSince(drain))];
  }

  /** What cannot be seen keeps its times. */
  function unseen(ledger: Ledger): World {
    const world = arrange(aSystem, ledger);
    world.unknown = new Map([[left, problem('fabric.unreachable', '')]]);
    return world;
  }

  for (const [title, byMs] of [
    ['back', -hour],
    ['on', hour],
  ] as const)
    it(`changes neither what the guard counts, nor how long something drains or is empty: ${title}`, async () => {
      const world = unseen(decidedAt(0));
      await run(world);
      world.fleet.everythingDirty();
      await world.clock.advance(0);
      const before = decisions(world);

      world.clock.set(byMs);
      world.fleet.everythingDirty();
      await world.clock.advance(0);

      assert.deepEqual(decisions(world), before);
      assert.equal(before[0], 1);
      await world.stop();
    });

  it('moves what is stored also while nothing is planned, so that the next process finds it right', async () => {
    const world = unseen(decidedAt(0));
    await run(world);

    world.clock.set(hour);
    await world.clock.advance(1000);

    assert.equal(world.ledger.emptySince(left), hour);
    await world.stop();
  });

  it('begins the time of what was decided later than now, by a clock that was set back since, at the start', async () => {
    const world = unseen(decidedAt(hour));

    await run(world);

    assert.deepEqual([world.ledger.emptySince(left), world.ledger.drainingSince(drain)], [0, 0]);
    await world.stop();
  });
});
