import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TargetKind, TargetRow } from '../../../backend/api/contract/models.ts';
import type { Store } from '../../live/store.ts';
import { formatCount, plural } from '../../logic/format.ts';
import { countByState, everything } from '../../logic/rows.ts';
import type { Column, Filter } from '../../logic/rows.ts';
import { Select } from '../../parts/field.tsx';
import type { Choice } from '../../parts/field.tsx';
import type { TableView } from '../../logic/table-view.ts';
import { heldText, kindWords, nameParts, stateOrder, targetStates } from '../../logic/words.ts';
import { Empty, Section } from '../../parts/section.tsx';
import { Shape, Status } from '../../parts/shape.tsx';
import { Table } from '../../parts/table.tsx';
import type { Column as TableColumn } from '../../parts/table.tsx';

interface TargetsProps {
  readonly store: Store;
  readonly view: TableView;
  readonly onOpen: (key: string) => void;
}

export function Targets({ store, view, onOpen }: TargetsProps): JSX.Element {
  const rows = store.rows.value;
  const body = useStandingStill(view);
  const { column, descending } = view.sort.value;
  if (rows.size === 0)
    return (
      <Section id="targets" title="Targets">
        <Empty title="No target yet">
          External EPGs, redirect policies and pools appear as soon as a mapping selects something. If it
          should, compare its sources, namespaces and labels with what is there.
        </Empty>
      </Section>
    );
  return (
    <Section id="targets" title="Targets">
      <Toolbar store={store} view={view} />
      <Table
        label="Table of targets"
        name="targets"
        columns={columnsOf(onOpen)}
        rows={view.keys.value.flatMap((key) => rows.get(key) ?? [])}
        rowKey={(row) => row.key}
        sort={{ column, descending }}
        onSort={(id) => view.sortBy(id as Column)}
        body={body}
        none={
          <>
            Nothing matches the filter.{' '}
            <button type="button" class="link" onClick={() => view.setFilter(everything)}>
              Show all
            </button>
          </>
        }
      />
      <Foot store={store} view={view} />
    </Section>
  );
}

function columnsOf(onOpen: (key: string) => void): readonly TableColumn<TargetRow>[] {
  return [
    { id: 'state', title: 'State', sortable: true, cell: (row) => <Status {...targetStates[row.state]} /> },
    {
      id: 'name',
      title: 'Name',
      sortable: true,
      rowHeader: true,
      cell: (row) => <Name row={row} onOpen={onOpen} />,
    },
    { id: 'kind', title: 'Kind', sortable: true, cell: (row) => kindWords[row.kind].title },
    { id: 'where', title: 'In', sortable: true, cell: whereOf },
    { id: 'system', title: 'System', sortable: true, cell: (row) => row.system },
    { id: 'mapping', title: 'Mapping', sortable: true, cell: (row) => row.mapping },
    { id: 'wanted', title: 'Wanted', numeric: true, sortable: true, cell: (row) => formatCount(row.wanted) },
    {
      id: 'present',
      title: 'Present',
      numeric: true,
      sortable: true,
      cellClass: (row) => (row.present === row.wanted ? '' : 'differs'),
      cell: (row) =>
        row.present === null ? <span title="Cannot be read now">?</span> : formatCount(row.present),
    },
    { id: 'held', title: 'Held or wrong', sortable: true, cell: (row) => <RowNote row={row} /> },
  ];
}

function Name({ row, onOpen }: { row: TargetRow; onOpen: (key: string) => void }): JSX.Element {
  const { name } = nameParts(row.name);
  return (
    <>
      <button
        type="button"
        class="link mono"
        data-row-control
        title={row.group === '' ? name : `${name} for ${row.group}`}
        onClick={() => onOpen(row.key)}
      >
        {name}
      </button>
      {!row.exists && row.present !== null && <span class="tag">not created</span>}
    </>
  );
}

function whereOf(row: TargetRow): JSX.Element {
  const { where } = nameParts(row.name);
  if (where === '') return <span class="muted">–</span>;
  return <span title={`${kindWords[row.kind].where}: ${where}`}>{where}</span>;
}

