/**
 * A table of as many rows as there are, of which only those that are seen are in the document. It is a real table: its size
 * and the place of each row are told, and the keys move from row to row.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { rowAfter, runsOf, windowOf } from '../logic/window.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly numeric?: true;
  /** Its cells name their row. */
  readonly rowHeader?: true;
  readonly sortable?: true;
  /** Of its heading, for pointer and reader. */
  readonly hint?: string;
  /** A control that opens the row carries `data-row-control`: the keys go from one to the next. */
  readonly cell: (row: Row) => ComponentChildren;
  readonly cellClass?: (row: Row) => string;
}

export interface TableSort {
  readonly column: string;
  readonly descending: boolean;
}

export interface TableProps<Row> {
  /** Of the region, for readers. */
  readonly label: string;
  /** A class of the table; widths of columns are given as `.NAME .col-ID`. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort?: TableSort;
  readonly onSort?: (column: string) => void;
  /** In the place of rows, when there are none. */
  readonly none: ComponentChildren;
  /** Where `rows` are a part of more: how many there are in all, and how many come before. */
  readonly total?: number;
  readonly offset?: number;
  /** Called when the end comes into sight. */
  readonly onNearEnd?: () => void;
  readonly body?: { current: HTMLTableSectionElement | null };
  readonly onScrolled?: (top: number) => void;
}

const guessedRowHeight = 29;

export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { label, name, columns, rows, none, total = props.rows.length, sort, onSort } = props;
  const view = useWindow(props);
  return (
    <div
      class="scroll-x tall"
      tabIndex={0}
      role="region"
      aria-label={label}
      ref={view.scroller}
      onScroll={view.onScroll}
    >
      <table class={`grid ${name}`} aria-rowcount={total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody
          {...(props.body === undefined ? {} : { ref: props.body })}
          onKeyDown={view.onKeyDown}
          onFocusIn={view.onFocusIn}
        >
          {rows.length === 0 && (
            <tr>
              <td colSpan={columns.length} class="none">
                {none}
              </td>
            </tr>
          )}
          <Runs {...props} view={view} />
        </tbody>
      </table>
    </div>
  );
}

function Heading<Row>(props: {
  column: Column<Row>;
  sort: TableSort | undefined;
  onSort: ((column: string) => void) | undefined;
}): JSX.Element {
  const { column, sort, onSort } = props;
  const { id, title, numeric, sortable, hint } = column;
  const classes = numeric === true ? `num col-${id}` : `col-${id}`;
  if (sortable !== true || onSort === undefined)
    return (
      <th scope="col" class={classes} title={hint}>
        {title}
      </th>
    );
  const active = sort?.column === id;
  const descending = sort?.descending === true;
  return (
    <th
      scope="col"
      class={classes}
      title={hint}
      aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" class="sort" onClick={() => onSort(id)}>
        {title}
        <span class="sort-mark" aria-hidden="true">
          {active ? (descending ? '▾' : '▴') : ''}
        </span>
      </button>
    </th>
  );
}

type View = ReturnType<typeof useWindow>;

function Runs<Row>(props: TableProps<Row> & { view: View }): JSX.Element {
  const { rows, columns, view } = props;
  const parts: JSX.Element[] = [];
  let drawn = 0;
  const gap = (to: number): void => {
    if (to > drawn)
      parts.push(
        <tr key={`gap ${parts.length}`} class="gap" aria-hidden="true">
          <td colSpan={columns.length} style={{ height: `${(to - drawn) * view.rowHeight}px` }} />
        </tr>,
      );
  };
  for (const { from, to } of view.runs) {
    gap(from);
    for (let index = from; index < to; index += 1) {
      const row = rows[index];
      if (row !== undefined)
        parts.push(<Line key={`row ${props.rowKey(row)}`} row={row} index={index} table={props} />);
    }
    drawn = to;
  }
  gap(rows.length);
  return <>{parts}</>;
}

