import assert from 'node:assert/strict';
import { shortId } from '../../model/digest.ts';
import type { MappingName } from '../../model/identity.ts';
import type { DesiredObject } from '../../model/target-object.ts';
import { canonicalise } from './canonical.ts';
import { key, mark, member } from './testing/world.ts';

const item = {
  ...member('10.0.0.1:80', { weight: '300', priorityGroup: '2', connectionLimit: '50' }),
  mark: { ...mark, source: shortId('prod-a') },
};
const pool: DesiredObject = {
  key: key('app'),
  mapping: 'shop' as MappingName,
  group: 'prod-a/shop/web',
  owner: undefined,
  mark: { ...mark, source: shortId('prod-a') },
  create: true,
  attributes: { monitor: '/Common/http' },
  items: new Map([[item.id, item]]),
  createEmpty: true,
  traffic: undefined,
  whenEmpty: 'delete',
  emptyForMs: 0,
  allowIsolated: true,
  problems: [],
};

describe('what is wanted of a HAProxy', () => {
  it('keeps what HAProxy can have, and drops what it has no word for', () => {
    const canonical = canonicalise(pool);

    assert.deepEqual(canonical.attributes, {});
    assert.deepEqual(canonical.items.get(item.id)?.attributes, {
      state: 'enabled',
      weight: '256',
      connectionLimit: '50',
    });
    assert.equal(canonical.items.get(item.id)?.mark.source, '-');
    assert.equal(canonical.mark.source, '-');
  });

  it('never makes or removes a backend', () => {
    const canonical = canonicalise(pool);

    assert.equal(canonical.create, false);
    assert.equal(canonical.whenEmpty, 'keep');
  });

  it('stays as it is when it is canonical', () => {
    const canonical = canonicalise(pool);

    assert.deepEqual(canonicalise(canonical), canonical);
  });
});
