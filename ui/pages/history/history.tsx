/** Everything that was: what, why, by whom, with which result. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { HistoryEntry } from '../../../backend/api/contract/history.ts';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { csvOf } from '../../logic/csv.ts';
import { formatCount, formatMoment, formatUtc, plural } from '../../logic/format.ts';
import type { Zone } from '../../logic/format.ts';
import { historyQuery } from '../../logic/history-list.ts';
import { keyParts, kindWords, nameParts, resultWording, whyText } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { CopyDialog } from '../../parts/copy-dialog.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Status } from '../../parts/shape.tsx';
import { Table } from '../../parts/table.tsx';
import type { Column } from '../../parts/table.tsx';
import type { PageProps } from '../page-entry.ts';
import { Filters } from './filters.tsx';
import { useHistory } from './use-history.ts';
import type { ReadHistory } from './use-history.ts';

export function HistoryPage({ app, query }: PageProps): JSX.Element {
  const wish = historyQuery(query);
  const read = useHistory(app, wish);
  const opened = useSignal<HistoryEntry | undefined>(undefined);
  const copying = useSignal(false);
  const entries = read.list?.entries ?? [];
  return (
    <>
      <PageHead
        title="History"
        note={<Kept read={read} zone={app.zone.value} />}
        actions={
          <>
            <ZoneSwitch app={app} />
            <Button
              off={entries.length === 0 ? 'nothing is shown' : undefined}
              onClick={() => (copying.value = true)}
            >
              As CSV…
            </Button>
          </>
        }
      />
      <Filters app={app} query={query} />
      {read.problem !== undefined && <ProblemNote problem={read.problem} />}
      {read.list !== undefined && (
        <Table
          label="Table of what was"
          name="past"
          columns={columnsOf(app, (entry) => (opened.value = entry))}
          rows={entries}
          rowKey={({ id }) => id}
          none="Nothing in the history matches."
          onNearEnd={read.readOlder}
          onScrolled={read.onScrolled}
        />
      )}
      <Foot read={read} />
      {opened.value !== undefined && (
        <Details entry={opened.value} app={app} onClose={() => (opened.value = undefined)} />
      )}
      {copying.value && (
        <CopyDialog
          title="What is shown, as CSV"
          text={csv(entries)}
          onClose={() => (copying.value = false)}
        />
      )}
    </>
  );
}

function Kept({ read, zone }: { read: ReadHistory; zone: Zone }): JSX.Element | null {
  const oldest = read.list?.oldest;
  if (typeof oldest !== 'number') return null;
  return <>kept back to {formatMoment(oldest, zone)}</>;
}

export function ZoneSwitch({ app }: { app: App }): JSX.Element {
  return (
    <div class="segments" role="group" aria-label="Times in">
      {(['local', 'utc'] as const).map((zone) => (
        <button
          key={zone}
          type="button"
          aria-pressed={app.zone.value === zone}
          onClick={() => (app.zone.value = zone)}
        >
          {zone === 'utc' ? 'UTC' : 'Local time'}
        </button>
      ))}
    </div>
  );
}

const kindTexts: Readonly<Record<HistoryEntry['kind'], string>> = {
  change: 'change',
  run: 'round',
  act: 'act',
};

function columnsOf(app: App, onOpen: (entry: HistoryEntry) => void): readonly Column<HistoryEntry>[] {
  const zone = app.zone.value;
  return [
    {
      id: 'at',
      title: 'When',
      cell: ({ at }) => (
        <time class="mono" title={formatUtc(at)}>
          {formatMoment(at, zone)}
        </time>
      ),
    },
    { id: 'kind', title: 'Kind', cell: ({ kind }) => <span class="muted">{kindTexts[kind]}</span> },
    {
      id: 'what',
      title: 'What',
      rowHeader: true,
      cell: (entry) => (
        <button type="button" class="link" data-row-control title={entry.what} onClick={() => onOpen(entry)}>
          {entry.what}
        </button>
      ),
    },
    { id: 'object', title: 'Where', cell: (entry) => <Where entry={entry} app={app} /> },
    {
      id: 'why',
      title: 'Why',
      cell: (entry) => (
        <span class="why" title={whyText(entry)}>
          {whyText(entry)}
        </span>
      ),
    },
    { id: 'who', title: 'Who', cell: ({ person }) => person ?? <span class="muted">by itself</span> },
    { id: 'result', title: 'Result', cell: ({ result }) => <Status {...resultWording(result)} /> },
  ];
}

function Where({ entry, app }: { entry: HistoryEntry; app: App }): JSX.Element {
  const { key, system, mapping } = entry;
  if (key === null)
    return <span>{[mapping, system].filter(Boolean).join(' on ') || <span class="muted">–</span>}</span>;
  const { kind, name } = keyParts(key);
  const title = `${kindWords[kind].title} ${name} on ${system ?? ''}`;
  if (!app.store.rows.value.has(key))
    return (
      <span class="mono" title={title}>
        {nameParts(name).name}
      </span>
    );
  return (
    <button type="button" class="link mono" title={title} onClick={() => app.drawer.onOpen(key)}>
      {nameParts(name).name}
    </button>
  );
}

function Foot({ read }: { read: ReadHistory }): JSX.Element | null {
  const { list, waiting, readingOlder, readOlder, takeNewest } = read;
  if (list === undefined) return null;
  return (
    <div class="table-foot">
      <p aria-live="polite">
        {list.next === null
          ? `${plural(list.entries.length, 'entry', 'entries')}, that is all`
          : `The newest ${formatCount(list.entries.length)}`}
      </p>
      {list.next !== null && (
        <Button small busy={readingOlder} onClick={readOlder}>
          Older
        </Button>
      )}
      {waiting > 0 && (
        <Button small onClick={takeNewest}>
          {plural(waiting, 'new entry', 'new entries')} – show
        </Button>
      )}
    </div>
  );
}

function Details({
  entry,
  app,
  onClose,
}: {
  entry: HistoryEntry;
  app: App;
  onClose: () => void;
}): JSX.Element {
  const { address, item, mapping, system, person, detail, result, at, key } = entry;
  const facts: readonly (readonly [string, JSX.Element | string | null])[] = [
    ['When', `${formatMoment(at, app.zone.value)} (${formatUtc(at)})`],
    ['Result', <Status key="result" {...resultWording(result)} />],
    ['Why', whyText(entry)],
    ['Detail', detail],
    ['Who', person],
    ['Mapping', mapping],
    ['System', system],
    ['Object', key === null ? null : keyParts(key).name],
    ['Item', item],
    [
      'Address',
      address === null ? null : (
        <a key="address" class="mono" href={linkTo(`/addresses/${encodeURIComponent(address)}`)}>
          {address}
        </a>
      ),
    ],
  ];
  return (
    <Dialog title={entry.what} onClose={onClose}>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== null &&
            value !== '' && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </Dialog>
  );
}

function csv(entries: readonly HistoryEntry[]): string {
  const head = [
    'when (UTC)',
    'kind',
    'what',
    'why',
    'who',
    'result',
    'system',
    'mapping',
    'object',
    'item',
    'address',
    'detail',
  ];
  return csvOf(
    head,
    entries.map((entry) => [
      formatMoment(entry.at, 'utc'),
      kindTexts[entry.kind],
      entry.what,
      whyText(entry),
      entry.person ?? '',
      entry.result,
      entry.system ?? '',
      entry.mapping ?? '',
      entry.key === null ? '' : keyParts(entry.key).name,
      entry.item ?? '',
      entry.address ?? '',
      entry.detail,
    ]),
  );
}
