import assert from 'node:assert/strict';
import { fingerprintOfAll, firstPlanName, wholePlan, wholePlanName } from '../model/approvals.ts';
import type { Fingerprint } from '../model/plan.ts';
import type { InstanceId, KeyText, MappingName, SourceName, SystemName } from '../model/identity.ts';
import type { Document, Mapping } from '../model/mapping.ts';
import { problem } from '../model/problems.ts';
import { openLedger } from '../store/ledger/ledger.ts';
import { PersonsActs, type Answering } from './acts.ts';
import type { Ledger } from './ports.ts';

const shop = 'shop' as MappingName;
const dc1 = 'dc1' as SystemName;
const lb = 'lb' as SystemName;
const waiting = 'abc123' as Fingerprint;
const by = { name: 'alice' };

interface World {
  readonly acts: PersonsActs;
  readonly ledger: Ledger;
  readonly asked: string[];
}

/** Two changes of `shop` wait under one fingerprint; on both its systems all of it is seen. */
function arrange(view?: Answering): World {
  const ledger = openLedger(':memory:', { instance: '7f3a' as InstanceId });
  const changes = ['a', 'b'].map(
    (item) => `removeItem dc1|externalEpg|t/o/${item} subnet:10.0.0.1/32` as KeyText,
  );
  ledger.setPending(dc1, shop, { fingerprint: waiting, changes });
  for (const system of [dc1, lb]) ledger.setPending(system, wholePlanName(shop), wholePlan);
  const document = {
    mappings: [{ name: shop, to: [{ system: dc1 }, { system: lb }] } as unknown as Mapping],
    clusters: [{ name: 'prod-a' as SourceName }],
    fabrics: [{ name: dc1 }],
    loadBalancers: [],
  } as unknown as Document;
  const asked: string[] = [];
  const acts = new PersonsActs({
    document: () => document,
    ledger,
    clock: { now: () => 5000 },
    acted: () => void asked.push('round'),
    resync: (name) => name === 'prod-a',
    ...(view && { viewOf: () => view }),
  });
  return { acts, ledger, asked };
}

function code(expected: string): (error: unknown) => boolean {
  return (error) => (error as { problem: { code: string } }).problem.code === expected;
}

