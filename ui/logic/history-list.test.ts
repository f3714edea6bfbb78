import assert from 'node:assert/strict';
import type { HistoryEntry, HistoryPage } from '../../backend/api/contract/history.ts';
import { countNewer, fieldOf, historyQuery, momentOf, withNewest, withOlder } from './history-list.ts';

function entry(id: number): HistoryEntry {
  return {
    id: String(id),
    at: id,
    kind: 'change',
    system: 'dc1',
    mapping: 'shop',
    key: null,
    address: null,
    item: null,
    person: null,
    what: 'add',
    why: '',
    result: 'accepted',
    detail: '',
  };
}

function page(ids: readonly number[], next: string | null = null): HistoryPage {
  return { entries: ids.map(entry), next, oldest: 1 };
}

const ids = ({ entries }: Pick<HistoryPage, 'entries'>): number[] => entries.map(({ at }) => at);

describe('the history that has been read', () => {
  it('takes what is new at its top, and what is older at its end', () => {
    const list = withNewest(withNewest(undefined, page([5, 4], 'p')), page([7, 6, 5], 'q'));
    const longer = withOlder(list, page([4, 3, 2], null));

    assert.deepEqual(ids(longer), [7, 6, 5, 4, 3, 2]);
    assert.equal(list.next, 'p');
    assert.equal(longer.next, null);
  });

  it('begins anew when more came than one page holds', () => {
    const list = withNewest(withNewest(undefined, page([2, 1], 'p')), page([9, 8], 'q'));

    assert.deepEqual([ids(list), list.next], [[9, 8], 'q']);
  });

  it('counts what waits at the top', () => {
    assert.equal(countNewer(withNewest(undefined, page([2, 1])), page([4, 3, 2])), 2);
  });

  it('asks for what stands in the address of the page, and for nothing it does not understand', () => {
    const wish = historyQuery({
      kind: 'act',
      result: 'lost',
      person: 'alice',
      from: '2026-11-22T10:00',
      to: 'x',
    });

    assert.deepEqual(
      [wish.kind, wish.result, wish.person, wish.from, wish.to],
      ['act', undefined, 'alice', Date.UTC(2026, 10, 22, 10), undefined],
    );
  });

  it('reads a day and time as they were meant, and writes them back', () => {
    for (const zone of ['utc', 'local'] as const)
      assert.equal(fieldOf(momentOf('2026-03-29T01:30', zone), zone), '2026-03-29T01:30');
  });
});
