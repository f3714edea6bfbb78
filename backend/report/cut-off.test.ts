import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { have, key, want, wantedContract, type Presence } from '../plan/plan.fixture.ts';
import { itemId, type DesiredItem, type DesiredObject } from '../model/target-object.ts';
import { cutOffPairs } from './cut-off.ts';

function consumed(name: string): DesiredItem {
  return { ...wantedContract(name, 'web'), id: itemId('consumes', name), kind: 'consumes' };
}

function object(name: string, ...items: readonly DesiredItem[]): DesiredObject {
  return {
    ...want(key(name), { group: `shop/${name}` }),
    items: new Map(items.map((item) => [item.id, item])),
  };
}

function target(desired: DesiredObject, presence: Presence = {}) {
  return { desired, actual: have(desired.key, { reachability: 'contract', ...presence }) };
}

describe('who is cut off from whom', () => {
  it('is every pair of new objects without a contract between them', () => {
    const pairs = cutOffPairs([target(object('web')), target(object('api')), target(object('db'))]);

    assert.deepEqual(pairs, ['shop/web and shop/api', 'shop/web and shop/db', 'shop/api and shop/db']);
  });

  it('is nobody where one provides what the other consumes, in either order', () => {
    const web = target(object('web', wantedContract('http', 'web')));
    const client = target(object('client', consumed('http')));

    assert.deepEqual(cutOffPairs([web, client]), []);
    assert.deepEqual(cutOffPairs([client, web]), []);
  });

  it('is nobody where the VRF lets everybody talk', () => {
    for (const reachability of ['unenforced', 'vzAny', 'preferredGroup'] as const) {
      const targets = ['web', 'api'].map((name) => target(object(name), { reachability }));

      assert.deepEqual(cutOffPairs(targets), [], reachability);
    }
  });

  it('is nobody who is apart already', () => {
    const apart = target(object('web'), { addresses: ['10.244.0.1'] });

    assert.deepEqual(cutOffPairs([apart, target(object('api'))]), []);
  });

  it('is told of the first twenty pairs, and counted beyond', () => {
    const pairs = cutOffPairs(Array.from({ length: 8 }, (_, index) => target(object(`w${index}`))));

    assert.equal(pairs.length, 21);
    assert.equal(pairs.at(-1), 'and 8 more pairs');
  });

  it('is what looking at every pair finds', () => {
    const contracts = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 });
    const groups = fc.array(fc.record({ provides: contracts, consumes: contracts }), { maxLength: 9 });

    fc.assert(
      fc.property(groups, (all) => {
        const slowly = all.flatMap((one, index) =>
          all.slice(index + 1).flatMap((other, further) => {
            const may =
              one.provides.some((name) => other.consumes.includes(name)) ||
              other.provides.some((name) => one.consumes.includes(name));
            return may ? [] : [`shop/w${index} and shop/w${index + 1 + further}`];
          }),
        );
        const more = slowly.length > 20 ? [`and ${slowly.length - 20} more pairs`] : [];

        assert.deepEqual(cutOffPairs(all.map(withContracts)), [...slowly.slice(0, 20), ...more]);
      }),
    );
  });

  it('is counted among thousands of groups, most of which talk to one', () => {
    const clients = Array.from({ length: 4999 }, () => ({ provides: [], consumes: ['dns'] }));
    const own = Array.from({ length: 5000 }, (_, index) => ({ provides: [`c${index}`], consumes: ['all'] }));

    const pairs = cutOffPairs([{ provides: ['dns'], consumes: [] }, ...clients].map(withContracts));
    const distinct = cutOffPairs(own.map(withContracts));

    assert.equal(pairs.at(-1), `and ${(4999 * 4998) / 2 - 20} more pairs`);
    assert.equal(distinct.at(-1), `and ${(5000 * 4999) / 2 - 20} more pairs`);
  });
});

function withContracts(
  { provides, consumes }: { readonly provides: readonly string[]; readonly consumes: readonly string[] },
  index: number,
) {
  const provided = provides.map((name) => wantedContract(name, 'web'));
  return target(object(`w${index}`, ...provided, ...consumes.map(consumed)));
}
