/**
 * Reads what the `show` commands print. Columns go by their names, never by position: releases add some. Whatever is not whole is thrown
 * out as `loadBalancer.incomplete`: half a table must never be taken for a short one.
 */
import { ProblemError } from '../../model/problems.ts';
import { parseReply } from './replies.ts';

export type Row = (column: string) => string;

function incomplete(detail: string): ProblemError {
  return new ProblemError('loadBalancer.incomplete', detail);
}

/** A refusal in place of the table. */
function refuse(raw: string): void {
  const { severity, text } = parseReply(raw);
  if (severity === undefined) return;
  if (text === 'Permission denied') throw new ProblemError('loadBalancer.forbidden', text);
  throw incomplete(text);
}

function rowsOf(header: readonly string[], lines: readonly (readonly string[])[]): readonly Row[] {
  const positions = new Map(header.map((name, index) => [name, index]));
  return lines.map((cells) => {
    if (cells.length < header.length) throw incomplete(`half a row: ${cells.join(' ')}`);
    return (column) => {
      const position = positions.get(column);
      if (position === undefined) throw incomplete(`no column ${column}`);
      return cells[position] ?? '';
    };
  });
}

/** `# name` and a name on each line. */
export function parseBackends(raw: string): readonly string[] {
  refuse(raw);
  const [header, ...names] = raw.trim().split('\n');
  if (header !== '# name' || !raw.endsWith('\n')) throw incomplete('the list of backends');
  return names;
}

const stateFormat = '1';

/** `show servers state`, of one backend or all; undefined: there is no such backend. */
export function parseServersState(raw: string): readonly Row[] | undefined {
  if (parseReply(raw).text === "Can't find backend.") return undefined;
  refuse(raw);
  const [format, header, ...lines] = raw.trimEnd().split('\n');
  if (format?.trim() !== stateFormat || header?.startsWith('# ') !== true || !raw.endsWith('\n'))
    throw incomplete("the servers' state");
  return rowsOf(
    header.slice(2).split(' '),
    lines.map((line) => line.split(' ')),
  );
}

/** `show servers conn`: connections in use, by `backend/server`. */
export function parseServersConn(raw: string): ReadonlyMap<string, number> {
  if (parseReply(raw).text === "Can't find backend.") return new Map();
  refuse(raw);
  const [header, ...lines] = raw.trimEnd().split('\n');
  if (header?.startsWith('# bkname/svname ') !== true || !raw.endsWith('\n'))
    throw incomplete("the servers' connections");
  // In the header, one column stands for all threads; between port and purge_delay both have a dash, or neither.
  const columns = header.slice(2).split(' ');
  const used = columns.indexOf('used_cur');
  if (used === -1) throw incomplete('no column used_cur');
  return new Map(
    lines.map((line) => {
      const cells = line.split(' ');
      const count = Number(cells[used]);
      if (!Number.isInteger(count)) throw incomplete(`half a row: ${line}`);
      return [cells[0] ?? '', count];
    }),
  );
}

/** `show stat`: what each server may hold at most, by `backend/server`; `0` for no limit. */
export function parseLimits(raw: string): ReadonlyMap<string, string> {
  refuse(raw);
  const [header, ...lines] = raw.trimEnd().split('\n');
  if (header?.startsWith('# pxname,') !== true || !raw.endsWith('\n')) throw incomplete('the statistics');
  const columns = header.slice(2).split(',');
  const rows = rowsOf(
    columns,
    lines.map((line) => line.split(',')),
  );
  return new Map(
    rows.map((row) => [`${row('pxname')}/${row('svname')}`, row('slim') === '' ? '0' : row('slim')]),
  );
}

/** The process that answers. */
export interface ProcessFacts {
  readonly pid: number;
  readonly uptimeSeconds: number;
  /** It was replaced and only finishes what it has begun. */
  readonly isStopping: boolean;
  readonly node: string;
  readonly version: string;
}

/** `show info` */
export function parseProcess(raw: string): ProcessFacts {
  refuse(raw);
  const lines = new Map(
    raw.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const pid = Number(lines.get('pid'));
  const uptimeSeconds = Number(lines.get('uptime_sec'));
  const node = lines.get('node');
  if (!(pid > 0) || !(uptimeSeconds >= 0) || node === undefined)
    throw incomplete('what it says about its process');
  return {
    pid,
    uptimeSeconds,
    isStopping: (lines.get('stopping') ?? '0') !== '0',
    node,
    version: lines.get('version') ?? '',
  };
}
