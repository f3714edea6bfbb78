/** The one IP SLA policy of a redirect policy, in the plan: how it is exchanged, and who needs it. */
import assert from 'node:assert/strict';
import type { ActualObject, DesiredItem, DesiredObject } from '../model/target-object.ts';
import { itemId } from '../model/target-object.ts';
import { problem } from '../model/problems.ts';
import type { Plan } from '../model/plan.ts';
import { mark, planOf, type World } from './plan.fixture.ts';
import { backends, havePool, policy, poolMapping, wantPool } from './pool.fixture.ts';

function ipSla(name: string): DesiredItem {
  const id = itemId('ipSla', name);
  const from = { mark: mark('web', '-'), address: undefined, reasons: [], leaving: false };
  return { id, kind: 'ipSla', name, attributes: {}, ...from };
}

function wanting(probe?: string): DesiredObject {
  const object = wantPool({ in: backends(1, 1) }, policy);
  const more: [DesiredItem['id'], DesiredItem][] =
    probe === undefined ? [] : [[ipSla(probe).id, ipSla(probe)]];
  return { ...object, items: new Map([...object.items, ...more]) };
}

function having(probe: string, addresses = backends(1, 1)): ActualObject {
  const object = havePool({ enabled: addresses }, policy);
  return { ...object, items: new Map([...object.items, [ipSla(probe).id, ipSla(probe)]]) };
}

/** A destination needs some probe that stays; `tcp81` does not exist. */
const lacks: World['lacks'] = (object, item, without) => {
  if (item.kind === 'ipSla')
    return item.name === 'tcp81' ? problem('redirect.ip-sla-missing', item.name) : undefined;
  const present = ['ipSla:tcp80', ...object.items.keys()];
  const isProbed = present.some((id) => id.startsWith('ipSla:') && !id.endsWith('81') && id !== without);
  return isProbed ? undefined : problem('redirect.mac-missing', item.name);
};

const planned = (given: Partial<World>): Plan =>
  planOf({ mappings: [poolMapping()], wants: [wanting()], haves: [], lacks, ...given });
const steps = ({ changes }: Plan): string[] =>
  changes.map((change) => {
    const item =
      change.type === 'removeItem' ? change.itemName : change.type === 'addItem' ? change.item.name : '';
    return `${change.type} ${item}: ${change.verdict.apply ? 'apply' : change.verdict.hold}`;
  });
const codes = ({ findings }: Plan): string[] => findings.map((found) => found.problem.code);

describe('the IP SLA policy of a redirect policy in the plan', () => {
  it('is exchanged in one atom', () => {
    const plan = planned({ wants: [wanting('icmp')], haves: [having('tcp80')] });

    assert.deepEqual(steps(plan).sort(), ['addItem icmp: apply', 'removeItem tcp80: apply']);
    assert.equal(new Set(plan.changes.map(({ atom }) => atom)).size, 1);
  });

  it('stays while the one that is to take its place is not there', () => {
    const plan = planned({ wants: [wanting('tcp81')], haves: [having('tcp80')] });

    assert.deepEqual(steps(plan).sort(), ['addItem tcp81: incomplete', 'removeItem tcp80: incomplete']);
    assert.deepEqual(codes(plan), ['redirect.ip-sla-missing']);
  });

  it('is not exchanged where it may not be removed', () => {
    const mappings = [poolMapping({}, 'add-only')];

    const plan = planned({ mappings, wants: [wanting('icmp')], haves: [having('tcp80')] });

    assert.deepEqual(steps(plan).sort(), ['addItem icmp: add-only', 'removeItem tcp80: add-only']);
  });

  it('stays while a destination needs it, and says why', () => {
    const plan = planned({ haves: [having('tcp80')] });

    assert.deepEqual(steps(plan), ['removeItem tcp80: incomplete']);
    assert.deepEqual(codes(plan), ['redirect.mac-missing']);
  });

  it('stays while a destination that nobody answers for needs it', () => {
    const present = having('tcp80');
    const theirs = [...present.items].map(([id, item]) =>
      item.address === undefined ? ([id, item] as const) : ([id, { ...item, mark: undefined }] as const),
    );

    const plan = planned({ haves: [{ ...present, items: new Map(theirs) }] });

    assert.deepEqual(steps(plan), ['removeItem tcp80: incomplete']);
  });

  it('goes where no destination needs it', () => {
    const plan = planned({ haves: [having('tcp80')], lacks: () => undefined });

    assert.deepEqual(steps(plan), ['removeItem tcp80: apply']);
  });

  it('is waited for by destinations that need it, and by the policy that is made for them', () => {
    const backOff: World['backOff'] = (id) =>
      id.includes('ipSla:icmp') ? { until: 60_000, problem: problem('fabric.refused', 'no') } : undefined;
    const needs: World['lacks'] = (_, item, without) =>
      item.kind === 'ipSla' || without === undefined ? undefined : problem('redirect.mac-missing', item.name);

    const plan = planned({ wants: [wanting('icmp')], backOff, lacks: needs });

    assert.deepEqual(steps(plan).sort(), [
      'addItem 10.0.0.1: incomplete',
      'addItem icmp: back-off',
      'createObject : incomplete',
    ]);
    assert.deepEqual(codes(plan).sort(), ['fabric.refused', 'redirect.mac-missing']);
  });
});

describe('a destination whose MAC address is not wanted any more', () => {
  const bare = wanting();
  const emptied = new Map(
    [...bare.items].map(([id, item]) => [id, { ...item, attributes: { mac: '' } }] as const),
  );
  const object = having('tcp80');
  const withMac = new Map(
    [...object.items].map(
      ([id, item]) => [id, { ...item, attributes: { mac: '00:50:56:AA:BB:01' } }] as const,
    ),
  );
  const wants = [{ ...bare, items: new Map([...emptied, [ipSla('tcp80').id, ipSla('tcp80')] as const]) }];

  it('loses it, and is as wanted without', () => {
    const there = planned({ wants, haves: [{ ...object, items: withMac }] });
    const without = planned({ wants, haves: [object] });

    assert.deepEqual(steps(there), ['updateItem : apply']);
    assert.deepEqual(steps(without), []);
  });

  it('keeps it while the system demands one, and says it', () => {
    const lack = problem('redirect.mac-missing', '10.0.0.1');

    const plan = planned({ wants, haves: [{ ...object, items: withMac }], lacks: () => lack });

    assert.deepEqual(steps(plan), ['updateItem : incomplete']);
    assert.deepEqual(codes(plan), ['redirect.mac-missing']);
  });
});

describe('changes that wait after a failure', () => {
  it('say the problem once for each object, with what to do', () => {
    const refused = problem('fabric.refused', 'no right');
    const wants = [wantPool({ in: backends(1, 3) }, policy)];

    const plan = planned({
      wants,
      lacks: () => undefined,
      backOff: () => ({ until: 9000, problem: refused }),
    });

    assert.ok(steps(plan).every((each) => each.endsWith('back-off')));
    assert.deepEqual(plan.findings, [{ key: policy, problem: refused }]);
  });
});
