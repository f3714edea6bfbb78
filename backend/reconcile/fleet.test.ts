import assert from 'node:assert/strict';
import type { System } from '../apply/ports.ts';
import { wholePlan, wholePlanName } from '../model/approvals.ts';
import { keyText } from '../model/identity.ts';
import { changeId, type MappingPlan } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import type { Leaves } from '../plan/ports.ts';
import { openLedger } from '../store/ledger/ledger.ts';
import {
  arrange,
  aSystem,
  creation,
  dc1,
  documentOf,
  instance,
  nextRound,
  run,
  shop,
  type World,
} from './fleet.fixture.ts';

describe('another document for a fleet that runs', () => {
  it('ends a round that was planned from the one before: what is not sent yet is planned anew', async () => {
    const sent: string[] = [];
    const replies: (() => void)[] = [];
    const world = arrange(() =>
      aSystem({
        write: (batch) =>
          new Promise((resolve) => {
            sent.push(batch.changes[0]?.key.name ?? '');
            replies.push(() => resolve({ result: 'accepted' }));
          }),
      }),
    );
    world.changes = ['one', 'two', 'three'].map(creation);
    await run(world);

    world.changes = [];
    await world.fleet.setDocument(documentOf({ none: true }));
    for (let turn = 0; turn < 5; turn += 1) {
      replies.shift()?.();
      await world.clock.advance(1000);
    }

    assert.deepEqual(sent, ['one']);
    await world.stop();
  });

  it('makes anew only what is declared otherwise', async () => {
    const world = arrange();
    await run(world);

    await world.fleet.setDocument(documentOf());
    world.as = { shape: 'a', secrets: '2' };
    await world.fleet.setDocument(documentOf());
    world.as = { shape: 'b', secrets: '2' };
    await world.fleet.setDocument(documentOf());

    assert.deepEqual(world.made, ['a1', 'a2', 'b2']);
    await world.stop();
  });

  it('takes nothing away for a secret that cannot be read for a moment, and takes another one by itself', async () => {
    const world = arrange();
    await run(world);

    world.as = { shape: 'a', secrets: undefined };
    await world.clock.advance(60_000);
    assert.deepEqual(world.made, ['a1']);
    world.as = { shape: 'a', secrets: '2' };
    await world.clock.advance(60_000);

    assert.deepEqual(world.made, ['a1', 'a2']);
    await world.stop();
  });

  it('waits for what was never started as little as for what is not there', async () => {
    const world = arrange(() => aSystem({ stopped: () => new Promise(() => undefined) }));

    world.as = { shape: 'b', secrets: '1' };
    await world.fleet.setDocument(documentOf());

    assert.deepEqual(world.made, ['a1', 'b1']);
    await world.stop();
  });

  it('waits for its predecessor to let go, and not for ever', async () => {
    const systems = [aSystem({ stopped: () => new Promise(() => undefined) }), aSystem()];
    const world = arrange(() => systems.shift() ?? aSystem());
    await run(world);

    world.as = { shape: 'b', secrets: '1' };
    const changed = world.fleet.setDocument(documentOf());
    await world.clock.advance(30_000);
    assert.deepEqual(world.made, ['a1']);
    await world.clock.advance(30_000);
    await world.clock.advance(30_000);
    await changed;

    assert.deepEqual(world.made, ['a1', 'b1']);
    await world.stop();
  });
});

describe('first contact', () => {
  const hasRun = ({ inputs }: World): boolean | undefined => inputs.at(-1)?.ledger.hasRun(shop);

  /** One that ran before this process. */
  function ranBefore(): World {
    const ledger = openLedger(':memory:', { instance });
    ledger.settleMappings(new Map([[shop, 'externalEpg|dc1|k8s/calico']]));
    ledger.recordRun(shop, 1);
    ledger.confirmFirstPlan(shop, 'ann', 1);
    return arrange(aSystem, ledger);
  }

  it('is over for a mapping that ran before', async () => {
    const world = ranBefore();

    await run(world);

    assert.equal(hasRun(world), true);
    await world.stop();
  });

  for (const [title, documents] of [
    ['goes away and comes back', [documentOf({ none: true }), documentOf()]],
    ['comes to write elsewhere', [documentOf({ tenant: 'other' })]],
    ['is another instance’s', [documentOf({ instance: '8888' })]],
  ] as const)
    it(`begins anew for a mapping that ${title} while it runs`, async () => {
      const world = ranBefore();
      await run(world);

      for (const document of documents) await world.fleet.setDocument(document);
      await world.clock.advance(1000);

      assert.equal(hasRun(world), false);
      await world.stop();
    });

  const seen = ({ fleet, ledger }: World): readonly unknown[] => [
    fleet.systems.size,
    ledger.pendingNames(dc1),
    ledger.hasRun(shop),
  ];

  it('counts as over once all of the mapping is seen on its systems, and not while one is down', async () => {
    let view: System['view'] = { ...aSystem().view, problem: problem('fabric.unreachable', '') };
    const world = arrange(() => Object.defineProperty(aSystem(), 'view', { get: () => view }));
    world.plans = [{ mapping: shop } as MappingPlan];
    const leftover = keyText({ system: dc1, kind: 'externalEpg', name: 'left' });

    await run(world);
    const whileDown = seen(world);
    view = aSystem().view;
    world.unknown = new Map([[leftover, problem('fabric.unreachable', '')]]);
    await nextRound(world);
    const whilePartlySeen = seen(world);
    world.unknown = new Map();
    await nextRound(world);
    const whileUp = seen(world);
    view = { ...view, problem: problem('fabric.unreachable', '') };
    await nextRound(world);

    assert.deepEqual(whileDown, [1, [], false]);
    assert.deepEqual(whilePartlySeen, [1, [], false]);
    assert.deepEqual(whileUp, [1, [wholePlanName(shop)], true]);
    assert.deepEqual(world.ledger.pendingNames(dc1), []);
    await world.stop();
  });

  it('takes for seen neither what an earlier process saw, nor what was seen elsewhere', async () => {
    const ledger = openLedger(':memory:', { instance });
    ledger.setPending(dc1, wholePlanName(shop), wholePlan);
    const world = arrange(aSystem, ledger);
    const atStart = ledger.pendingNames(dc1);
    world.plans = [{ mapping: shop } as MappingPlan];
    await run(world);
    const planned = ledger.pendingNames(dc1);

    await world.fleet.setDocument(documentOf({ tenant: 'other' }));

    assert.deepEqual([atStart, planned, ledger.pendingNames(dc1)], [[], [wholePlanName(shop)], []]);
    await world.stop();
  });

  it('begins anew for a mapping that was gone when the process started', async () => {
    const ledger = openLedger(':memory:', { instance });
    ledger.settleMappings(new Map([[shop, 'elsewhere']]));
    ledger.recordRun(shop, 1);
    const world = arrange(aSystem, ledger);

    await run(world);

    assert.equal(hasRun(world), false);
    await world.stop();
  });
});

describe('what is fought over', () => {
  it('is looked at again when it may be tried once more, though nothing is heard of it', async () => {
    const world = arrange();
    const change = creation('one');
    world.changes = [change];
    await run(world);
    for (let round = 0; round < 2; round += 1) await nextRound(world);
    world.changes = [{ ...change, verdict: { apply: false, hold: 'fighting', detail: '' } }];
    await nextRound(world);
    const fought = (): boolean | undefined =>
      world.inputs.at(-1)?.ledger.isFoughtOver(changeId(change), change as Leaves);
    assert.equal(fought(), true);

    await world.clock.advance(600_000);

    assert.equal(fought(), false);
    await world.stop();
  });
});
