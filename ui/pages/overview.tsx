/** The five stages at a glance: what is seen, wanted, due, written, there. */
import type { ComponentChildren, JSX } from 'preact';
import type { PlanModel, StatusSummary } from '../../backend/api/contract/models.ts';
import type { Store } from '../live/store.ts';
import { formatAgo, formatCount, plural } from '../logic/format.ts';
import type { Tone } from '../logic/words.ts';
import { Shape } from '../parts/shape.tsx';

interface Tile {
  readonly stage: string;
  readonly href: string;
  readonly tone: Tone;
  readonly value: string;
  readonly unit: string;
  readonly note: ComponentChildren;
}

export function Overview({ store, summary }: { store: Store; summary: StatusSummary }): JSX.Element {
  const waiting = store.plan.value === undefined ? 0 : waitingForPerson(store.plan.value);
  const tiles = [
    observe(summary),
    desire(summary),
    plan(summary, waiting),
    apply(summary, store),
    fabric(summary),
  ];
  return (
    <ol class="flow" aria-label="From cluster to fabric">
      {tiles.map((tile) => (
        <li key={tile.stage}>
          <a href={tile.href} class="tile">
            <span class="tile-stage">
              <Shape tone={tile.tone} /> {tile.stage}
            </span>
            <span class="tile-value">
              {tile.value} <small>{tile.unit}</small>
            </span>
            <span class="tile-note">{tile.note}</span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function observe({ clusters }: StatusSummary): Tile {
  const synced = clusters.filter((cluster) => cluster.freshness === 'synced' && cluster.problem === null);
  const objects = clusters.reduce((sum, cluster) => sum + cluster.objects, 0);
  return {
    stage: 'Observe',
    href: '#sources',
    tone: clusters.length === 0 ? 'quiet' : synced.length === clusters.length ? 'good' : 'held',
    value: `${synced.length}/${clusters.length}`,
    unit: clusters.length === 1 ? 'cluster synced' : 'clusters synced',
    note: `${plural(objects, 'object')} followed`,
  };
}

function desire({ mappings }: StatusSummary): Tile {
  const wanted = sum(mappings, 'wanted');
  return {
    stage: 'Desire',
    href: '#targets',
    tone: wanted === 0 ? 'quiet' : 'good',
    value: formatCount(wanted),
    unit: wanted === 1 ? 'address wanted' : 'addresses wanted',
    note: `in ${plural(sum(mappings, 'targets'), 'EEPG')} by ${plural(mappings.length, 'mapping')}`,
  };
}

function waitingForPerson({ mappings }: PlanModel): number {
  const groups = mappings.flatMap((mapping) => mapping.groups.filter((group) => group.approvable));
  return groups.reduce((all, group) => all + group.count, 0);
}

function plan({ mappings }: StatusSummary, waiting: number): Tile {
  const due = sum(mappings, 'due');
  const held = mappings.reduce((all, mapping) => all + mapping.held.reduce((n, one) => n + one.count, 0), 0);
  return {
    stage: 'Plan',
    href: '#plan',
    tone: waiting > 0 ? 'bad' : held > 0 ? 'held' : due > 0 ? 'active' : 'good',
    value: formatCount(held),
    unit: held === 1 ? 'change held' : 'changes held',
    note: [
      due === 0 ? 'nothing due' : `${formatCount(due)} due`,
      ...(waiting === 0 ? [] : [`${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for you`]),
    ].join(' · '),
  };
}

function apply({ fabrics, mode }: StatusSummary, store: Store): Tile {
  const lastWrite = Math.max(0, ...fabrics.map((one) => one.lastWrite));
  const newest = store.runs.value.find((run) => run.accepted > 0);
  return {
    stage: 'Apply',
    href: '#rounds',
    tone: mode === 'paused' ? 'held' : mode === 'report' ? 'quiet' : 'good',
    value: lastWrite === 0 ? '–' : formatAgo(lastWrite, store.now.value),
    unit: lastWrite === 0 ? 'nothing written yet' : 'last write',
    note:
      newest === undefined
        ? 'since start'
        : `${plural(newest.accepted, 'change')} in ${plural(newest.requests, 'request')}`,
  };
}

function fabric({ fabrics, mappings }: StatusSummary): Tile {
  const lost = fabrics.filter((one) => one.problem !== null);
  const present = sum(mappings, 'present');
  const settled = present === sum(mappings, 'wanted');
  return {
    stage: 'Fabric',
    href: '#targets',
    tone: fabrics.length === 0 ? 'quiet' : lost.length > 0 ? 'bad' : settled ? 'good' : 'active',
    value: formatCount(present),
    unit: present === 1 ? 'address present' : 'addresses present',
    note: lost.length > 0 ? `${lost[0]?.name ?? ''}: ${lost[0]?.problem?.title ?? ''}` : coverage(fabrics),
  };
}

function coverage(fabrics: StatusSummary['fabrics']): string {
  const names = fabrics.map((one) => one.name).join(', ');
  return names === '' ? 'no fabric yet' : `on ${names}`;
}

function sum<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((all, row) => all + row[key], 0);
}
