/**
 * The laws of the plan, over random worlds: few names, few addresses, every kind of mark, mode, freshness and departure.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keyText, type MappingName } from '../model/identity.ts';
import type { OwnershipMark } from '../model/ownership-mark.ts';
import { changeId, type Approval, type Change, type Explanation, type Plan } from '../model/plan.ts';
import type { ActualObject, DesiredObject } from '../model/target-object.ts';
import { waitingFor } from '../model/approvals.ts';
import { createPlanner } from './make-plan.ts';
import {
  applyPlan,
  due,
  have,
  inputOf,
  instance,
  key,
  mapping,
  mark,
  otherInstance,
  planOf,
  subnet,
  want,
  type World,
} from './plan.fixture.ts';

const runs = { numRuns: 150 };
const addresses = Array.from({ length: 6 }, (_, index) => `10.0.0.${index + 1}`);
const keys = [key('a'), key('b'), key('c'), key('a', 'other')];
const marks: readonly (OwnershipMark | undefined)[] = [
  undefined,
  otherInstance,
  mark('web'),
  mark('shop'),
  mark('web', '-'),
  mark('gone'),
];
const explanations: readonly Explanation[] = [
  'deleted',
  'no-longer-qualifies',
  'mapping-edited',
  'unexplained',
];

const someAddresses = fc.uniqueArray(fc.constantFrom(...addresses), { maxLength: 5 });
const someMark = fc.constantFrom(...marks);

const someWish: fc.Arbitrary<Parameters<typeof want>[1]> = fc.record({
  mapping: fc.constantFrom('web', 'shop'),
  addresses: someAddresses,
  contracts: fc.subarray(['web', 'nowhere']),
  create: fc.boolean(),
  whenEmpty: fc.constantFrom('keep', 'delete'),
  allowIsolated: fc.boolean(),
  attributes: fc.constantFrom({}, { description: 'new' }),
});

const somePresence: fc.Arbitrary<Parameters<typeof have>[1]> = fc.record({
  mark: someMark,
  addresses: fc
    .tuple(someAddresses, fc.array(someMark, { minLength: 5, maxLength: 5 }))
    .map(([list, own]) => list.map((address, index) => [address, own[index]] as const)),
  contracts: fc.subarray(['web', 'other']),
  attributes: fc.constantFrom({}, { description: 'old', extra: 'theirs' }),
  foreignChildren: fc.constantFrom(0, 0, 1),
  reachability: fc.constantFrom('contract', 'isolated'),
});

function perKey<Value, Made>(
  value: fc.Arbitrary<Value>,
  make: (at: (typeof keys)[number], value: Value) => Made,
): fc.Arbitrary<Made[]> {
  return fc
    .tuple(...keys.map(() => fc.option(value, { nil: undefined })))
    .map((values) => values.flatMap((each, index) => (each === undefined ? [] : [make(keys[index]!, each)])));
}

const someMode = fc.constantFrom('full', 'full', 'add-only', 'report');
const someWorld: fc.Arbitrary<World> = fc
  .record({
    modes: fc.tuple(someMode, someMode),
    whenEmpty: fc.constantFrom('keep', 'delete'),
    wants: perKey<Parameters<typeof want>[1], DesiredObject>(someWish, want),
    haves: perKey<Parameters<typeof have>[1], ActualObject>(somePresence, have),
    departures: fc.dictionary(fc.constantFrom(...addresses.map(subnet)), fc.constantFrom(...explanations)),
    stale: fc.subarray(['web', 'shop']),
    twoVrfs: fc.boolean(),
  })
  .map(({ modes, whenEmpty, wants, haves, departures, stale, twoVrfs }) => ({
    mappings: [mapping('web', { mode: modes[0], whenEmpty }), mapping('shop', { mode: modes[1], whenEmpty })],
    wants,
    haves,
    departures,
    freshness: (of: MappingName) => (stale.includes(of) ? 'stale' : 'synced'),
    vrfOf: (at: { name: string }) => (twoVrfs ? (at.name.split('/')[0] ?? '') : 'vrf'),
    existingContracts: ['web'],
    emptySince: 0,
    now: 1000,
  }));

const isOurs = (each: OwnershipMark | undefined): boolean => each?.instance === instance;
const presentAt = (world: World, change: Change): ActualObject | undefined =>
  world.haves.find((object) => keyText(object.key) === keyText(change.key));
/** What a person would have to approve, all of it. */
const approveAll = (plan: Plan): Approval[] =>
  plan.mappings.map(({ mapping: of }) => ({ mapping: of, changes: new Set(waitingFor(of, plan)) }));

