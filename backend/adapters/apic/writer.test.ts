import assert from 'node:assert/strict';
import { newCounters } from './counters.ts';
import { Mirror } from './mirror.ts';
import { add, create, instance, relation } from './testing/world.ts';
import { Writer } from './writer.ts';

describe('the writer', () => {
  it('does not know the outcome when the mirror cannot show what was accepted', async () => {
    const envelope = { totalCount: 0, subscriptionId: undefined, imdata: [], results: 0 };
    const mirror = new Mirror();
    mirror.write = () => {
      throw new TypeError('a fault of ours');
    };
    const writer = new Writer({
      session: { request: () => Promise.resolve(envelope) },
      query: { read: () => Promise.resolve([]) },
      mirror,
      instance,
      counters: newCounters(),
      timeoutMs: 1000,
      resolves: () => true,
      onSending: () => undefined,
    });

    const { outcome } = await writer.write(
      { changes: [create('t/o/a'), add('t/o/a', relation('provides', 'web'))] },
      new AbortController().signal,
    );

    assert.equal(outcome.result, 'unknown');
    assert.match(outcome.problem.detail, /a fault of ours/);
  });
});
