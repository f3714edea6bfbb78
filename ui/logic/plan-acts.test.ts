import assert from 'node:assert/strict';
import type { PlanChange, PlanGroup, PlanMapping } from '../../backend/api/contract/models.ts';
import { awaitedWords, countsOf, groupsAsked, hasMoved, questionOf } from './plan-acts.ts';

function change(type: PlanChange['type']): PlanChange {
  return {
    id: type,
    type,
    key: 'dc1|externalEpg|k8s/calico/web',
    name: 'web',
    item: null,
    explanation: null,
    because: '',
    step: '',
    leaving: false,
    detail: '',
    problem: null,
  };
}

function group(over: Partial<PlanGroup>): PlanGroup {
  return { hold: 'guard', title: '', next: '', approvable: true, count: 1, changes: [], ...over };
}

function mapping(over: Partial<PlanMapping>): PlanMapping {
  return {
    name: 'shop',
    system: 'dc1',
    mode: 'full',
    firstContact: false,
    due: 0,
    held: 0,
    fingerprint: null,
    firstPlan: null,
    refused: null,
    approve: null,
    groups: [],
    ...over,
  };
}

describe('what a person may say to a plan', () => {
  it('is asked only where something waits', () => {
    assert.equal(questionOf(mapping({})), undefined);
    assert.equal(questionOf(mapping({ fingerprint: 'c0ffee' })), 'fingerprint');
    assert.equal(
      questionOf(mapping({ mode: 'report', firstContact: true, approve: 'aci-kube-sync approve shop' })),
      'first',
    );
    assert.equal(questionOf(mapping({ mode: 'report', firstContact: true, approve: null })), undefined);
  });

  it('lets no first plan go while a system is awaited, and says which', () => {
    const first = mapping({ firstContact: true, approve: 'x' });
    const declared = [{ name: 'shop', awaited: ['f5-edge', 'lb1'] }];

    assert.equal(awaitedWords(first, declared), 'waits for a whole plan on f5-edge, lb1');
    assert.equal(awaitedWords(first, [{ name: 'shop', awaited: [] }]), undefined);
    assert.equal(awaitedWords(mapping({ fingerprint: 'c0ffee' }), declared), undefined);
  });

  it('is about what waits for approval, or about all of the first plan', () => {
    const guard = group({});
    const due = group({ hold: null, approvable: false });
    const first = group({ hold: 'first-contact', approvable: false });

    assert.deepEqual(groupsAsked(mapping({ fingerprint: 'c', groups: [due, guard] })), [guard]);
    assert.deepEqual(groupsAsked(mapping({ firstContact: true, approve: 'x', groups: [due, first] })), [
      due,
      first,
    ]);
  });

  it('is told in counts, and what is not listed is not left out', () => {
    const listed = group({
      count: 5,
      changes: [change('removeItem'), change('removeItem'), change('deleteObject')],
    });

    assert.deepEqual(countsOf([listed]), [
      '1 target object deleted',
      '2 addresses removed',
      '2 more changes',
    ]);
  });

  it('tells contracts from addresses', () => {
    const address = { ...change('addItem'), item: { kind: 'subnet', name: '10.244.0.1/32' } };
    const contract = { ...change('addItem'), item: { kind: 'provides', name: 'web' } };

    assert.deepEqual(countsOf([group({ count: 2, changes: [address, contract] })]), [
      '1 address added',
      '1 contract relation added',
    ]);
  });

  it('is out of date when something else waits, or nothing does', () => {
    const seen = mapping({ fingerprint: 'one', groups: [group({})] });

    assert.equal(hasMoved(seen, seen), false);
    assert.equal(hasMoved(seen, { ...seen, due: 3 }), false);
    assert.equal(hasMoved(seen, { ...seen, fingerprint: 'two' }), true);
    assert.equal(hasMoved(seen, undefined), true);
  });
});
