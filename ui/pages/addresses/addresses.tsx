/** Every address that is wanted somewhere; sorted, filtered and cut into pages by the server. */
import type { JSX } from 'preact';
import type { AddressQuery, AddressRow } from '../../../backend/api/contract/addresses.ts';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { addressQuery, addressStates, addressesPerPage, sortedBy } from '../../logic/address-query.ts';
import { formatCount, plural } from '../../logic/format.ts';
import { addressKinds, keyParts, kindWords, nameParts, stateTones, stateWords } from '../../logic/words.ts';
import { Select } from '../../parts/field.tsx';
import type { Choice } from '../../parts/field.tsx';
import { FilterInput } from '../../parts/filter-input.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Pager } from '../../parts/pager.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Empty } from '../../parts/section.tsx';
import { Status } from '../../parts/shape.tsx';
import { Table } from '../../parts/table.tsx';
import type { Column } from '../../parts/table.tsx';
import { useRequest } from '../../parts/use-request.ts';
import type { PageProps } from '../page-entry.ts';

export function AddressesPage({ app, query }: PageProps): JSX.Element {
  const asked = addressQuery(query);
  const by = JSON.stringify(asked);
  const { value, problem } = useRequest(
    () => app.requests.addresses(asked),
    [by, app.store.planVersion.value],
  );
  const { sort, offset } = asked;
  return (
    <>
      <PageHead
        title="Addresses"
        note={value === undefined ? undefined : plural(value.of, 'address', 'addresses')}
      />
      {problem !== undefined && <ProblemNote problem={problem} />}
      {value?.of === 0 && !isNarrowed(asked) ? (
        <Empty title="No address yet">
          Addresses appear as soon as a mapping selects something. <a href="#/mappings">To the mappings</a>
        </Empty>
      ) : (
        <>
          <Toolbar app={app} asked={asked} />
          {value !== undefined && (
            <>
              <Table
                label="Table of addresses"
                name="addresses"
                columns={columnsOf(app.drawer.onOpen)}
                rows={value.rows}
                rowKey={(row) => `${row.address} ${row.source} ${row.origin} ${row.addressKind}`}
                sort={{ column: sort, descending: asked.descending === 'true' }}
                onSort={(column) => app.location.setQuery(sortedBy(asked, column))}
                total={value.total}
                offset={offset}
                none={<NoneMatches app={app} />}
              />
              <Pager
                offset={offset}
                size={addressesPerPage}
                shown={value.rows.length}
                total={value.total}
                onGo={(next) => app.location.setQuery({ offset: next === 0 ? '' : String(next) })}
              />
            </>
          )}
        </>
      )}
    </>
  );
}

function isNarrowed({ search, source, mapping, state }: AddressQuery): boolean {
  return [search, source, mapping, state].some((one) => one !== undefined);
}

function NoneMatches({ app }: { app: App }): JSX.Element {
  return (
    <>
      No address matches.{' '}
      <button
        type="button"
        class="link"
        onClick={() => app.location.setQuery({ search: '', source: '', mapping: '', state: '', offset: '' })}
      >
        Show all
      </button>
    </>
  );
}

function Toolbar({ app, asked }: { app: App; asked: AddressQuery }): JSX.Element {
  const { sources = [], mappings = [] } = app.store.summary.value ?? {};
  const change = (query: Readonly<Record<string, string>>): void =>
    app.location.setQuery({ ...query, offset: '' });
  const names = (all: string, found: readonly { readonly name: string }[]): Choice<string>[] => [
    ['', all],
    ...[...new Set(found.map(({ name }) => name))].map((name) => [name, name] as const),
  ];
  return (
    <div class="toolbar">
      <FilterInput
        label="Search addresses"
        placeholder="Address, origin, node, target…"
        value={asked.search ?? ''}
        onChange={(search) => change({ search })}
      />
      <Select
        label="Filter by source"
        value={asked.source ?? ''}
        choices={names('All sources', sources)}
        onChoose={(source) => change({ source })}
      />
      <Select
        label="Filter by mapping"
        value={asked.mapping ?? ''}
        choices={names('All mappings', mappings)}
        onChoose={(mapping) => change({ mapping })}
      />
      <Select
        label="Filter by state"
        value={asked.state ?? ''}
        choices={[['', 'All states'], ...addressStates.map((state) => [state, stateWords[state]] as const)]}
        onChoose={(state) => change({ state })}
      />
    </div>
  );
}

function columnsOf(onOpen: (key: string) => void): readonly Column<AddressRow>[] {
  return [
    {
      id: 'address',
      title: 'Address',
      sortable: true,
      rowHeader: true,
      cell: ({ address }) => (
        <a class="mono" data-row-control href={linkTo(`/addresses/${encodeURIComponent(address)}`)}>
          {address}
        </a>
      ),
    },
    { id: 'kind', title: 'Of', cell: ({ addressKind }) => addressKinds[addressKind] },
    {
      id: 'state',
      title: 'State',
      sortable: true,
      cell: ({ state }) => <Status tone={stateTones[state]} text={stateWords[state]} />,
    },
    {
      id: 'origin',
      title: 'Comes from',
      sortable: true,
      cell: ({ origin }) => <span title={origin}>{origin.replace(/^learnedEndpoint /, 'endpoint ')}</span>,
    },
    { id: 'source', title: 'Source', sortable: true, cell: ({ source }) => source },
    {
      id: 'node',
      title: 'Node',
      sortable: true,
      cell: ({ node }) => node ?? <span class="muted">–</span>,
    },
    {
      id: 'mapping',
      title: 'Mapping',
      sortable: true,
      cell: ({ mappings }) => mappings.join(', ') || <span class="muted">–</span>,
    },
    { id: 'targets', title: 'Wanted in', cell: ({ targets }) => <Targets keys={targets} onOpen={onOpen} /> },
  ];
}

function Targets({ keys, onOpen }: { keys: readonly string[]; onOpen: (key: string) => void }): JSX.Element {
  const [first, ...more] = keys;
  if (first === undefined) return <span class="muted">–</span>;
  const { system, kind, name } = keyParts(first);
  return (
    <>
      <button
        type="button"
        class="link"
        title={`${kindWords[kind].title} ${name} on ${system}`}
        onClick={() => onOpen(first)}
      >
        {nameParts(name).name}
      </button>
      {more.length > 0 && (
        <span class="muted" title={more.join('\n')}>
          {' '}
          +{formatCount(more.length)}
        </span>
      )}
    </>
  );
}
