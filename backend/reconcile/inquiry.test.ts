import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import type { ObjectRef } from '../model/cluster-records.ts';
import type { SourceName, KeyText, ObjectPath } from '../model/identity.ts';
import { itemId } from '../model/target-object.ts';
import { createInquiry } from './inquiry.ts';
import { Memory } from './memory.ts';
import type { GroupOwner } from './ports.ts';

type Answer = 'gone' | 'present' | 'unknown';
const key = 'dc1|externalEpg|t/o/a' as KeyText;
const ref: ObjectRef = { kind: 'Deployment', path: 'shop/web' as ObjectPath, uid: 'u1' };
const owner: GroupOwner = { cluster: 'prod-a' as SourceName, ref };
const items = ['10.0.0.1/32', '10.0.0.2/32'].map((name) => itemId('subnet', name));

function arrange(answer: Answer, groupOwner?: GroupOwner) {
  const clock = manualClock();
  const memory = new Memory(() => 0.5);
  const asked: ObjectRef[] = [];
  const answered: KeyText[] = [];
  const inquire = createInquiry({
    probe: () => ({
      isGone: (each) => {
        asked.push(each);
        return Promise.resolve(answer);
      },
    }),
    ledger: { groupOwner: () => groupOwner },
    memory,
    clock,
    signal: new AbortController().signal,
    answered: (keys) => answered.push(...keys),
  });
  return { inquire, memory, asked, answered, clock };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the inquiry', () => {
  it('asks once per owner, and its 404 explains every removal behind it', async () => {
    const { inquire, memory, asked, answered } = arrange('gone');

    inquire(items.map((item) => ({ key, item, owner })));
    await soon();

    assert.deepEqual(asked, [ref]);
    assert.deepEqual(
      items.map((item) => memory.probed(key, item)),
      ['owner-gone', 'owner-gone'],
    );
    assert.ok(answered.includes(key));
  });

  for (const answer of ['present', 'unknown'] as const)
    it(`explains nothing when the answer is ${answer}, and does not ask again at once`, async () => {
      const { inquire, memory, asked, answered, clock } = arrange(answer);

      inquire([{ key, item: items[0]!, owner }]);
      await soon();
      inquire([{ key, item: items[0]!, owner }]);
      await soon();
      assert.equal(asked.length, 1);
      assert.equal(memory.probed(key, items[0]!), undefined);
      assert.deepEqual(answered, []);
      await clock.advance(60_000);
      inquire([{ key, item: items[0]!, owner }]);

      assert.equal(asked.length, 2);
    });

  it('asks about the group that the ledger remembers when this process never saw the pods', async () => {
    const { inquire, asked } = arrange('gone', owner);

    inquire([{ key, item: items[0]!, owner: undefined }]);
    await soon();

    assert.deepEqual(asked, [ref]);
  });

  it('asks nobody when nobody is known', () => {
    const { inquire, asked } = arrange('gone');

    inquire([{ key, item: items[0]!, owner: undefined }]);

    assert.deepEqual(asked, []);
  });
});
