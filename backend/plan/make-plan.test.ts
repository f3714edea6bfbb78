import assert from 'node:assert/strict';
import { keyText } from '../model/identity.ts';
import { problem } from '../model/problems.ts';
import { createPlanner } from './make-plan.ts';
import {
  codes,
  due,
  have,
  inputOf,
  key,
  lines,
  mapping,
  mark,
  otherInstance,
  planOf,
  subnet,
  want,
} from './plan.fixture.ts';

const web = mapping('web');
const base = { mappings: [web], wants: [], haves: [], existingContracts: ['web'] };

describe('what is wanted and not there', () => {
  it('is created with its contracts before its addresses', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], contracts: ['web'] })];

    const plan = planOf({ ...base, wants });

    assert.deepEqual(lines(plan), [
      'createObject k8s/web: apply',
      'addItem k8s/web provides:web: apply',
      'addItem k8s/web subnet:10.0.0.1/32: apply',
    ]);
  });

  it('is held when the mapping may not create the object, and says that it is missing', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], create: false })];

    const plan = planOf({ ...base, wants });

    assert.deepEqual(lines(plan), ['addItem k8s/web subnet:10.0.0.1/32: missing']);
    assert.deepEqual(codes(plan), ['object.missing']);
  });

  it('is not created empty where empty objects are deleted', () => {
    const wants = [want(key('web'), { contracts: ['web'], whenEmpty: 'delete' })];

    const plan = planOf({ ...base, wants });

    assert.deepEqual(lines(plan), []);
  });

  it('is updated where attributes of ours differ, and what a person set is left', () => {
    const wants = [want(key('web'), { attributes: { description: 'new' } })];
    const haves = [have(key('web'), { attributes: { description: 'old', prefGrMemb: 'include' } })];

    const plan = planOf({ ...base, wants, haves });

    const [change] = plan.changes;
    assert.ok(change?.type === 'updateObject');
    assert.deepEqual([change.attributes, change.before], [{ description: 'new' }, { description: 'old' }]);
  });

  it('is left alone where a person has put the same address into our object', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
    const haves = [have(key('web'), { addresses: [['10.0.0.1', undefined]] })];

    const plan = planOf({ ...base, wants, haves });

    assert.deepEqual(lines(plan), []);
  });
});

describe('ownership', () => {
  it('holds everything on an object that is not ours, and says why', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
    const haves = [have(key('web'), { mark: undefined })];

    const plan = planOf({ ...base, wants, haves });

    assert.deepEqual(lines(plan), ['addItem k8s/web subnet:10.0.0.1/32: foreign']);
    assert.deepEqual(codes(plan), ['object.foreign']);
  });

  it('keeps only our addresses in a foreign object when it may not create', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'], create: false })];
    const haves = [
      have(key('web'), {
        mark: undefined,
        addresses: [
          ['10.0.0.8', mark('web')],
          ['10.0.0.9', undefined],
        ],
      }),
    ];

    const plan = planOf({ ...base, wants, haves });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/web subnet:10.0.0.8/32: apply',
      'addItem k8s/web subnet:10.0.0.1/32: apply',
    ]);
  });

  it('takes an object whose items are ours and whose mark is gone for one that lost it', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1', '10.0.0.2'] })];
    const haves = [have(key('web'), { mark: undefined, addresses: [['10.0.0.1', mark('web')]] })];

    const plan = planOf({ ...base, wants, haves });

    assert.deepEqual(lines(plan), ['addItem k8s/web subnet:10.0.0.2/32: foreign']);
    assert.deepEqual(codes(plan), ['mark.lost']);
  });

  it('never touches what another instance marked, and reports it', () => {
    const haves = [have(key('web'), { mark: otherInstance, addresses: ['10.0.0.1'] })];

    const plan = planOf({ ...base, haves });

    assert.deepEqual(lines(plan), []);
    assert.deepEqual(codes(plan), ['mark.other-instance']);
  });

  it('removes nothing of a mapping that is gone until a person approves, then all of it', () => {
    const haves = [have(key('old'), { mark: mark('gone'), addresses: ['10.0.0.1'] })];

    const before = planOf({ ...base, haves });
    const [orphan] = before.changes;
    const changes = new Set(['removeItem', 'deleteObject'].map((type) => `${type} ${keyText(key('old'))}`));
    const ids = [...changes].map((id) => (id.startsWith('remove') ? `${id} ${subnet('10.0.0.1')}` : id));
    const after = planOf({
      ...base,
      haves,
      approvals: [{ mapping: orphan!.mapping, changes: new Set(ids) }],
    });

    assert.deepEqual(lines(before), [
      'removeItem k8s/old subnet:10.0.0.1/32: orphan',
      'deleteObject k8s/old: orphan',
    ]);
    assert.deepEqual(codes(before), ['object.orphan']);
    assert.equal(due(after).length, 2);
  });

  it('does not delete an orphan while something in it is not approved', () => {
    const haves = [have(key('old'), { mark: mark('gone'), addresses: ['10.0.0.1'] })];
    const orphan = planOf({ ...base, haves }).changes[0]!.mapping;

    const plan = planOf({
      ...base,
      haves,
      approvals: [{ mapping: orphan, changes: new Set([`deleteObject ${keyText(key('old'))}`]) }],
    });

    assert.deepEqual(due(plan), []);
  });

  it('asks before it takes over what a mapping that is gone made, as after a renaming', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1', '10.0.0.2'] })];
    const haves = [have(key('web'), { mark: mark('former'), addresses: ['10.0.0.1'] })];

    const plan = planOf({ ...base, wants, haves });

    assert.deepEqual(lines(plan), [
      'updateObject k8s/web: orphan',
      'updateItem k8s/web subnet:10.0.0.1/32: orphan',
      'addItem k8s/web subnet:10.0.0.2/32: orphan',
    ]);
    assert.notEqual(plan.mappings.find((each) => each.mapping === 'web')?.fingerprint, undefined);
  });
});

