import assert from 'node:assert/strict';
import type {
  MappingModel,
  PlanGroup,
  PlanMapping,
  PlanModel,
  ProblemModel,
  SourceModel,
  StatusSummary,
  SystemModel,
  TargetRow,
} from '../../backend/api/contract/models.ts';
import { firstSteps } from './first-steps.ts';
import { standingOf } from './standing.ts';

const system: SystemModel = {
  name: 'dc1',
  kind: 'fabric',
  identity: null,
  freshness: 'synced',
  lastRound: 1,
  lastWrite: 1,
  conflictsFullyChecked: true,
  problem: null,
};
const source: SourceModel = {
  name: 'prod-a',
  kind: 'cluster',
  identity: null,
  freshness: 'synced',
  objects: 1,
  lastContact: null,
  problem: null,
  kinds: [],
};
const shop: MappingModel = {
  name: 'shop',
  systems: ['dc1'],
  mode: 'full',
  firstContact: false,
  awaited: [],
  targets: 1,
  wanted: 1,
  present: 1,
  due: 0,
  held: [],
};
const forbidden: ProblemModel = {
  code: 'cluster.forbidden',
  kind: 'terminal',
  title: 'Our user may not read this kind',
  detail: 'jobs',
  next: 'Apply the role.',
};

function summary(over: Partial<StatusSummary> = {}): StatusSummary {
  return {
    product: { name: 'aci-kube-sync', version: '1' },
    instance: '7f3a',
    startedAt: 0,
    mode: 'writing',
    sources: [source],
    systems: [system],
    mappings: [shop],
    problems: [],
    ...over,
  };
}

const guard: PlanGroup = {
  hold: 'guard',
  title: 'Too many',
  next: '',
  approvable: true,
  count: 14,
  changes: [],
};

function plan(over: Partial<PlanMapping>): PlanModel {
  const mapping: PlanMapping = {
    name: 'shop',
    system: 'dc1',
    mode: 'full',
    firstContact: false,
    due: 0,
    held: 14,
    fingerprint: 'c0ffee12',
    firstPlan: null,
    refused: null,
    approve: 'x',
    groups: [guard],
    ...over,
  };
  return { version: '1', madeAt: 1, due: 0, held: 14, mappings: [mapping], findings: [], unknown: [] };
}

describe('how things stand', () => {
  it('is in step when nothing is due, held or wrong', () => {
    assert.deepEqual(
      [standingOf(summary(), undefined).tone, standingOf(summary(), undefined).waits],
      ['good', []],
    );
  });

  it('is no success while something could not be read, or is paused, or there is nothing yet', () => {
    const tones = [
      summary({ systems: [{ ...system, freshness: 'unknown' }] }),
      summary({ mode: 'paused' }),
      summary({ mappings: [] }),
      summary({ mappings: [{ ...shop, due: 2 }] }),
      summary({ mappings: [{ ...shop, held: [{ reason: 'add-only', count: 1 }] }] }),
    ].map((one) => standingOf(one, undefined).tone);

    assert.deepEqual(tones, ['unknown', 'held', 'quiet', 'active', 'held']);
  });

  it('is no success while a source is behind, or an object of a system cannot be seen', () => {
    const row = { state: 'unknown', system: 'dc1', problems: [] } as unknown as TargetRow;
    const tones = [
      standingOf(summary({ sources: [{ ...source, freshness: 'stale' }] }), undefined),
      standingOf(summary(), undefined, [row]),
      standingOf(summary(), undefined, [{ ...row, state: 'inStep' }]),
    ].map(({ tone }) => tone);

    assert.deepEqual(tones, ['unknown', 'unknown', 'good']);
  });

  it('asks for an approval until somebody has refused it', () => {
    const asked = standingOf(summary(), plan({}));
    const refused = standingOf(summary(), plan({ refused: { by: 'alice', at: 1, reason: 'no' } }));

    assert.deepEqual(
      asked.waits.map(({ title, href }) => [title, href]),
      [['shop on dc1: 14 changes wait for your approval', '#/plan?mapping=shop']],
    );
    assert.deepEqual(refused.waits, []);
  });

  it('asks to let a first plan go', () => {
    const first = plan({ firstContact: true, fingerprint: null, groups: [{ ...guard, approvable: false }] });

    assert.match(standingOf(summary(), first).waits[0]?.title ?? '', /first plan/);
  });

  it('tells once what several kinds of a source suffer, and leaves out what passes by itself', () => {
    const kind = { freshness: 'unknown', count: 0, lastContact: null } as const;
    const kinds = [
      { ...kind, kind: 'Job', problem: forbidden },
      { ...kind, kind: 'Pod', problem: forbidden },
      {
        ...kind,
        kind: 'Node',
        problem: { ...forbidden, code: 'cluster.silent', kind: 'transient' as const },
      },
    ];

    const { waits } = standingOf(summary({ sources: [{ ...source, kinds }] }), undefined);

    assert.deepEqual(
      waits.map(({ title }) => title),
      ['prod-a: Our user may not read this kind'],
    );
  });
});

describe('first steps', () => {
  it('are done one by one, the last when a mapping writes', () => {
    const done = (over: Partial<StatusSummary>): boolean[] =>
      firstSteps(summary(over)).map((step) => step.done);

    assert.deepEqual(done({ sources: [], systems: [], mappings: [] }), [false, false, false, false]);
    assert.deepEqual(done({ mappings: [{ ...shop, mode: 'report' }] }), [true, true, true, false]);
    assert.deepEqual(done({ mappings: [{ ...shop, firstContact: true }] }), [true, true, true, false]);
    assert.deepEqual(done({}), [true, true, true, true]);
  });

  it('counts target objects with a problem among what waits, unless their whole system has one', () => {
    const row = (system: string): TargetRow => ({
      key: `${system}|externalEpg|k8s/calico/web`,
      kind: 'externalEpg',
      system,
      name: 'k8s/calico/web',
      mapping: 'shop',
      group: '',
      state: 'problem',
      exists: true,
      wanted: 1,
      present: 0,
      due: 0,
      held: [],
      problems: [forbidden],
    });
    const broken = { ...system, name: 'dc2', problem: forbidden };

    const { title, waits } = standingOf(summary({ systems: [system, broken] }), undefined, [
      row('dc1'),
      row('dc2'),
    ]);

    assert.deepEqual(
      waits.filter(({ id }) => id === 'targets').map((wait) => wait.title),
      ['1 target object has a problem'],
    );
    assert.match(title, /wait/);
  });
});