describe('the plan', () => {
  it('is empty when what is there is what is wanted', () =>
    fc.assert(
      fc.property(perKey(someWish, want), (wants) => {
        const kept = wants.map((object) => ({ ...object, whenEmpty: 'keep' as const }));
        const haves = kept.map((object) => ({ ...have(object.key), ...object, exists: true }));
        const world: World = { mappings: [mapping('web'), mapping('shop')], wants: kept, haves };

        assert.deepEqual(planOf(world).changes, []);
      }),
      runs,
    ));

  it('leaves nothing due once it was applied, but for what waited for a removal in another tenant', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        const first = applyPlan(planOf(world), world);
        const second = applyPlan(planOf(first), first);
        const third = planOf(second);

        for (const change of due(planOf(first)))
          assert.ok(['addItem', 'removeItem', 'deleteObject'].includes(change.type), changeId(change));
        assert.deepEqual(
          due(third).filter(({ type }) => type !== 'deleteObject'),
          [],
        );
      }),
      runs,
    ));

  it('leaves nothing due once it was applied, within one tenant', () =>
    fc.assert(
      fc.property(someWorld, (anywhere) => {
        const here = (object: { key: { name: string } }): boolean => object.key.name.startsWith('k8s');
        const world = { ...anywhere, wants: anywhere.wants.filter(here), haves: anywhere.haves.filter(here) };
        const after = applyPlan(planOf(world), world);

        const left = due(planOf(after)).filter((change) => change.type !== 'deleteObject');
        assert.deepEqual(
          left.filter((change) => !isContractOfUnwanted(change, world)),
          [],
        );
      }),
      runs,
    ));

  it('never touches what is not ours, whatever is approved', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        const plan = planOf({ ...world, approvals: approveAll(planOf(world)) });

        for (const change of due(plan))
          assert.ok(isAllowed(change, presentAt(world, change)), changeId(change));
      }),
      runs,
    ));

  it('puts nothing into an object of somebody else that it was not told to share', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        const wanted = new Map(world.wants.map((object) => [keyText(object.key), object]));

        for (const change of due(planOf(world))) {
          const object = presentAt(world, change);
          const shared = wanted.get(keyText(change.key))?.create === false;
          if (change.type === 'addItem' && object?.exists === true) assert.ok(shared || isOurs(object.mark));
        }
      }),
      runs,
    ));

  it('removes nothing that rests on a source which cannot be believed', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        const plan = planOf({ ...world, freshness: (of) => (of === 'web' ? 'unknown' : 'synced') });

        const bad = due(plan).filter(
          (change) =>
            change.mapping === 'web' &&
            (change.type === 'deleteObject' ||
              (change.type === 'removeItem' && change.address !== undefined)),
        );
        assert.deepEqual(bad, []);
      }),
      runs,
    ));

  it('never puts one address into two objects of a VRF', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        const before = collisions(world);
        const after = collisions(applyPlan(planOf(world), world));

        for (const each of after) assert.ok(before.has(each), each);
      }),
      runs,
    ));

  it('does not depend on the order of its input', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        const turned = {
          ...world,
          wants: world.wants.toReversed().map(reversed),
          haves: world.haves.toReversed().map(reversed),
        };

        assert.deepEqual(planOf(turned).changes, planOf(world).changes);
      }),
      runs,
    ));

  it('is the same from a planner that remembers', () =>
    fc.assert(
      fc.property(fc.array(someWorld, { minLength: 1, maxLength: 4 }), (worlds) => {
        const planner = createPlanner();
        const mappings = worlds[0]!.mappings;
        let haves = worlds[0]!.haves;

        for (const next of worlds) {
          const world = { ...next, mappings, haves };
          const plan = planner.plan(inputOf(world));
          assert.deepEqual(plan, planOf(world));
          haves = applyPlan(plan, world).haves;
        }
      }),
      { numRuns: 100 },
    ));

  it('parts no atom: all of it is due, or none', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        for (const atom of Map.groupBy(planOf(world).changes, ({ atom: id }) => id).values())
          assert.equal(new Set(atom.map(({ verdict }) => verdict.apply)).size, 1);
      }),
      runs,
    ));
});

describe('what relies on another atom', () => {
  it('is due only with it', () =>
    fc.assert(
      fc.property(someWorld, (world) => {
        const changes = due(planOf({ ...world, reachability: 'isolated' }));
        const atoms = new Set(changes.map(({ atom }) => atom));

        for (const { dependsOn } of changes) assert.ok(dependsOn === undefined || atoms.has(dependsOn));
      }),
      runs,
    ));
});