describe('an object that nobody wants any more', () => {
  const haves = [have(key('web'), { contracts: ['web'], addresses: ['10.0.0.1'] })];
  const departures = { [subnet('10.0.0.1')]: 'deleted' } as const;

  it('loses its addresses and keeps its contracts', () => {
    const plan = planOf({ ...base, haves, departures });

    assert.deepEqual(lines(plan), ['removeItem k8s/web subnet:10.0.0.1/32: apply']);
  });

  it('is kept when it is empty, unless the mapping says otherwise', () => {
    const plan = planOf({ ...base, haves: [have(key('web'), { contracts: ['web'] })] });

    assert.deepEqual(lines(plan), []);
  });

  it('is deleted once it has been empty for as long as the mapping says', () => {
    const world = {
      ...base,
      mappings: [mapping('web', { whenEmpty: 'delete' })],
      haves: [have(key('web'), { contracts: ['web'] })],
      now: 600_000,
    };

    const early = planOf({ ...world, emptySince: 1 });
    const late = planOf({ ...world, emptySince: 0 });

    assert.deepEqual(lines(early), ['deleteObject k8s/web: not-empty-long-enough']);
    assert.deepEqual(lines(late), ['deleteObject k8s/web: apply']);
  });

  it('is kept and reported when something of others is in it', () => {
    const plan = planOf({
      ...base,
      mappings: [mapping('web', { whenEmpty: 'delete' })],
      haves: [have(key('web'), { foreignChildren: 1 })],
      emptySince: 0,
      now: 600_000,
    });

    assert.deepEqual(lines(plan), []);
    assert.deepEqual(codes(plan), ['object.in-use']);
  });
});

describe('modes', () => {
  const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
  const haves = [have(key('web'), { addresses: ['10.0.0.2', '10.0.0.3'] })];
  const departures = { [subnet('10.0.0.2')]: 'deleted', [subnet('10.0.0.3')]: 'deleted' } as const;
  const world = { ...base, wants, haves, departures };
  const holds = (plan: ReturnType<typeof planOf>): string[] => [
    ...new Set(lines(plan).map((line) => line.split(' ')[0]! + line.slice(line.lastIndexOf(':')))),
  ];

  it('in report mode hold everything', () => {
    const plan = planOf({ ...world, mappings: [mapping('web', { mode: 'report' })] });

    assert.deepEqual(holds(plan), ['removeItem: report-mode', 'addItem: report-mode']);
  });

  it('on first contact hold everything, whatever the document says', () => {
    const plan = planOf({ ...world, hasRun: false });

    assert.deepEqual(holds(plan), ['removeItem: first-contact', 'addItem: first-contact']);
    assert.deepEqual([plan.mappings[0]?.mode, plan.mappings[0]?.firstContact], ['report', true]);
  });

  it('act at first contact where the mapping asks for it', () => {
    const plan = planOf({ ...world, hasRun: false, mappings: [mapping('web', { firstContact: 'apply' })] });

    assert.equal(due(plan).length, 3);
  });

  it('in add-only mode hold removals', () => {
    const plan = planOf({ ...world, mappings: [mapping('web', { mode: 'add-only' })] });

    assert.deepEqual(holds(plan), ['removeItem: add-only', 'addItem: apply']);
  });

  it('hold everything while writing is paused', () => {
    const plan = planOf({ ...world, paused: true });

    assert.deepEqual(due(plan), []);
  });
});

