/**
 * Plan and ledger together: what leaves alive has its time, whatever fails and however often we start again.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SystemName } from '../../backend/model/identity.ts';
import type { Plan } from '../../backend/model/plan.ts';
import { makePlan } from '../../backend/plan/make-plan.ts';
import { inputOf, type World } from '../../backend/plan/plan.fixture.ts';
import { backends, havePool, itemOf, poolMapping, rules, wantPool } from '../../backend/plan/pool.fixture.ts';
import type { Ledger } from '../../backend/reconcile/ports.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';

const dc1 = 'dc1' as SystemName;
const [one = ''] = backends(1, 1);
const others = backends(2, 4);
const second = 1000;

type Stage = 'enabled' | 'drain' | 'gone';

function world(stage: Stage, isWanted: boolean): World {
  const drain: Record<string, number | undefined> = stage === 'drain' ? { [one]: 3 } : {};
  return {
    mappings: [poolMapping()],
    wants: [isWanted ? wantPool({ in: [one, ...others] }) : wantPool({ in: others, terminating: [one] })],
    haves: [havePool({ enabled: stage === 'enabled' ? [one, ...others] : others, drain })],
    departures: isWanted ? {} : { [itemOf(one)]: 'no-longer-qualifies' },
    alive: [itemOf(one)],
  };
}

function planned(ledger: Ledger, given: World, now: number): Plan {
  const plan = makePlan(inputOf({ ...given, now, drainingSince: (item) => ledger.drainingSince(item) }));
  ledger.recordDrains(dc1, new Set(plan.drains), now);
  return plan;
}

function after(stage: Stage, { changes }: Plan): Stage {
  const [change] = changes.filter(({ verdict }) => verdict.apply);
  if (change === undefined) return stage;
  if (change.type === 'removeItem') return 'gone';
  return change.type === 'updateItem' && change.item.leaving ? 'drain' : 'enabled';
}

const round = fc.record({
  seconds: fc.integer({ min: 1, max: 20 }),
  fails: fc.boolean(),
  restarts: fc.boolean(),
  isWanted: fc.constantFrom(false, false, false, false, true),
});

interface Round {
  readonly seconds: number;
  readonly fails: boolean;
  readonly restarts: boolean;
  readonly isWanted: boolean;
}

/** The backend through rounds, with the ledger in a file. */
class Life {
  stage: Stage = 'enabled';
  readonly #path: string;
  #now = 0;
  #outSince: number | undefined;
  #ledger: Ledger;

  constructor(path: string) {
    this.#path = path;
    this.#ledger = openLedger(path);
  }

  live({ seconds, fails, restarts, isWanted }: Round): void {
    this.#now += seconds * second;
    if (restarts) this.#restart();
    const plan = planned(this.#ledger, world(this.stage, isWanted), this.#now);
    this.#outSince = isWanted ? undefined : (this.#outSince ?? this.#now);
    const isOver = this.stage === 'drain' && this.#leftFor() >= rules.drainMs;
    if (fails) return;
    this.stage = after(this.stage, plan);
    assert.equal(this.stage === 'gone', isOver, `${this.stage} after ${this.#leftFor()} ms`);
  }

  end(): void {
    this.#ledger.close();
  }

  #leftFor(): number {
    return this.#outSince === undefined ? 0 : this.#now - this.#outSince;
  }

  #restart(): void {
    this.#ledger.close();
    this.#ledger = openLedger(this.#path);
  }
}

describe('a backend that leaves alive, with connections that do not end', () => {
  it('goes at the first try that works once its time is over, and never before', () =>
    fc.assert(
      fc.property(fc.array(round, { maxLength: 15 }), (rounds) => {
        const directory = mkdtempSync(join(tmpdir(), 'drain-'));
        const life = new Life(join(directory, 'ledger.db'));

        try {
          for (const each of rounds) if (life.stage !== 'gone') life.live(each);
        } finally {
          life.end();
          rmSync(directory, { recursive: true });
        }
      }),
      { numRuns: 60 },
    ));
});
