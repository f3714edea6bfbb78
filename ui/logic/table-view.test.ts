import assert from 'node:assert/strict';
import { signal } from '@preact/signals';
import type { TargetRow } from '../../backend/api/contract/models.ts';
import { createTableView } from './table-view.ts';

function rowsOf(presents: Readonly<Record<string, number>>): ReadonlyMap<string, TargetRow> {
  return new Map(
    Object.entries(presents).map(([name, present]) => [
      name,
      {
        key: name,
        kind: 'externalEpg',
        system: 'dc1',
        name: `t/l/${name}`,
        mapping: 'm',
        group: name,
        state: 'inStep',
        exists: true,
        wanted: present,
        present,
        due: 0,
        held: [],
        problems: [],
      },
    ]),
  );
}

describe('view of the table', () => {
  it('follows the rows while nobody touches it', () => {
    const rows = signal(rowsOf({ a: 1, b: 2 }));
    const view = createTableView(rows);
    view.sortBy('present');

    rows.value = rowsOf({ a: 9, b: 2 });

    assert.deepEqual(view.keys.value, ['a', 'b']);
  });

  it('stands still while someone touches it, and says what waits', () => {
    const rows = signal(rowsOf({ a: 1, b: 2 }));
    const view = createTableView(rows);
    view.sortBy('present');
    const before = view.keys.value;
    view.still.value = true;

    rows.value = rowsOf({ a: 9, b: 2, c: 5 });

    assert.deepEqual(view.keys.value, before);
    assert.equal(view.waiting.value, 1);
  });

  it('lets rows that went go even then', () => {
    const rows = signal(rowsOf({ a: 1, b: 2 }));
    const view = createTableView(rows);
    assert.equal(view.keys.value.length, 2);
    view.still.value = true;

    rows.value = rowsOf({ b: 2 });

    assert.deepEqual(view.keys.value, ['b']);
  });

  it('takes in what waits when let go, when asked, and when sorted anew', () => {
    for (const act of ['let go', 'refresh', 'sort'] as const) {
      const rows = signal(rowsOf({ a: 1 }));
      const view = createTableView(rows);
      assert.equal(view.keys.value.length, 1);
      view.still.value = true;
      rows.value = rowsOf({ a: 1, b: 2 });

      if (act === 'let go') view.still.value = false;
      else if (act === 'refresh') view.refresh();
      else view.sortBy('name');

      assert.equal(view.keys.value.length, 2, act);
      assert.equal(view.waiting.value, 0, act);
    }
  });
});