function Toolbar({ store, view }: Pick<TargetsProps, 'store' | 'view'>): JSX.Element {
  const rows = store.rows.value;
  const { text, state, kind, system } = view.filter.value;
  const counts = countByState(rows.values(), { kind, system });
  const systems = (store.summary.value?.systems ?? []).map(({ name }): Choice<string> => [name, name]);
  return (
    <div class="toolbar">
      <input
        class="input"
        type="search"
        aria-label="Filter targets"
        placeholder="Filter by name, group, mapping…"
        spellcheck={false}
        autocomplete="off"
        value={text}
        onInput={(event) => view.setFilter({ text: event.currentTarget.value })}
      />
      <Select
        label="Filter by kind"
        value={kind}
        choices={[['all', 'All kinds'], ...kinds]}
        onChoose={(chosen) => view.setFilter({ kind: chosen })}
      />
      <Select
        label="Filter by system"
        value={system}
        choices={[['', 'All systems'], ...systems]}
        onChoose={(chosen) => view.setFilter({ system: chosen })}
      />
      <div class="chips" role="group" aria-label="Filter by state">
        <Chip on={state === 'all'} count={counts.all} onClick={() => view.setFilter({ state: 'all' })}>
          All
        </Chip>
        {stateOrder.map((one) => (
          <Chip
            key={one}
            on={state === one}
            count={counts.by.get(one) ?? 0}
            onClick={() => view.setFilter({ state: state === one ? 'all' : one })}
          >
            <Shape tone={targetStates[one].tone} />
            {targetStates[one].text}
          </Chip>
        ))}
      </div>
    </div>
  );
}

const kinds = (Object.keys(kindWords) as TargetKind[]).map((kind): Choice<Filter['kind']> => [
  kind,
  kindWords[kind].title,
]);

interface ChipProps {
  readonly on: boolean;
  readonly count: number;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Chip({ on, count, onClick, children }: ChipProps): JSX.Element {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={onClick}>
      {children} <span class="num">{formatCount(count)}</span>
    </button>
  );
}

/** How long after the pointer last moved over the table its order goes on standing still. */
const restMs = 4_000;

function useStandingStill(view: TableView): { current: HTMLTableSectionElement | null } {
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    const element = body.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const letGo = (): void => {
      view.still.value = element.contains(document.activeElement);
    };
    const touch = (): void => {
      view.still.value = true;
      clearTimeout(timer);
      timer = setTimeout(letGo, restMs);
    };
    const leave = (): void => void setTimeout(letGo);
    element.addEventListener('pointermove', touch);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focusin', touch);
    element.addEventListener('focusout', leave);
    return () => {
      clearTimeout(timer);
      element.removeEventListener('pointermove', touch);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('focusin', touch);
      element.removeEventListener('focusout', leave);
    };
  }, [view]);
  return body;
}

function RowNote({ row }: { row: TargetRow }): JSX.Element | null {
  const held = heldText(row.held);
  const waits = row.held.some(({ reason }) => reason !== 'draining');
  const [first, ...more] = row.problems;
  if (held === '' && first === undefined) return row.due > 0 ? <span>{formatCount(row.due)} due</span> : null;
  return (
    <>
      {held !== '' && <span class={waits ? 'held-note' : ''}>{held}</span>}
      {held !== '' && first !== undefined && ' · '}
      {first !== undefined && <span title={`${first.title}: ${first.detail}`}>{first.title}</span>}
      {more.length > 0 && <span class="muted"> +{more.length}</span>}
    </>
  );
}

function Foot({ store, view }: Pick<TargetsProps, 'store' | 'view'>): JSX.Element {
  const shown = view.keys.value.length;
  const all = store.rows.value.size;
  const waiting = view.waiting.value;
  return (
    <div class="table-foot">
      <p aria-live="polite">
        {shown === all ? plural(all, 'target') : `${formatCount(shown)} of ${plural(all, 'target')}`}
      </p>
      {waiting > 0 && (
        <button type="button" class="button small" onClick={() => view.refresh()}>
          {plural(waiting, 'new row')} – show
        </button>
      )}
    </div>
  );
}
