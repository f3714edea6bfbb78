import assert from 'node:assert/strict';
import type { InstanceId, KeyText, MappingName, ShortId, SystemName } from '../model/identity.ts';
import type { Outcome } from '../model/outcome.ts';
import { changeId, type AtomId, type Change, type Plan } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import { itemId } from '../model/target-object.ts';
import { Memory } from './memory.ts';

const mark = { instance: 'test' as InstanceId, mapping: '00000000' as ShortId, source: '-' as const };
const base = {
  mapping: 'web' as MappingName,
  verdict: { apply: true },
  key: { system: 'dc1' as SystemName, kind: 'externalEpg', name: 't/o/a' },
  atom: 'x' as AtomId,
} as const;
const id = itemId('subnet', '10.0.0.1/32');
const keyOf = 'dc1|externalEpg|t/o/a' as KeyText;
const adding: Extract<Change, { type: 'addItem' }> = {
  ...base,
  type: 'addItem',
  item: {
    id,
    kind: 'subnet',
    name: '10.0.0.1/32',
    attributes: {},
    mark,
    address: undefined,
    reasons: [],
    leaving: false,
  },
};
const removing: Change = {
  ...base,
  type: 'removeItem',
  item: id,
  itemKind: 'subnet',
  itemName: '10.0.0.1/32',
  mark,
  address: undefined,
  explanation: 'unexplained',
  cut: false,
};
const draining: Change = {
  ...base,
  type: 'updateItem',
  item: { ...adding.item, leaving: true },
  before: {},
  explanation: 'unexplained',
};
const accepted: Outcome = { result: 'accepted' };
const refused: Outcome = { result: 'refused', problem: problem('fabric.refused', 'no') };
const minute = 60_000;

const planOf = (...changes: Change[]): Plan => ({
  changes,
  findings: [],
  mappings: [],
  drains: [],
  unknown: new Map(),
});
const newMemory = (): Memory => new Memory(() => 0.5);

function send(memory: Memory, change: Change, now: number, outcome = accepted): void {
  memory.learn([{ change, outcome }], now);
}