describe('sources that cannot be believed', () => {
  it('neither add nor remove, and the rest goes on', () => {
    const wants = [
      want(key('web'), { addresses: ['10.0.0.1'] }),
      want(key('shop'), { mapping: 'shop', addresses: ['10.0.0.5'] }),
    ];
    const haves = [have(key('web'), { addresses: ['10.0.0.2'] }), have(key('shop'), { mark: mark('shop') })];

    const plan = planOf({
      ...base,
      mappings: [web, mapping('shop')],
      wants,
      haves,
      departures: { [subnet('10.0.0.2')]: 'deleted' },
      freshness: (of) => (of === 'web' ? 'stale' : 'synced'),
    });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/web subnet:10.0.0.2/32: source-not-synced',
      'addItem k8s/web subnet:10.0.0.1/32: source-not-synced',
      'addItem k8s/shop subnet:10.0.0.5/32: apply',
    ]);
  });
});

describe('trouble with one key', () => {
  it('leaves an address where it is while the object that it should go to cannot be read', () => {
    const there = key('web', 'typo');
    const unknown = new Map([[keyText(there), problem('fabric.sentinel', 'L3Out typo')]]);
    const haves = [have(key('web'), { addresses: ['10.244.0.1', '10.244.0.2'] })];
    const departures = {
      [subnet('10.244.0.1')]: 'mapping-edited',
      [subnet('10.244.0.2')]: 'mapping-edited',
    } as const;

    const plan = planOf({
      ...base,
      wants: [want(there, { addresses: ['10.244.0.1'] })],
      haves,
      departures,
      unknown,
    });

    const removals = plan.changes.filter(({ type }) => type === 'removeItem');
    assert.deepEqual(
      removals.map(({ verdict }) => (verdict.apply ? 'removed' : verdict.hold)),
      ['incomplete', 'removed'],
    );
  });

  it('leaves a key alone that the system does not know enough about', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
    const unknown = new Map([[keyText(key('web')), problem('fabric.sentinel', 'L3Out calico')]]);

    const plan = planOf({ ...base, wants, unknown });

    assert.deepEqual(lines(plan), []);
    assert.deepEqual([...plan.unknown.values()], [problem('fabric.sentinel', 'L3Out calico')]);
  });

  it('waits with what failed a moment ago, and with everything in an object whose creation failed', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
    const until = { until: 5000, problem: problem('fabric.refused', 'no such thing') };

    const plan = planOf({
      ...base,
      wants,
      backOff: (id) => (id === keyText(key('web')) ? until : undefined),
    });

    assert.deepEqual(lines(plan), [
      'createObject k8s/web: back-off',
      'addItem k8s/web subnet:10.0.0.1/32: back-off',
    ]);
  });

  it('stops fighting over what someone keeps changing back', () => {
    const wants = [want(key('web'), { addresses: ['10.0.0.1', '10.0.0.2'] })];
    const haves = [have(key('web'))];

    const plan = planOf({ ...base, wants, haves, fought: (id) => id.endsWith(subnet('10.0.0.1')) });

    assert.deepEqual(lines(plan), [
      'addItem k8s/web subnet:10.0.0.1/32: fighting',
      'addItem k8s/web subnet:10.0.0.2/32: apply',
    ]);
    assert.deepEqual(codes(plan), ['object.fought-over']);
  });

  it('removes and moves also what someone keeps changing back, and says that someone does', () => {
    const mappings = [mapping('web'), mapping('db')];
    const wants = [
      want(key('web'), { addresses: ['10.0.0.2'] }),
      want(key('db'), { mapping: 'db', addresses: ['10.0.0.1'] }),
    ];
    const haves = [
      have(key('web'), { addresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }),
      have(key('db'), { mark: mark('db') }),
    ];
    const departures = { [subnet('10.0.0.3')]: 'deleted' as const };

    const plan = planOf({ ...base, mappings, wants, haves, departures, fought: () => true });

    assert.deepEqual(lines(plan), [
      'removeItem k8s/web subnet:10.0.0.1/32: apply',
      'removeItem k8s/web subnet:10.0.0.3/32: apply',
      'addItem k8s/db subnet:10.0.0.1/32: apply',
    ]);
    assert.deepEqual(codes(plan), ['object.fought-over']);
  });

  it('says once per system that conflicts could not be checked fully', () => {
    const wants = [want(key('web')), want(key('shop'))];

    const plan = planOf({ ...base, wants, fullyChecked: false });

    assert.deepEqual(codes(plan), ['conflict.not-checked']);
  });
});

describe('a planner', () => {
  it('takes from memory only what is still the same on both sides', () => {
    const planner = createPlanner();
    const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
    const world = { ...base, wants, haves: [have(key('web'))] };

    const first = planner.plan(inputOf(world));
    const second = planner.plan(
      inputOf({ ...world, haves: [have(key('web'), { addresses: ['10.0.0.1'] })] }),
    );
    const third = planner.plan(inputOf({ ...world, mappings: [mapping('web', { mode: 'report' })] }));

    assert.deepEqual([due(first).length, due(second).length, due(third).length], [1, 0, 0]);
  });
});