function Line<Row>(props: { row: Row; index: number; table: TableProps<Row> }): JSX.Element {
  const { row, index, table } = props;
  return (
    <tr data-key={table.rowKey(row)} data-index={index} aria-rowindex={(table.offset ?? 0) + index + 2}>
      {table.columns.map(({ id, numeric, rowHeader, cell, cellClass }) => {
        const classes = [numeric === true ? 'num' : '', cellClass?.(row) ?? ''].filter(Boolean).join(' ');
        return rowHeader === true ? (
          <th key={id} scope="row" class={classes}>
            {cell(row)}
          </th>
        ) : (
          <td key={id} class={classes}>
            {cell(row)}
          </td>
        );
      })}
    </tr>
  );
}

/** What of the table is drawn, and how the keys move in it. */
function useWindow<Row>(props: TableProps<Row>) {
  const { rows, rowKey, onNearEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const scrolled = useSignal({ top: 0, height: 700 });
  const rowHeight = useSignal(guessedRowHeight);
  const active = useSignal<string | undefined>(undefined);
  const wanted = useRef<number | undefined>(undefined);

  const look = (): void => {
    const { scrollTop = 0, clientHeight = 700 } = scroller.current ?? {};
    const { top, height } = scrolled.peek();
    if (top !== scrollTop || height !== clientHeight)
      scrolled.value = { top: scrollTop, height: clientHeight };
  };
  useLayoutEffect(() => {
    const line = scroller.current?.querySelector('tbody tr[data-index]');
    const measured = line?.getBoundingClientRect().height ?? 0;
    if (measured > 0 && Math.abs(measured - rowHeight.peek()) > 0.1) rowHeight.value = measured;
    look();
    focusWanted(scroller.current, wanted);
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { top, height } = scrolled.value;
  const range = windowOf(top, height, rowHeight.value, rows.length);
  const at = active.value === undefined ? -1 : rows.findIndex((row) => rowKey(row) === active.value);
  const near = range.to >= rows.length && rows.length > 0;
  useEffect(() => {
    if (near) onNearEnd?.();
  }, [near, rows.length]);
  return {
    scroller,
    rowHeight: rowHeight.value,
    runs: runsOf(range, at < 0 ? undefined : at),
    onScroll: (): void => {
      look();
      props.onScrolled?.(scroller.current?.scrollTop ?? 0);
    },
    onFocusIn: (event: FocusEvent): void => {
      active.value = lineOf(event)?.dataset['key'];
    },
    onKeyDown: (event: KeyboardEvent): void => {
      const line = lineOf(event);
      if (line === undefined || isTyping(event) || event.altKey || event.ctrlKey || event.metaKey) return;
      const page = Math.max(1, Math.floor(height / rowHeight.peek()) - 2);
      const next = rowAfter(event.key, Number(line.dataset['index']), rows.length, page);
      const row = next === undefined ? undefined : rows[next];
      if (next === undefined || row === undefined) return;
      event.preventDefault();
      wanted.current = next;
      active.value = rowKey(row);
      scrollTo(scroller.current, next, rowHeight.peek());
      focusWanted(scroller.current, wanted);
    },
  };
}

function lineOf({ target }: Event): HTMLElement | undefined {
  return target instanceof Element ? (target.closest<HTMLElement>('tr[data-index]') ?? undefined) : undefined;
}

function isTyping({ target }: Event): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

/** Below the head, which stays, and above the lower edge. */
function scrollTo(scroller: HTMLElement | null, index: number, rowHeight: number): void {
  if (scroller === null) return;
  const head = scroller.querySelector('thead')?.clientHeight ?? 0;
  const upper = index * rowHeight;
  const lower = upper + rowHeight + head - scroller.clientHeight;
  if (scroller.scrollTop > upper) scroller.scrollTop = upper;
  else if (scroller.scrollTop < lower) scroller.scrollTop = lower;
}

function focusWanted(scroller: HTMLElement | null, wanted: { current: number | undefined }): void {
  if (wanted.current === undefined) return;
  const line = scroller?.querySelector<HTMLElement>(`tr[data-index="${wanted.current}"]`);
  const control = line?.querySelector<HTMLElement>('[data-row-control]') ?? line?.querySelector('a, button');
  if (!(control instanceof HTMLElement)) return;
  wanted.current = undefined;
  control.focus({ preventScroll: true });
}
