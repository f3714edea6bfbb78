/**
 * Plan and ledger together: what one round sends is what the next one counts.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MappingName } from '../../backend/model/identity.ts';
import { applyPlan, have, inputOf, key, mapping, want, type World } from '../../backend/plan/plan.fixture.ts';
import { makePlan } from '../../backend/plan/make-plan.ts';
import type { Plan } from '../../backend/model/plan.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';

const web = 'web' as MappingName;
const windowMs = 3_600_000;
const all = Array.from({ length: 100 }, (_, index) => `10.1.0.${index + 1}`);
const places = [key('a'), key('b'), key('c'), key('d')];
const at = (index: number): string[] => all.filter((_, each) => each % places.length === index);

describe('a source that makes addresses vanish and come back', () => {
  it('never shrinks a mapping beyond the guard within a window', () =>
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(99), { maxLength: 25 }), { maxLength: 10 }), (rounds) => {
        const ledger = openLedger(':memory:');
        const hidden = new Set<number>();
        let world: World = {
          mappings: [mapping('web')],
          wants: [],
          haves: places.map((each, index) => have(each, { addresses: at(index) })),
        };

        rounds.forEach((toggled, round) => {
          for (const index of toggled) if (!hidden.delete(index)) hidden.add(index);
          const plan = planRound(world, hidden, (of, on) => ledger.guardWindow(of, on, round - windowMs));
          const present = new Map(plan.mappings.map((each) => [each.mapping, each.present]));
          const due = plan.changes.filter(({ verdict }) => verdict.apply);
          ledger.recordAct(due, present, round);
          ledger.recordAccepted(due, round);
          world = applyPlan(plan, world);

          const left = world.haves.reduce((sum, object) => sum + object.items.size, 0);
          assert.ok(left >= 80, `${left} of 100 in round ${round}`);
        });

        ledger.close();
      }),
      { numRuns: 60 },
    ));

  it('gets as much again once the window has passed, and no more', () => {
    const ledger = openLedger(':memory:');
    const hidden = new Set(all.keys().filter((index) => index < 20));
    let world: World = {
      mappings: [mapping('web')],
      wants: [],
      haves: places.map((each, index) => have(each, { addresses: at(index) })),
    };
    const removedAt = (now: number): number => {
      const plan = planRound(world, hidden, (of, on) => ledger.guardWindow(of, on, now - windowMs));
      const due = plan.changes.filter(({ verdict }) => verdict.apply);
      ledger.recordAct(due, new Map([[web, plan.mappings[0]?.present ?? 0]]), now);
      ledger.recordAccepted(due, now);
      world = applyPlan(plan, world);
      return due.length;
    };

    const first = removedAt(0);
    hidden.add(20);
    const within = removedAt(windowMs - 1);
    const after = removedAt(windowMs);

    assert.deepEqual([first, within, after], [20, 0, 1]);
    ledger.close();
  });
});

function planRound(world: World, hidden: ReadonlySet<number>, window: NonNullable<World['window']>): Plan {
  const seen = (address: string): boolean => !hidden.has(all.indexOf(address));
  const wants = places.map((each, index) => want(each, { addresses: at(index).filter(seen) }));
  return makePlan(inputOf({ ...world, wants, window }));
}
