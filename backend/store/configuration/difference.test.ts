import assert from 'node:assert/strict';
import fc from 'fast-check';
import { difference } from './difference.ts';
import { cluster, mapping } from './testing/scene.ts';
import { emptyDocument, type Written } from './written.ts';

const withMappings = (...mappings: object[]): Written => ({
  ...emptyDocument('7f3a'),
  mappings: mappings as Written['mappings'],
});
const lines = (before: Written, after: Written): string[] =>
  difference(before, after).map(
    ({ sign, path, before: was, after: is }) => `${sign} ${path}: ${was ?? ''} → ${is ?? ''}`,
  );

describe('the difference of two documents', () => {
  it('of which one is the other is none', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (mappings) => {
        assert.deepEqual(difference(withMappings(...mappings), withMappings(...mappings)), []);
      }),
    );
  });

  it('is none when entries only stand in another order', () => {
    const [shop, web] = [mapping('shop'), mapping('web')];

    assert.deepEqual(lines(withMappings(shop, web), withMappings(web, shop)), []);
  });

  it('names what changed by the names of entries', () => {
    const before = withMappings(mapping('web'), { ...mapping('shop'), mode: 'report' });
    const after = withMappings({ ...mapping('shop', 'other'), mode: 'full' }, mapping('web'));

    assert.deepEqual(lines(before, after), [
      '~ mappings[shop].to.externalEpg.name: shop → other',
      '~ mappings[shop].mode: report → full',
    ]);
  });

  it('has a line for everything that a new entry says, and for all that a removed one said', () => {
    const [none, some] = [emptyDocument('7f3a'), { ...emptyDocument('7f3a'), clusters: [cluster('prod-a')] }];

    assert.deepEqual(lines(none, some), [
      '+ clusters[prod-a].name:  → prod-a',
      '+ clusters[prod-a].server:  → https://127.0.0.1:6443',
      '+ clusters[prod-a].credentials.token:  → env:TOKEN',
      '+ clusters[prod-a].ranges.pods:  → 10.244.0.0/16',
    ]);
    assert.ok(difference(some, none).every(({ sign, after }) => sign === '-' && after === null));
  });

  it('shows lists of words as one line, an empty one as none', () => {
    const before = withMappings({ name: 'm', list: ['a', 'b'], other: ['x'] });
    const after = withMappings({ name: 'm', list: ['a', 'c'], other: [] });

    assert.deepEqual(lines(before, after), [
      '~ mappings[m].list: a, b → a, c',
      '~ mappings[m].other: x → none',
    ]);
  });

  it('tells the word 1 from the number 1, and a value from what stands in its place', () => {
    const before = withMappings({ name: 'm', port: 1, drain: 5 });
    const after = withMappings({ name: 'm', port: '1', drain: { for: '5s' } });

    assert.deepEqual(lines(before, after), [
      '~ mappings[m].port: 1 → "1"',
      '- mappings[m].drain: 5 → ',
      '+ mappings[m].drain.for:  → 5s',
    ]);
  });

  it('shows a text of many lines by its digest', () => {
    const before = withMappings({ name: 'm', pin: 'one\ntwo\n' });
    const after = withMappings({ name: 'm', pin: 'one\nthree\n' });

    assert.match(
      lines(before, after)[0] ?? '',
      /^~ mappings\[m\]\.pin: 2 lines \(SHA-256 \w{12}\) → 2 lines/,
    );
  });
});
