import assert from 'node:assert/strict';
import { due, have, key, lines, mapping, planOf, want } from './plan.fixture.ts';

const web = mapping('web');
const base = { mappings: [web], wants: [], haves: [], existingContracts: ['web'] };

describe('an object that nothing may talk to', () => {
  const isolated = have(key('web'), { reachability: 'isolated' });

  it('is not filled, and names the contract that is not there', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], contracts: ['nowhere'] })];

    const plan = planOf({ ...base, wants, haves: [isolated] });

    assert.deepEqual(lines(plan), [
      'addItem k8s/web provides:nowhere: apply',
      'addItem k8s/web subnet:10.0.0.1/32: isolated',
    ]);
    assert.match(plan.findings[0]?.problem.detail ?? '', /not found: provides nowhere/);
  });

  it('is filled when a contract that exists comes along', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], contracts: ['web'] })];

    const plan = planOf({ ...base, wants, haves: [isolated] });

    assert.equal(due(plan).length, 2);
  });

  it('is filled where the mapping allows it', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], allowIsolated: true })];

    const plan = planOf({ ...base, wants, haves: [isolated] });

    assert.equal(due(plan).length, 1);
  });

  it('is opened before it is filled, and what goes in says that it relies on that', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], contracts: ['web', 'nowhere'] })];

    const plan = planOf({ ...base, wants, haves: [isolated] });

    const [nowhere, contract, address] = plan.changes;
    assert.deepEqual([address?.dependsOn, contract?.dependsOn], [contract?.atom, undefined]);
    assert.equal(new Set([nowhere, contract, address].map((change) => change?.atom)).size, 3);
  });

  it('is created with what opens it in one atom, which its addresses rely on', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], contracts: ['web'] })];

    const plan = planOf({ ...base, wants, reachability: 'isolated' });

    const [creation, contract, address] = plan.changes;
    assert.deepEqual(lines(plan).length, 3);
    assert.equal(contract?.atom, creation?.atom);
    assert.notEqual(address?.atom, creation?.atom);
    assert.equal(address?.dependsOn, creation?.atom);
  });

  it('takes an address from another object only after it was opened', () => {
    const wants = [want(key('from')), want(key('web'), { addresses: ['10.0.0.1'], contracts: ['web'] })];
    const haves = [have(key('from'), { addresses: ['10.0.0.1'] }), isolated];

    const plan = planOf({ ...base, wants, haves });

    const [removal, contract, address] = plan.changes;
    assert.equal(removal?.atom, address?.atom);
    assert.equal(address?.dependsOn, contract?.atom);
  });

  it('relies on nothing where the system reaches it already', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], contracts: ['web'] })];

    const plan = planOf({ ...base, wants, reachability: 'contract' });

    assert.deepEqual(
      plan.changes.map(({ dependsOn }) => dependsOn),
      [undefined, undefined, undefined],
    );
  });
});