describe('the memory of the loop', () => {
  it('leaves alone what someone undid three times in ten minutes', () => {
    const memory = newMemory();

    send(memory, adding, 0);
    send(memory, adding, minute);
    assert.equal(memory.isFoughtOver(changeId(adding), adding.item, minute), false);
    send(memory, adding, 2 * minute);

    assert.equal(memory.isFoughtOver(changeId(adding), adding.item, 3 * minute), true);
  });

  it('takes a system that forgets everything, each time it is reloaded, for nobody who fights', () => {
    const memory = newMemory();

    for (let reload = 0; reload < 5; reload += 1) {
      send(memory, adding, reload * minute);
      memory.systemForgot();
    }

    assert.equal(memory.isFoughtOver(changeId(adding), adding.item, 5 * minute), false);
  });

  it('keeps putting back what is undone now and then', () => {
    const memory = newMemory();

    for (let round = 0; round < 10; round += 1) {
      assert.equal(memory.isFoughtOver(changeId(adding), adding.item, round * 6 * minute), false);
      send(memory, adding, round * 6 * minute);
    }
  });

  it('does not take our own removals in between for a fight', () => {
    const memory = newMemory();

    for (let round = 0; round < 5; round += 1) {
      send(memory, adding, round * 1000);
      send(memory, removing, round * 1000 + 500);
    }

    assert.equal(memory.isFoughtOver(changeId(adding), adding.item, 6000), false);
  });

  describe('that left something alone', () => {
    const isFoughtOver = (memory: Memory, now: number, of = adding.item): boolean =>
      memory.isFoughtOver(changeId(adding), of, now);
    const leaving: Change = { ...adding, verdict: { apply: false, hold: 'fighting', detail: '' } };

    /** Undone and put back at 1 and 2 minutes, left alone at 3. */
    function fought(): Memory {
      const memory = newMemory();
      for (const at of [0, 1, 2]) send(memory, adding, at * minute);
      memory.planned(planOf(leaving), 3 * minute);
      return memory;
    }

    it('tries once more when a window has passed, and leaves it alone again when that is undone too', () => {
      const memory = fought();
      const again = memory.triedAgainAt(changeId(adding)) ?? 0;
      assert.deepEqual([isFoughtOver(memory, again - 1), isFoughtOver(memory, again)], [true, false]);

      send(memory, adding, again);
      memory.planned(planOf(), again + 1);

      assert.equal(isFoughtOver(memory, again + minute), true);
    });

    it('begins afresh when a try lasted for a window', () => {
      const memory = fought();
      send(memory, adding, 12 * minute);
      memory.planned(planOf(), 22 * minute);

      for (const at of [30, 31]) send(memory, adding, at * minute);

      assert.equal(isFoughtOver(memory, 32 * minute), false);
    });

    it('begins afresh when it is as wanted without our doing, or not wanted any more', () => {
      const memory = fought();

      memory.planned(planOf(), 4 * minute);

      assert.equal(isFoughtOver(memory, 4 * minute), false);
    });

    it('does not begin afresh while nobody can tell what is there', () => {
      const memory = fought();

      memory.planned(
        { ...planOf(), unknown: new Map([[keyOf, problem('fabric.unreachable', 'dc1')]]) },
        4 * minute,
      );

      assert.equal(isFoughtOver(memory, 4 * minute), true);
    });

    it('writes something else that is wanted there at once', () => {
      const memory = fought();
      const other = { ...adding.item, attributes: { scope: 'shared-security' } };

      assert.equal(isFoughtOver(memory, 3 * minute, other), false);
    });

    it('leaves it alone also when the system forgets everything', () => {
      const memory = fought();

      memory.systemForgot();

      assert.equal(isFoughtOver(memory, 3 * minute), true);
    });
  });

  it('does not take writes that failed for a fight', () => {
    const memory = newMemory();

    send(memory, adding, 0);
    for (let round = 1; round < 5; round += 1) send(memory, adding, round * 1000, refused);

    assert.equal(memory.isFoughtOver(changeId(adding), adding.item, 6000), false);
  });

  it('does not take a change of mind of ours for a fight', () => {
    const memory = newMemory();

    for (let round = 0; round < 6; round += 1) {
      const scope = round % 2 === 0 ? 'import-security' : 'import-security,shared-security';
      const item = { ...adding.item, attributes: { scope } };
      send(memory, { ...adding, type: 'updateItem', item, before: {} }, round * 1000);
    }

    assert.equal(memory.isFoughtOver(changeId(adding), adding.item, 7000), false);
  });

  it('forgets what was in an object that we deleted', () => {
    const memory = newMemory();
    const deleting: Change = { ...base, type: 'deleteObject', mark };

    for (let round = 0; round < 5; round += 1) {
      send(memory, adding, round * 1000);
      send(memory, deleting, round * 1000 + 500);
    }

    assert.equal(memory.isFoughtOver(changeId(adding), adding.item, 6000), false);
  });

  it('waits longer for a key each time in a row that it could not be planned', () => {
    const memory = newMemory();

    const waits = [0, 0, 0].map(() => memory.retryUnknown([keyOf]).get(keyOf) ?? 0);
    memory.retryUnknown([]);
    const afterSuccess = memory.retryUnknown([keyOf]).get(keyOf);

    assert.ok(waits[0]! < waits[1]! && waits[1]! < waits[2]!, waits.join());
    assert.equal(afterSuccess, waits[0]);
  });

  it('backs off longer after each refusal of the same change, and forgets at success', () => {
    const memory = newMemory();
    const waits = [0, 0, 0].map(() => {
      memory.learn([{ change: adding, outcome: refused }], 0);
      return memory.backOff(changeId(adding))?.until ?? 0;
    });
    assert.ok(waits[0]! < waits[1]! && waits[1]! < waits[2]!, waits.join());

    memory.learn([{ change: adding, outcome: accepted }], 0);

    assert.equal(memory.backOff(changeId(adding)), undefined);
  });

  it('forgets an answer when the removal that it explained is no longer planned', () => {
    const memory = newMemory();
    memory.recordProbe(keyOf, id, 'owner-gone');
    memory.planned(planOf(removing), 0);
    assert.equal(memory.probed(keyOf, id), 'owner-gone');

    memory.planned(planOf(), 0);

    assert.equal(memory.probed(keyOf, id), undefined);
  });

  it('keeps an answer while the first step of the removal is planned', () => {
    const memory = newMemory();
    memory.recordProbe(keyOf, id, 'owner-gone');

    memory.planned(planOf(draining), 0);

    assert.equal(memory.probed(keyOf, id), 'owner-gone');
  });

  it('waits with a request of its own that got lost as with one that was refused', () => {
    const memory = newMemory();
    const lost: Outcome = { result: 'unknown', problem: problem('loadBalancer.unknown-outcome', 'no reply') };

    const together = memory.learn([{ change: adding, outcome: lost }], 0);
    const before = memory.backOff(changeId(adding));
    const alone = memory.learn([{ change: adding, outcome: lost }], 0, true);

    assert.deepEqual([together.size, before], [0, undefined]);
    assert.equal(memory.backOff(changeId(adding))?.problem.code, 'loadBalancer.unknown-outcome');
    assert.deepEqual([...alone.keys()], [keyOf]);
  });
});
