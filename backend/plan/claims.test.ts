import assert from 'node:assert/strict';
import type { TargetKey } from '../model/identity.ts';
import { codes, due, have, key, lines, mapping, mark, planOf, subnet, want } from './plan.fixture.ts';

const web = mapping('web');
const shop = mapping('shop');
const base = { mappings: [web, shop], wants: [], haves: [] };
const address = '10.0.0.1';

describe('an address that is wanted in one object and present in another', () => {
  const other = key('b');
  const wants = [want(key('a')), want(other, { addresses: [address] })];

  it('moves within a tenant in one atom, and its removal is explained by that', () => {
    const haves = [have(key('a'), { addresses: [address] }), have(other)];

    const plan = planOf({ ...base, wants, haves });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/a subnet:10.0.0.1/32: apply',
      'addItem k8s/b subnet:10.0.0.1/32: apply',
    ]);
    const [removal, addition] = plan.changes;
    assert.equal(removal?.atom, addition?.atom);
    assert.equal(removal?.type === 'removeItem' && removal.explanation, 'moved');
  });

  it('moves together with the creation of the object that takes it', () => {
    const plan = planOf({ ...base, wants, haves: [have(key('a'), { addresses: [address] })] });

    assert.deepEqual([due(plan).length, new Set(plan.changes.map(({ atom }) => atom)).size], [3, 1]);
  });

  it('waits, across tenants, until it is seen gone', () => {
    const far = key('b', 'other');
    const haves = [have(key('a'), { addresses: [address] }), have(far)];

    const plan = planOf({ ...base, wants: [want(far, { addresses: [address] })], haves });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/a subnet:10.0.0.1/32: apply',
      'addItem other/b subnet:10.0.0.1/32: conflict',
    ]);
    assert.deepEqual(codes(plan), []);
  });

  it('moves in add-only mode, while a removal alone does not go', () => {
    const haves = [have(key('a'), { addresses: [address, '10.0.0.9'] }), have(other)];
    const departures = { [subnet('10.0.0.9')]: 'deleted' } as const;

    const plan = planOf({
      ...base,
      mappings: [mapping('web', { mode: 'add-only' })],
      wants,
      haves,
      departures,
    });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/a subnet:10.0.0.1/32: apply',
      'removeItem k8s/a subnet:10.0.0.9/32: add-only',
      'addItem k8s/b subnet:10.0.0.1/32: apply',
    ]);
  });

  it('is a conflict when a person holds it', () => {
    const haves = [have(key('a'), { mark: undefined, addresses: [address] }), have(other)];

    const plan = planOf({ ...base, wants: wants.slice(1), haves });

    assert.deepEqual(lines(plan), ['addItem k8s/b subnet:10.0.0.1/32: conflict']);
    assert.deepEqual(codes(plan), ['address.in-use']);
  });

  it('is a conflict when its removal there is held', () => {
    const haves = [have(key('a'), { addresses: [address] }), have(other, { mark: mark('shop') })];

    const plan = planOf({
      ...base,
      wants: [want(other, { mapping: 'shop', addresses: [address] })],
      haves,
      freshness: (of) => (of === 'web' ? 'unknown' : 'synced'),
    });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/a subnet:10.0.0.1/32: source-not-synced',
      'addItem k8s/b subnet:10.0.0.1/32: conflict',
    ]);
  });

  it('does not leave because of a claim that itself is held', () => {
    const haves = [have(key('a'), { addresses: [address] }), have(other, { reachability: 'isolated' })];

    const plan = planOf({ ...base, wants, haves });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/a subnet:10.0.0.1/32: last-item',
      'addItem k8s/b subnet:10.0.0.1/32: isolated',
    ]);
  });

  it('leaves where it was left over from a move that is already there', () => {
    const haves = [have(key('a'), { addresses: [address] }), have(other, { addresses: [address] })];

    const plan = planOf({ ...base, wants, haves });

    const [removal] = plan.changes;
    assert.deepEqual(lines(plan), ['removeItem k8s/a subnet:10.0.0.1/32: apply']);
    assert.equal(removal?.type === 'removeItem' && removal.explanation, 'moved');
  });
});

describe('an address that two objects want', () => {
  const wants = [
    want(key('a'), { mapping: 'shop', addresses: [address] }),
    want(key('b'), { mapping: 'web', addresses: [address] }),
  ];
  const haves = [have(key('a'), { mark: mark('shop') }), have(key('b'))];
  const winner = (plan: ReturnType<typeof planOf>): string[] => due(plan).map((change) => change.key.name);

  it('goes to the mapping that stands first in the document', () => {
    const one = planOf({ ...base, wants, haves });
    const other = planOf({ ...base, wants, haves, mappings: [shop, web] });

    assert.deepEqual(winner(one), ['k8s/calico/b']);
    assert.deepEqual(winner(other), ['k8s/calico/a']);
    assert.deepEqual(codes(one), ['address.two-claims']);
  });

  it('stays with the one that has it, whatever the order', () => {
    const holder = have(key('a'), { mark: mark('shop'), addresses: [address] });

    const plan = planOf({ ...base, wants, haves: [holder, have(key('b'))] });

    assert.deepEqual(lines(plan), ['addItem k8s/b subnet:10.0.0.1/32: conflict']);
    assert.deepEqual(codes(plan), ['address.two-claims']);
  });

  it('is not kept from a mapping that acts by one that only reports', () => {
    const plan = planOf({ ...base, wants, haves, mappings: [mapping('web', { mode: 'report' }), shop] });

    assert.deepEqual(winner(plan), ['k8s/calico/a']);
  });

  it('goes to both where they do not share a VRF', () => {
    const plan = planOf({ ...base, wants, haves, vrfOf: (at: TargetKey) => at.name });

    assert.equal(due(plan).length, 2);
  });
});