describe('what a person does', () => {
  it('approves exactly what waits under the fingerprint, and rounds follow', () => {
    const { acts, ledger, asked } = arrange();

    const said = acts.approve('shop', waiting, by);

    assert.equal(said, 'shop: 2 changes approved');
    assert.equal(ledger.approvals(shop)[0]?.changes.size, 2);
    assert.deepEqual(asked, ['round']);
  });

  it('is told what waits now when the fingerprint is an old one, and nothing is approved', () => {
    const { acts, ledger } = arrange();

    assert.throws(() => acts.approve('shop', 'old', by), /what waits now is abc123/);
    assert.deepEqual(ledger.approvals(shop), []);
  });

  it('lets a mapping go on after its first plan', () => {
    const { acts, ledger } = arrange();

    acts.approve('shop', undefined, by);

    assert.equal(ledger.firstPlanConfirmed(shop), true);
    assert.deepEqual(ledger.approvals(shop), []);
  });

  it('lets go the first plan that was looked at, on all systems together, and no other', () => {
    const { acts, ledger } = arrange();
    const first = { fingerprint: 'f1' as Fingerprint, changes: ['2 to create', '12 to add'] };
    const second = { fingerprint: 'f2' as Fingerprint, changes: ['1 to add'] };
    ledger.setPending(dc1, firstPlanName(shop), first);
    ledger.setPending(lb, firstPlanName(shop), second);
    const both = fingerprintOfAll([first.fingerprint, second.fingerprint]);

    assert.throws(() => acts.approve('shop', 'f1', by), code('plan.changed'));
    const before = ledger.firstPlanConfirmed(shop);
    const said = acts.approve('shop', both, by);

    assert.equal(before, false);
    assert.equal(
      said,
      `shop: its first plan is confirmed, as ${both}: 2 to create, 12 to add, 1 to add; 2 changes still wait under abc123`,
    );
    assert.equal(ledger.firstPlanConfirmed(shop), true);
    assert.throws(() => acts.approve(firstPlanName(shop), 'f1', by), code('request.not-found'));
  });

  for (const [title, fingerprint] of [
    ['with the fingerprint of what is seen', 'f1'],
    ['without a fingerprint', undefined],
  ] as const)
    it(`lets no first plan go while a system of it cannot be seen, ${title}`, () => {
      const { acts, ledger, asked } = arrange();
      ledger.setPending(dc1, firstPlanName(shop), {
        fingerprint: 'f1' as Fingerprint,
        changes: ['1 to add'],
      });
      ledger.setPending(lb, wholePlanName(shop), undefined);

      assert.throws(() => acts.approve('shop', fingerprint, by), code('plan.incomplete'));
      const whileDown = ledger.firstPlanConfirmed(shop);
      ledger.setPending(lb, wholePlanName(shop), wholePlan);
      acts.approve('shop', fingerprint, by);

      assert.equal(whileDown, false);
      assert.equal(ledger.firstPlanConfirmed(shop), true);
      assert.deepEqual(asked, ['round']);
      assert.throws(() => acts.approve(wholePlanName(shop), undefined, by), code('request.not-found'));
    });

  it('refuses, with a reason, until something else waits', () => {
    const { acts, ledger } = arrange();

    acts.refuse('shop', waiting, { ...by, reason: 'not on a Friday' });

    assert.deepEqual(ledger.refusal(shop, waiting), { by: 'alice', at: 5000, reason: 'not on a Friday' });
    ledger.setPending(dc1, shop, { fingerprint: 'other' as Fingerprint, changes: [] });
    assert.equal(ledger.refusal(shop, waiting), undefined);
  });

  it('refuses nothing that does not wait', () => {
    const { acts } = arrange();

    assert.throws(() => acts.refuse('shop', 'old', { ...by, reason: '' }), code('plan.changed'));
    assert.throws(() => acts.refuse('nowhere', waiting, { ...by, reason: '' }), code('request.not-found'));
  });

  it('pauses and goes on', () => {
    const { acts, ledger } = arrange();

    acts.setPaused(true, by);
    assert.equal(ledger.paused, true);
    acts.setPaused(false, by);

    assert.equal(ledger.paused, false);
  });

  it('confirms who answers under a name that is declared, and no other', () => {
    const { acts, ledger } = arrange();

    acts.confirmIdentity('prod-a', 'uid-2', by);

    assert.equal(ledger.identity('prod-a' as SourceName), 'uid-2');
    assert.throws(() => acts.confirmIdentity('shop', 'uid-2', by), code('request.not-found'));
  });

  const problemNow = problem('cluster.identity', 'another uid');
  for (const [title, said] of [
    ['answers', undefined],
    ['answers, and is held for that', problemNow],
  ] as const)
    it(`confirms nobody but who ${title}, where that is known`, () => {
      const { acts, ledger, asked } = arrange({ identity: 'uid-2', problem: said });

      assert.throws(() => acts.confirmIdentity('prod-a', 'uid-Z', by), {
        problem: { code: 'request.identity', detail: 'as prod-a answers uid-2' },
      });
      const before = [ledger.identity('prod-a' as SourceName), asked.length];
      const done = acts.confirmIdentity('prod-a', 'uid-2', by);

      assert.deepEqual(before, [undefined, 0]);
      assert.equal(ledger.identity('prod-a' as SourceName), 'uid-2');
      assert.equal(done, 'prod-a: uid-2 is confirmed');
    });

  for (const [title, view] of [
    ['nobody serves', undefined],
    ['it was not read yet', { identity: undefined, problem: undefined }],
    ['it does not answer any more', { identity: 'uid-1', problem: problem('cluster.unreachable', '') }],
  ] as const)
    it(`says that who was confirmed is not proven, where ${title}`, () => {
      const { acts, ledger } = arrange(view);

      const done = acts.confirmIdentity('prod-a', 'uid-2', by);

      assert.equal(ledger.identity('prod-a' as SourceName), 'uid-2');
      assert.match(done, /what answers as prod-a is not known now/);
    });

  it('has read again what runs, and says so of what does not', () => {
    const { acts } = arrange();

    assert.equal(acts.resync('prod-a'), 'prod-a is read again');
    assert.throws(() => acts.resync('nowhere'), code('request.not-found'));
  });

  it('is forgotten with the mapping', () => {
    const { acts, ledger } = arrange();
    ledger.settleMappings(new Map([[shop, 'here']]));
    acts.approve('shop', waiting, by);
    acts.approve('shop', undefined, by);
    acts.refuse('shop', waiting, { ...by, reason: '' });
    ledger.recordRun(shop, 1);

    const gone = ledger.settleMappings(new Map());

    assert.deepEqual(gone, [shop]);
    assert.deepEqual(ledger.approvals(shop), []);
    assert.equal(ledger.firstPlanConfirmed(shop), false);
    assert.equal(ledger.hasRun(shop), false);
    assert.equal(ledger.refusal(shop, waiting), undefined);
  });
});
