import assert from 'node:assert/strict';
import type { ObjectPath } from '../../model/identity.ts';
import { createInterner } from './interner.ts';

const path = 'shop/web' as ObjectPath;

describe('interner', () => {
  it('shares equal references to owners, and none between different owners', () => {
    const interner = createInterner();

    const one = interner.ref('ReplicaSet', path, 'uid-1');
    const same = interner.ref('ReplicaSet', path, 'uid-1');
    const renamed = interner.ref('ReplicaSet', 'shop/other' as ObjectPath, 'uid-1');

    assert.equal(one, same);
    assert.deepEqual(renamed, { kind: 'ReplicaSet', path: 'shop/other', uid: 'uid-1' });
  });

  it('tells label sets apart that would read the same when joined', () => {
    const interner = createInterner();

    const one = interner.labels([['a', 'b","c']]);
    const two = interner.labels([
      ['a', 'b'],
      ['c', ''],
    ]);

    assert.deepEqual([one, two], [{ a: 'b","c' }, { a: 'b', c: '' }]);
  });

  it('stays right when it forgets', () => {
    const interner = createInterner(2);

    const sets = Array.from({ length: 10 }, (_, index) => interner.labels([['app', `web-${index}`]]));

    assert.deepEqual(
      sets.map((each) => each['app']).join(),
      Array.from({ length: 10 }, (_, i) => `web-${i}`).join(),
    );
  });
});
