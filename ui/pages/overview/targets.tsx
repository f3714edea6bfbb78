import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TargetKind, TargetRow } from '../../backend/api/contract/models.ts';
import type { Store } from '../live/store.ts';
import { formatCount, plural } from '../logic/format.ts';
import { countByState, everything } from '../logic/rows.ts';
import type { Column, Filter } from '../logic/rows.ts';
import type { TableView } from '../logic/table-view.ts';
import { heldText, kindWords, nameParts, stateOrder, targetStates } from '../logic/words.ts';
import { Empty, Section } from '../parts/section.tsx';
import { Shape, Status } from '../parts/shape.tsx';

interface TargetsProps {
  readonly store: Store;
  readonly view: TableView;
  readonly onOpen: (key: string) => void;
}

const columns: readonly { readonly id: Column; readonly title: string; readonly numeric?: true }[] = [
  { id: 'state', title: 'State' },
  { id: 'name', title: 'Name' },
  { id: 'kind', title: 'Kind' },
  { id: 'where', title: 'In' },
  { id: 'system', title: 'System' },
  { id: 'mapping', title: 'Mapping' },
  { id: 'wanted', title: 'Wanted', numeric: true },
  { id: 'present', title: 'Present', numeric: true },
  { id: 'held', title: 'Held or wrong' },
];

export function Targets({ store, view, onOpen }: TargetsProps): JSX.Element {
  const rows = store.rows.value;
  return (
    <Section id="targets" title="Targets">
      {rows.size === 0 ? (
        <Empty title="No target yet">
          External EPGs, redirect policies and pools appear as soon as a mapping selects something. If it
          should, compare its sources, namespaces and labels with what is there.
        </Empty>
      ) : (
        <>
          <Toolbar store={store} view={view} />
          <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of targets">
            <table class="grid targets" aria-rowcount={view.total.value + 1}>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <SortHeader key={column.id} view={view} {...column} />
                  ))}
                </tr>
              </thead>
              <Body store={store} view={view} onOpen={onOpen} />
            </table>
          </div>
          <Pager view={view} />
        </>
      )}
    </Section>
  );
}

function SortHeader(props: { view: TableView; id: Column; title: string; numeric?: true }): JSX.Element {
  const { column, descending } = props.view.sort.value;
  const active = column === props.id;
  return (
    <th
      scope="col"
      class={props.numeric === true ? `num col-${props.id}` : `col-${props.id}`}
      aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" class="sort" onClick={() => props.view.sortBy(props.id)}>
        {props.title}
        <span class="sort-mark" aria-hidden="true">
          {active ? (descending ? '▾' : '▴') : ''}
        </span>
      </button>
    </th>
  );
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

type Choice<Value extends string> = readonly [value: Value, text: string];

const kinds = (Object.keys(kindWords) as TargetKind[]).map((kind): Choice<Filter['kind']> => [
  kind,
  kindWords[kind].title,
]);

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChoose: (value: Value) => void;
}

function Select<Value extends string>(props: SelectProps<Value>): JSX.Element {
  const { label, value, choices, onChoose } = props;
  return (
    <select
      class="input select"
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => {
        const [chosen] = choices[currentTarget.selectedIndex] ?? [];
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {choices.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

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

function Body({ store, view, onOpen }: TargetsProps): JSX.Element {
  const rows = store.rows.value;
  const { keys, first } = view.page.value;
  const body = useStandingStill(view);
  return (
    <tbody ref={body}>
      {keys.length === 0 && (
        <tr>
          <td colSpan={columns.length} class="none">
            Nothing matches the filter.{' '}
            <button type="button" class="link" onClick={() => view.setFilter(everything)}>
              Show all
            </button>
          </td>
        </tr>
      )}
      {keys.map((key, index) => {
        const row = rows.get(key);
        return row && <Row key={key} row={row} index={first + index} onOpen={onOpen} />;
      })}
    </tbody>
  );
}

function useStandingStill(view: TableView): { current: HTMLTableSectionElement | null } {
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    const element = body.current;
    if (element === null) return;
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

function Row(props: { row: TargetRow; index: number; onOpen: (key: string) => void }): JSX.Element {
  const { row, index, onOpen } = props;
  const { where, name } = nameParts(row.name);
  const kind = kindWords[row.kind];
  const differs = row.present !== row.wanted;
  return (
    <tr data-key={row.key} aria-rowindex={index + 1}>
      <td class="state">
        <Status {...targetStates[row.state]} />
      </td>
      <th scope="row" class="name">
        <button
          type="button"
          class="link mono"
          title={row.group === '' ? name : `${name} for ${row.group}`}
          onClick={() => onOpen(row.key)}
        >
          {name}
        </button>
        {!row.exists && row.present !== null && <span class="tag">not created</span>}
      </th>
      <td>{kind.title}</td>
      <td title={`${kind.where}: ${where}`}>{where === '' ? <span class="muted">–</span> : where}</td>
      <td>{row.system}</td>
      <td>{row.mapping}</td>
      <td class="num">{formatCount(row.wanted)}</td>
      <td class={differs ? 'num differs' : 'num'}>
        {row.present === null ? <span title="Cannot be read now">?</span> : formatCount(row.present)}
      </td>
      <td class="note">
        <RowNote row={row} />
      </td>
    </tr>
  );
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

function Pager({ view }: { view: TableView }): JSX.Element {
  const { number, pages, first, keys } = view.page.value;
  const total = view.total.value;
  const waiting = view.waiting.value;
  const last = first + Math.max(0, keys.length - 1);
  return (
    <div class="pager">
      <p aria-live="polite">
        {total === 0 ? 'None' : `${formatCount(first)}–${formatCount(last)} of ${formatCount(total)}`}
      </p>
      {waiting > 0 && (
        <button type="button" class="button small" onClick={() => view.refresh()}>
          {plural(waiting, 'new row')} – show
        </button>
      )}
      {pages > 1 && (
        <div class="pager-buttons">
          <PageButton label="First page" text="«" off={number === 0} onClick={() => view.go(0)} />
          <PageButton label="Previous page" text="‹" off={number === 0} onClick={() => view.go(number - 1)} />
          <span class="num">
            {formatCount(number + 1)} / {formatCount(pages)}
          </span>
          <PageButton
            label="Next page"
            text="›"
            off={number + 1 >= pages}
            onClick={() => view.go(number + 1)}
          />
          <PageButton
            label="Last page"
            text="»"
            off={number + 1 >= pages}
            onClick={() => view.go(pages - 1)}
          />
        </div>
      )}
    </div>
  );
}

/** `aria-disabled` instead of `disabled`, so that the focus stays where it is at the last page. */
function PageButton(props: { label: string; text: string; off: boolean; onClick: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class="button small"
      aria-label={props.label}
      aria-disabled={props.off}
      onClick={() => {
        if (!props.off) props.onClick();
      }}
    >
      {props.text}
    </button>
  );
}
