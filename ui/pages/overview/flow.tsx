/** The five stages at a glance: what is seen, wanted, due, written, there. */
import type { ComponentChildren, JSX } from 'preact';
import type { PlanModel, StatusSummary } from '../../../backend/api/contract/models.ts';
import type { Store } from '../../live/store.ts';
import { formatAgo, formatCount, plural } from '../../logic/format.ts';
import type { Tone } from '../../logic/words.ts';
import { Shape } from '../../parts/shape.tsx';

interface Tile {
  readonly stage: string;
  readonly href: string;
  readonly tone: Tone;
  readonly value: string;
  readonly unit: string;
  readonly note: ComponentChildren;
}

export function Flow({ store, summary }: { store: Store; summary: StatusSummary }): JSX.Element {
  const waiting = store.plan.value === undefined ? 0 : waitingForPerson(store.plan.value);
  const tiles = [
    observe(summary),
    desire(summary),
    plan(summary, waiting),
    apply(summary, store),
    present(summary),
  ];
  return (
    <ol class="flow" aria-label="From sources to systems">
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

function observe({ sources }: StatusSummary): Tile {
  const synced = sources.filter((source) => source.freshness === 'synced' && source.problem === null);
  const objects = sources.reduce((all, source) => all + source.objects, 0);
  return {
    stage: 'Observe',
    href: '#/systems',
    tone: sources.length === 0 ? 'quiet' : synced.length === sources.length ? 'good' : 'held',
    value: `${synced.length}/${sources.length}`,
    unit: sources.length === 1 ? 'source synced' : 'sources synced',
    note: `${plural(objects, 'object')} followed`,
  };
}

function desire({ mappings }: StatusSummary): Tile {
  const wanted = sum(mappings, 'wanted');
  return {
    stage: 'Desire',
    href: '#/addresses',
    tone: wanted === 0 ? 'quiet' : 'good',
    value: formatCount(wanted),
    unit: wanted === 1 ? 'address wanted' : 'addresses wanted',
    note: `in ${plural(sum(mappings, 'targets'), 'target')} by ${plural(mappings.length, 'mapping')}`,
  };
}

function waitingForPerson({ mappings }: PlanModel): number {
  const groups = mappings.flatMap((mapping) => mapping.groups.filter((group) => group.approvable));
  return groups.reduce((all, group) => all + group.count, 0);
}

function plan({ mappings }: StatusSummary, waiting: number): Tile {
  const due = sum(mappings, 'due');
  const all = mappings.flatMap((mapping) => mapping.held);
  // What drains ends by itself and asks for nothing.
  const held = sum(
    all.filter(({ reason }) => reason !== 'draining'),
    'count',
  );
  const draining = sum(all, 'count') - held;
  return {
    stage: 'Plan',
    href: '#/plan',
    tone: waiting > 0 ? 'bad' : held > 0 ? 'held' : due > 0 ? 'active' : 'good',
    value: formatCount(held),
    unit: held === 1 ? 'change held' : 'changes held',
    note: [
      due === 0 ? 'nothing due' : `${formatCount(due)} due`,
      ...(draining === 0 ? [] : [`${formatCount(draining)} draining`]),
      ...(waiting === 0 ? [] : [`${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for you`]),
    ].join(' · '),
  };
}

function apply({ systems, mode }: StatusSummary, store: Store): Tile {
  const lastWrite = Math.max(0, ...systems.map((one) => one.lastWrite));
  const newest = store.runs.value.find((run) => run.accepted > 0);
  return {
    stage: 'Apply',
    href: '#/history?kind=run',
    tone: mode === 'paused' ? 'held' : mode === 'report' ? 'quiet' : 'good',
    value: lastWrite === 0 ? '–' : formatAgo(lastWrite, store.now.value),
    unit: lastWrite === 0 ? 'nothing written yet' : 'last write',
    note:
      newest === undefined
        ? 'since start'
        : `${plural(newest.accepted, 'change')} in ${plural(newest.requests, 'request')}`,
  };
}

function present({ systems, mappings }: StatusSummary): Tile {
  const lost = systems.filter((one) => one.problem !== null);
  const there = sum(mappings, 'present');
  const settled = there === sum(mappings, 'wanted');
  return {
    stage: 'Systems',
    href: '#/systems',
    tone: systems.length === 0 ? 'quiet' : lost.length > 0 ? 'bad' : settled ? 'good' : 'active',
    value: formatCount(there),
    unit: there === 1 ? 'address present' : 'addresses present',
    note: lost.length > 0 ? `${lost[0]?.name ?? ''}: ${lost[0]?.problem?.title ?? ''}` : coverage(systems),
  };
}

function coverage(systems: StatusSummary['systems']): string {
  if (systems.length > 3) return `on ${systems.length} systems`;
  const names = systems.map((one) => one.name).join(', ');
  return names === '' ? 'no system yet' : `on ${names}`;
}

function sum<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((all, row) => all + row[key], 0);
}
