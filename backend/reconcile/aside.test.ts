import assert from 'node:assert/strict';
import { aside } from './aside.ts';

describe('work that is done aside', () => {
  it('resolves to what the steps come to', async () => {
    const result = await aside(count(1000));

    assert.equal(result, 1000);
  });

  it('rejects with what a step throws', async () => {
    await assert.rejects(aside(failing()), /the second step/);
  });

  it('lets others have their turn before it ends', async () => {
    const order: string[] = [];
    const working = aside(waiting(() => order.includes('others'))).then(() => order.push('the work'));

    setImmediate(() => order.push('others'));
    await working;

    assert.deepEqual(order, ['others', 'the work']);
  });
});

function* count(to: number): Generator<void, number> {
  let at = 0;
  for (; at < to; at += 1) yield;
  return at;
}

function* failing(): Generator<void> {
  yield;
  throw new Error('the second step');
}

/** Never ends unless others come in between. */
function* waiting(holds: () => boolean): Generator<void> {
  while (!holds()) yield;
}
