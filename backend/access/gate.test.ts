import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Gate } from './gate.ts';

const refusal = { code: 'access.locked', detail: 'full' } as const;

describe('the gate before costly work', () => {
  it('lets so many in at once, then the waiting ones in order', async () => {
    const gate = new Gate({ atOnce: 2, waiting: 3, refusal });
    const begun: number[] = [];
    const doors = [0, 1, 2, 3].map(() => Promise.withResolvers<undefined>());
    const all = doors.map((door, index) =>
      gate.through(() => {
        begun.push(index);
        return door.promise;
      }),
    );

    await setImmediate();
    assert.deepEqual(begun, [0, 1]);
    doors[1]?.resolve(undefined);
    await setImmediate();
    assert.deepEqual(begun, [0, 1, 2]);
    for (const door of doors) door.resolve(undefined);
    await Promise.all(all);

    assert.deepEqual(begun, [0, 1, 2, 3]);
  });

  it('turns away whoever comes when all places to wait are taken, without beginning', async () => {
    const gate = new Gate({ atOnce: 1, waiting: 1, refusal });
    const door = Promise.withResolvers<undefined>();
    let begun = 0;
    const work = (): Promise<undefined> => {
      begun += 1;
      return door.promise;
    };
    const inside = [gate.through(work), gate.through(work)];

    await assert.rejects(gate.through(work), { problem: refusal });

    door.resolve(undefined);
    await Promise.all(inside);
    assert.equal(begun, 2);
  });

  it('is free again after work that failed', async () => {
    const gate = new Gate({ atOnce: 1, waiting: 0, refusal });

    await assert.rejects(gate.through(() => Promise.reject(new Error('broken'))));

    assert.equal(await gate.through(() => Promise.resolve('in')), 'in');
  });
});
