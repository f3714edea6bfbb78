/**
 * A fleet of one system in memory, with a real ledger, and plans that say what the test wants.
 */
import assert from 'node:assert/strict';
import { createUnavailableSystem } from '../adapters/system/unavailable-system.ts';
import type { System } from '../apply/ports.ts';
import { manualClock, type ManualClock } from '../model/clock.ts';
import type { InstanceId, MappingName, SystemName, TargetKey } from '../model/identity.ts';
import type { Document, Mapping, Target } from '../model/mapping.ts';
import type { AtomId, Change, Plan } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import type { PlanInput } from '../plan/ports.ts';
import { openLedger } from '../store/ledger/ledger.ts';
import type { DeclaredSystem } from './declared.ts';
import { Fleet } from './fleet.ts';
import type { DesiredState, Ledger } from './ports.ts';

export const dc1 = 'dc1' as SystemName;
export const shop = 'shop' as MappingName;
export const instance = '7f3a' as InstanceId;

export function documentOf(
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

export const creation = (name: string): Change => ({
  type: 'createObject',
  key: { system: dc1, kind: 'externalEpg', name } satisfies TargetKey,
  mapping: shop,
  attributes: {},
  mark: { instance, mapping: '00000000' as never, source: '-' },
  verdict: { apply: true },
  atom: name as AtomId,
});

/** A system that can be seen, and takes one change with each request. */
export function aSystem(over: Partial<System> = {}): System {
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

export interface World {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly clock: ManualClock;
  /** What each plan was made from. */
  readonly inputs: PlanInput[];
  readonly made: string[];
  /** How the one system is declared; undefined: not at all. */
  as: Pick<DeclaredSystem, 'shape' | 'secrets'> | undefined;
  /** What is declared beside it. */
  others: readonly DeclaredSystem[];
  changes: readonly Change[];
  plans: Plan['mappings'];
  unknown: Plan['unknown'];
  stop(): Promise<void>;
}

export function arrange(
  system: () => System = aSystem,
  ledger = openLedger(':memory:', { instance }),
): World {
  const stopping = new AbortController();
  const failures: string[] = [];
  const clock = manualClock();
  const world: Omit<World, 'fleet' | 'stop'> = {
    ledger,
    clock,
    inputs: [],
    made: [],
    as: { shape: 'a', secrets: '1' },
    others: [],
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
      declare: () => ({ systems: [...(world.as ? [declared(world.as)] : []), ...world.others], sources: [] }),
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
export async function run({ fleet, clock }: World): Promise<void> {
  fleet.start();
  await fleet.settled();
  void fleet.run();
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(10);
}

export async function nextRound({ fleet, clock }: World): Promise<void> {
  fleet.everythingDirty();
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(1000);
}
