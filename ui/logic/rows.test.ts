import assert from 'node:assert/strict';
import type { TargetRow } from '../../backend/api/contract/models.ts';
import { countByState, everything, nextSort, selectKeys } from './rows.ts';
import type { Sort } from './rows.ts';

function row(name: string, over: Partial<TargetRow> = {}): TargetRow {
  return {
    key: name,
    kind: 'externalEpg',
    system: 'dc1',
    name: `k8s/calico/${name}`,
    mapping: 'shop',
    group: `prod-a/shop/${name}`,
    state: 'inStep',
    exists: true,
    wanted: 1,
    present: 1,
    due: 0,
    held: [],
    problems: [],
    ...over,
  };
}

const byName: Sort = { column: 'name', descending: false };

describe('rows of the table', () => {
  it('match when every word occurs somewhere, in any case', () => {
    const rows = [row('web'), row('api', { mapping: 'platform' }), row('web-old')];

    const keys = selectKeys(rows, { ...everything, text: 'SHOP web' }, byName);

    assert.deepEqual(keys, ['web', 'web-old']);
  });

  it('can be those of one state only', () => {
    const rows = [row('a'), row('b', { state: 'held' })];

    assert.deepEqual(selectKeys(rows, { ...everything, state: 'held' }, byName), ['b']);
  });

  it('can be those of one kind or one system, and so are their counts', () => {
    const rows = [
      row('a'),
      row('b', { kind: 'pool', system: 'lb1', name: 'b', state: 'draining' }),
      row('c', { kind: 'pool', system: 'f5', name: 'Common/c' }),
    ];
    const pools = { ...everything, kind: 'pool' as const };

    assert.deepEqual(selectKeys(rows, pools, byName), ['b', 'c']);
    assert.deepEqual(selectKeys(rows, { ...pools, system: 'f5' }, byName), ['c']);
    assert.deepEqual(countByState(rows, pools), {
      all: 2,
      by: new Map([
        ['draining', 1],
        ['inStep', 1],
      ]),
    });
  });

  it('are found by the word for their kind', () => {
    const rows = [row('a'), row('b', { kind: 'redirectPolicy', name: 'k8s/b' })];

    assert.deepEqual(selectKeys(rows, { ...everything, text: 'redirect' }, byName), ['b']);
  });

  it('are sorted by their own names, whatever they are in', () => {
    const rows = [row('c', { name: 'c' }), row('b', { name: 'Common/b' }), row('a')];

    assert.deepEqual(selectKeys(rows, everything, byName), ['a', 'b', 'c']);
    assert.deepEqual(selectKeys(rows, everything, { column: 'where', descending: false }), ['c', 'b', 'a']);
  });

  it('begin with what needs a person when sorted by state', () => {
    const rows = [row('a'), row('b', { state: 'held' }), row('c', { state: 'problem' })];

    assert.deepEqual(selectKeys(rows, everything, { column: 'state', descending: false }), ['c', 'b', 'a']);
  });

  it('keep the order of names among equals, in both directions', () => {
    const rows = [row('b'), row('a'), row('c', { wanted: 9 })];

    assert.deepEqual(selectKeys(rows, everything, { column: 'wanted', descending: true }), ['c', 'a', 'b']);
    assert.deepEqual(selectKeys(rows, everything, { column: 'wanted', descending: false }), ['a', 'b', 'c']);
  });

  it('put what cannot be read before what is zero', () => {
    const rows = [row('a', { present: 0 }), row('b', { present: null })];

    assert.deepEqual(selectKeys(rows, everything, { column: 'present', descending: false }), ['b', 'a']);
  });
});

describe('sort', () => {
  it('turns round on the same column, and begins with the most on figures', () => {
    assert.deepEqual(nextSort(byName, 'name'), { column: 'name', descending: true });
    assert.deepEqual(nextSort(byName, 'held'), { column: 'held', descending: true });
    assert.deepEqual(nextSort(byName, 'where'), { column: 'where', descending: false });
  });
});
