import assert from 'node:assert/strict';
import type { ProblemModel, StatusSummary } from '../../../backend/api/contract/models.ts';
import { standingOf } from './standing.ts';

const problem = (code: string): ProblemModel => ({
  code,
  kind: 'transient',
  title: code,
  detail: '',
  next: '',
});
const kind = { freshness: 'stale', count: 1, lastContact: 5 } as const;
const summary: StatusSummary = {
  product: { name: 'aci-kube-sync', version: '0' },
  instance: 'lab0',
  startedAt: 0,
  mode: 'report',
  problems: [],
  mappings: [],
  sources: [
    {
      name: 'prod-a',
      kind: 'cluster',
      identity: 'u1',
      freshness: 'stale',
      objects: 7,
      lastContact: 5,
      problem: problem('cluster.unreachable'),
      kinds: [
        { ...kind, kind: 'Pod', problem: problem('cluster.unreachable') },
        { ...kind, kind: 'Node', problem: problem('cluster.denied') },
      ],
    },
    {
      name: 'dc1',
      kind: 'fabric',
      identity: 'f1',
      freshness: 'synced',
      objects: 3,
      lastContact: null,
      problem: null,
      kinds: [],
    },
  ],
  systems: [
    {
      name: 'dc1',
      kind: 'fabric',
      identity: 'f1',
      freshness: 'synced',
      lastRound: 1,
      lastWrite: 0,
      conflictsFullyChecked: false,
      problem: null,
    },
  ],
};

describe('how a system stands', () => {
  it('tells what several kinds suffer alike once', () => {
    const standing = standingOf(summary, 'clusters', 'prod-a');

    assert.deepEqual(
      standing?.problems.map(({ code }) => code),
      ['cluster.unreachable', 'cluster.denied'],
    );
  });

  it('tells of a fabric what is written there and what it learned', () => {
    const standing = standingOf(summary, 'fabrics', 'dc1');

    assert.deepEqual([standing?.objects, standing?.lastWrite, standing?.conflictsUnchecked], [3, 0, true]);
  });

  it('is not known before it runs, and a fabric is no cluster of its name', () => {
    assert.equal(standingOf(undefined, 'clusters', 'prod-a'), undefined);
    assert.equal(standingOf(summary, 'clusters', 'dc1'), undefined);
  });
});
