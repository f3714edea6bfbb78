/** Which rows of a long table are in the document. */

export interface Window {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** What is seen, and as much again above and below, so that scrolling meets no gap. */
export function windowOf(scrolled: number, height: number, rowHeight: number, count: number): Window {
  const seen = Math.ceil(height / rowHeight) + 1;
  const first = Math.floor(scrolled / rowHeight);
  const from = Math.max(0, Math.min(first - seen, count - seen));
  return { from, to: Math.min(count, Math.max(0, first) + 2 * seen) };
}

/** Runs of rows to draw: the window, and the row that has the focus, which must not vanish. */
export function runsOf({ from, to }: Window, active: number | undefined): readonly Window[] {
  if (active === undefined || (active >= from && active < to)) return [{ from, to }];
  const alone = { from: active, to: active + 1 };
  return active < from ? [alone, { from, to }] : [{ from, to }, alone];
}

/** Where a key leads from a row; undefined: it is no key of ours. */
export function rowAfter(key: string, at: number, count: number, page: number): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const next = moves[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}
