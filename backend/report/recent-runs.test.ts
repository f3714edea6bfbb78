import assert from 'node:assert/strict';
import { FakeFabric, accepted, add, eepg, podAddress } from '../../test/support/report-world.ts';
import { recentRuns } from './recent-runs.ts';

const change = add(eepg('web'), 'shop', podAddress(1));

describe('recent runs', () => {
  it('puts rounds without effect that follow each other on one line', () => {
    const fabric = new FakeFabric();
    const runs = recentRuns();

    for (let n = 0; n < 5; n += 1) runs.append(fabric.run({}));

    assert.deepEqual(
      runs.last(10).map(({ run, rounds }) => [run, rounds]),
      [[5, 5]],
    );
  });

  it('keeps a line for every round that wrote', () => {
    const fabric = new FakeFabric();
    const runs = recentRuns();
    const wrote = { changes: [change], outcomes: accepted([change]), requests: 1 };

    for (const parts of [wrote, {}, {}, wrote]) runs.append(fabric.run(parts));

    assert.deepEqual(
      runs.last(10).map(({ added, rounds }) => [added, rounds]),
      [
        [1, 1],
        [0, 2],
        [1, 1],
      ],
    );
  });

  it('is bounded', () => {
    const fabric = new FakeFabric();
    const runs = recentRuns(3);

    for (let n = 0; n < 9; n += 1) runs.append(fabric.run({ requests: 1 }));

    assert.equal(runs.last(100).length, 3);
  });

  it('measures the reaction from the notification that caused the round', () => {
    const fabric = new FakeFabric();
    const runs = recentRuns();

    runs.append(fabric.run({ changes: [change], outcomes: accepted([change]), causedAt: 990, requests: 1 }));

    assert.equal(runs.last(1)[0]?.reactionMs, 50);
  });
});