describe('an approval', () => {
  it('releases what it names and still waits, and nothing that came later', () =>
    fc.assert(
      fc.property(someWorld, someAddresses, (world, vanished) => {
        const approvals = approveAll(planOf(world));
        const named = new Set(approvals.flatMap(({ changes }) => [...changes]));
        const ids = new Set(vanished.map((address) => subnet(address)));
        const wants = world.wants.map((object) => ({
          ...object,
          items: new Map([...object.items].filter(([id]) => !ids.has(id))),
        }));
        const later = { ...world, wants };

        const [without, approved] = [planOf(later), planOf({ ...later, approvals })];
        // What an approval makes way for may itself explain or replace a removal; that is another law's matter.
        fc.pre(comings(without) === comings(approved));

        const left = waiting(approved);
        for (const id of left) assert.ok(!named.has(id), `${id} was approved`);
        for (const id of waiting(without)) assert.ok(named.has(id) || left.has(id), `${id} was not approved`);
      }),
      runs,
    ));
});

describe('a source that lies', () => {
  it('cannot shrink a mapping by more than the guard allows within a window, in however many rounds', () =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(99), { maxLength: 30 }), { maxLength: 12 }), (rounds) => {
        const all = Array.from({ length: 100 }, (_, index) => `10.1.0.${index + 1}`);
        const at = [key('a'), key('b'), key('c'), key('d')];
        const of = (index: number): string[] => all.filter((_, each) => each % at.length === index);
        const removed = new Set<string>();
        const missing = new Set<number>();
        let world: World = {
          mappings: [mapping('web')],
          wants: [],
          haves: at.map((each, index) => have(each, { addresses: of(index) })),
          window: () => (removed.size === 0 ? undefined : { sizeAtStart: 100, removed: new Set(removed) }),
        };

        for (const gone of rounds) {
          for (const index of gone) missing.add(index);
          const still = (address: string): boolean => !missing.has(all.indexOf(address));
          const wants = at.map((each, index) => want(each, { addresses: of(index).filter(still) }));
          const plan = planOf({ ...world, wants });
          for (const change of due(plan)) removed.add(changeId(change));
          world = applyPlan(plan, world);
        }

        assert.ok(removed.size <= 20, `${removed.size} of 100`);
        for (const object of world.haves) assert.notEqual(object.items.size, 0);
      }),
      { numRuns: 100 },
    ));
});

function waiting(plan: Plan): Set<string> {
  return new Set(plan.mappings.flatMap(({ mapping: of }) => waitingFor(of, plan)));
}

function isAllowed(change: Change, object: ActualObject | undefined): boolean {
  if (change.type === 'createObject') return object?.exists !== true;
  if (change.type === 'addItem') return object?.items.has(change.item.id) !== true;
  return (
    isOurs(touchedMark(change, object)) && (change.type !== 'deleteObject' || object?.foreignChildren === 0)
  );
}

/** The mark on what the change would alter or remove. */
function touchedMark(change: Change, object: ActualObject | undefined): OwnershipMark | undefined {
  if (change.type === 'updateItem') return object?.items.get(change.item.id)?.mark;
  return change.type === 'removeItem' ? object?.items.get(change.item)?.mark : object?.mark;
}

/** What goes in, and what leaves because of that. */
function comings(plan: Plan): string {
  return plan.changes
    .filter((change) =>
      change.type === 'removeItem' ? change.explanation === 'moved' : change.verdict.apply,
    )
    .map(changeId)
    .join('\n');
}

/** Contracts of ours in an object that is not leave in the round after its last address. */
function isContractOfUnwanted(change: Change, world: World): boolean {
  const wanted = world.wants.some((object) => keyText(object.key) === keyText(change.key));
  return change.type === 'removeItem' && change.address === undefined && !wanted;
}

function reversed<Thing extends { items: ReadonlyMap<unknown, unknown> }>(thing: Thing): Thing {
  return { ...thing, items: new Map([...thing.items].reverse()) };
}

/** `vrf address` of all that stands in more than one object, with where. */
function collisions(world: World): Set<string> {
  const seen = new Map<string, string[]>();
  for (const object of world.haves)
    for (const item of object.items.values()) {
      if (item.address === undefined) continue;
      const place = `${world.vrfOf?.(object.key) ?? ''} ${item.address}`;
      seen.set(place, [...(seen.get(place) ?? []), object.key.name]);
    }
  return new Set([...seen].filter(([, where]) => where.length > 1).map(([place]) => place));
}
