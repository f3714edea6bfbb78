import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Store } from './store.ts';
import type { KubeObject } from './objects.ts';

function pod(name: string, mark: number): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { mark } };
}

const acts = fc.array(
  fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), mark: fc.nat(5), remove: fc.boolean() }),
  { maxLength: 40 },
);

type Act = { readonly name: string; readonly mark: number; readonly remove: boolean };

function perform(store: Store, { name, mark, remove }: Act): void {
  if (remove) store.remove('pods', `shop/${name}`);
  else store.put('pods', pod(name, mark));
}

describe('the store of a simulated cluster', () => {
  it('gives each change a higher revision, removals too', () => {
    const store = new Store(1000, 100);

    const first = store.put('pods', pod('a', 1));
    const removed = store.remove('pods', 'shop/a');

    assert.equal(first.metadata.resourceVersion, '1001');
    assert.equal(removed?.metadata.resourceVersion, '1002');
  });

  it('remembers every list of the past exactly as it was', () => {
    fc.assert(
      fc.property(acts, (sequence) => {
        const store = new Store(1, 1000);
        const seen = sequence.map((act) => {
          perform(store, act);
          return { revision: store.revision, list: [...store.list('pods')] };
        });

        for (const { revision, list } of seen) assert.deepEqual(store.listAt('pods', revision), list);
      }),
    );
  });

  it('tells changes from which the present can be rebuilt out of any past', () => {
    fc.assert(
      fc.property(acts, acts, (before, after) => {
        const store = new Store(1, 1000);
        for (const act of before) perform(store, act);
        const known = new Map<string, KubeObject>(
          store.list('pods').map((object) => [object.metadata.name, object]),
        );
        const from = store.revision;
        for (const act of after) perform(store, act);

        for (const { type, object } of store.since('pods', from) ?? []) {
          if (type === 'DELETED') known.delete(object.metadata.name);
          else known.set(object.metadata.name, object);
        }

        const sorted = [...known.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
        assert.deepEqual(sorted, store.list('pods'));
      }),
    );
  });

  it('forgets what is older than its limit, and says so', () => {
    const store = new Store(1, 5);
    for (let mark = 0; mark < 10; mark += 1) store.put('pods', pod('a', mark));

    assert.equal(store.since('pods', 2), undefined);
    assert.equal(store.listAt('pods', 2), undefined);
    assert.equal(store.since('pods', store.forgotten)?.length, 5);
  });

  it('lists in the order of keys', () => {
    const store = new Store(1, 10);
    for (const name of ['b', 'a-1', 'a']) store.put('pods', pod(name, 1));

    assert.deepEqual(
      store.list('pods').map(({ metadata }) => metadata.name),
      ['a', 'a-1', 'b'],
    );
  });

  it('finds dependents by their owner, as long as they are there', () => {
    const store = new Store(1, 10);
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u1' };
    const owned = pod('a', 1);
    store.put('pods', { ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } });

    assert.deepEqual(store.dependents('u1'), [{ resource: 'pods', key: 'shop/a' }]);
    store.remove('pods', 'shop/a');
    assert.deepEqual(store.dependents('u1'), []);
  });
});
