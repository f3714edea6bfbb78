import assert from 'node:assert/strict';
import { createUnavailableSystem } from '../adapters/system/unavailable-system.ts';
import type { System } from '../apply/ports.ts';
import { manualClock, type ManualClock } from '../model/clock.ts';
import { wholePlan, wholePlanName } from '../model/approvals.ts';
import {
  keyText,
  type InstanceId,
  type MappingName,
  type SystemName,
  type TargetKey,
} from '../model/identity.ts';
import type { Document, Mapping, Target } from '../model/mapping.ts';
import { changeId, type AtomId, type Change, type MappingPlan, type Plan } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import type { Leaves, PlanInput } from '../plan/ports.ts';
import { openLedger } from '../store/ledger/ledger.ts';
import type { DeclaredSystem } from './declared.ts';
import { Fleet } from './fleet.ts';
import type { DesiredState, Ledger } from './ports.ts';

const dc1 = 'dc1' as SystemName;
const shop = 'shop' as MappingName;
const instance = '7f3a' as InstanceId;

function documentOf(
  wanted: { readonly tenant?: string; readonly instance?: string; readonly none?: true } = {},
): Document {
  const to = { kind: 'externalEpg', system: dc1, tenant: wanted.tenant ?? 'k8s', l3out: 'calico' } as Target;
  const mapping = { name: shop, mode: 'full', from: {}, to: [to] } as unknown as Mapping;
  return {
    instance: wanted.instance ?? instance,
    mappings: wanted.none === true ? [] : [mapping],
    settings: { guard: { windowMs: 1000 } },
  } as unknown as Document;
}

const creation = (name: string): Change => ({
  type: 'createObject',
  key: { system: dc1, kind: 'externalEpg', name } satisfies TargetKey,
  mapping: shop,
  attributes: {},
  mark: { instance, mapping: '00000000' as never, source: '-' },
  verdict: { apply: true },
  atom: name as AtomId,
});

/** A system that can be seen, and takes one change with each request. */
function aSystem(over: Partial<System> = {}): System {
  const { view, ...rest } = createUnavailableSystem(dc1, problem('fabric.unreachable', ''));
  return {
    ...rest,
    view: { ...view, problem: undefined },
    write: () => Promise.resolve({ result: 'accepted' }),
    ...over,
  };
}

const wantsNothing = {
  keys: () => [],
  get: () => undefined,
  freshness: () => 'synced',
  problems: () => [],
  departure: () => undefined,
  wantedElsewhere: () => [],
  setDocument: () => new Set(),
  rebuild: () => new Set(),
  forgetDepartures: () => undefined,
} as unknown as DesiredState;

interface World {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly clock: ManualClock;
  /** What each plan was made from. */
  readonly inputs: PlanInput[];
  readonly made: string[];
  /** How the one system is declared; undefined: not at all. */
  as: Pick<DeclaredSystem, 'shape' | 'secrets'> | undefined;
  changes: readonly Change[];
  plans: Plan['mappings'];
  unknown: Plan['unknown'];
  stop(): Promise<void>;
}

function arrange(system: () => System = aSystem, ledger = openLedger(':memory:', { instance })): World {
  const stopping = new AbortController();
  const failures: string[] = [];
  const clock = manualClock();
  const world: Omit<World, 'fleet' | 'stop'> = {
    ledger,
    clock,
    inputs: [],
    made: [],
    as: { shape: 'a', secrets: '1' },
    changes: [],
    plans: [],
    unknown: new Map(),
  };
  const plan = (input: PlanInput): Plan => {
    world.inputs.push(input);
    const { changes, plans: mappings, unknown } = world;
    return { changes, findings: [], mappings, drains: [], unknown };
  };
  const declared = (as: NonNullable<World['as']>): DeclaredSystem => ({
    name: dc1,
    ...as,
    create: () => {
      world.made.push(`${as.shape}${as.secrets ?? '?'}`);
      return system();
    },
  });
  const fleet = new Fleet(
    {
      document: documentOf(),
      looksOnly: false,
      ledger,
      clock,
      random: () => 0.5,
      declare: () => ({ systems: world.as === undefined ? [] : [declared(world.as)], sources: [] }),
      guardWrite: (each) => (batch, signal) => each.write(batch, signal),
      createDesired: () => wantsNothing,
      createPlanner: () => ({ plan }),
      report: () => undefined,
      changed: () => undefined,
      failed: ({ detail }) => void failures.push(detail),
    },
    stopping.signal,
  );
  return Object.assign(world, {
    fleet,
    async stop() {
      stopping.abort(new Error('the end'));
      await fleet.stopped();
      ledger.close();
      assert.deepEqual(failures, []);
    },
  });
}

/** Until the first round is over. */
async function run({ fleet, clock }: World): Promise<void> {
  fleet.start();
  await fleet.settled();
  void fleet.run();
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(10);
}

async function nextRound({ fleet, clock }: World): Promise<void> {
  fleet.everythingDirty();
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(1000);
}

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
});
