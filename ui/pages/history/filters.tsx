import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { App } from '../../live/app.ts';
import type { Query } from '../../live/location.ts';
import { fieldOf, momentOf } from '../../logic/history-list.ts';
import { keyParts } from '../../logic/words.ts';
import { Select } from '../../parts/field.tsx';
import type { Choice } from '../../parts/field.tsx';
import { FilterInput } from '../../parts/filter-input.tsx';

interface FiltersProps {
  readonly app: App;
  readonly query: Query;
}

/** All of them stand in the address of the page, so that what was found can be passed on. */
export function Filters({ app, query }: FiltersProps): JSX.Element {
  const { systems = [], mappings = [] } = app.store.summary.value ?? {};
  const set: Set = (name) => (value) => app.location.setQuery({ [name]: value });
  const names = (all: string, found: readonly { readonly name: string }[]): Choice<string>[] => [
    ['', all],
    ...found.map(({ name }) => [name, name] as const),
  ];
  const narrowed = Object.values(query).some((value) => value !== '');
  return (
    <div class="toolbar history-filters">
      <FilterInput
        label="Search the history"
        placeholder="What, why, who…"
        value={query['search'] ?? ''}
        onChange={set('search')}
      />
      <KindAndResult query={query} set={set} />
      <Select
        label="Filter by mapping"
        value={query['mapping'] ?? ''}
        choices={names('All mappings', mappings)}
        onChoose={set('mapping')}
      />
      <Select
        label="Filter by system"
        value={query['system'] ?? ''}
        choices={names('All systems', systems)}
        onChoose={set('system')}
      />
      <FilterInput label="Address" value={query['address'] ?? ''} onChange={set('address')} />
      <FilterInput label="Person" value={query['person'] ?? ''} onChange={set('person')} />
      <ObjectFilter app={app} query={query} />
      <MomentInput label="From" name="from" app={app} query={query} />
      <MomentInput label="To" name="to" app={app} query={query} />
      {narrowed && (
        <button type="button" class="button" onClick={() => app.location.go('/history')}>
          Clear
        </button>
      )}
    </div>
  );
}

type Set = (name: string) => (value: string) => void;

function KindAndResult({ query, set }: { query: Query; set: Set }): JSX.Element {
  return (
    <>
      <Select
        label="Filter by kind"
        value={query['kind'] ?? ''}
        choices={[
          ['', 'All kinds'],
          ['change', 'Changes'],
          ['run', 'Rounds'],
          ['act', 'Acts of people'],
        ]}
        onChoose={set('kind')}
      />
      <Select
        label="Filter by result"
        value={query['result'] ?? ''}
        choices={[
          ['', 'Any result'],
          ['accepted', 'Accepted'],
          ['refused', 'Refused'],
          ['unknown', 'No clear answer'],
        ]}
        onChoose={set('result')}
      />
    </>
  );
}

/** Target objects as they are now; one that is gone stays chosen when the page was opened with it. */
function ObjectFilter({ app, query }: FiltersProps): JSX.Element {
  const id = useId();
  const chosen = query['key'] ?? '';
  const rows = app.store.rows.value;
  const text = chosen === '' ? '' : keyParts(chosen).name;
  return (
    <>
      <input
        class="input"
        type="search"
        aria-label="Object"
        placeholder="Object"
        list={id}
        autocomplete="off"
        value={text}
        onChange={({ currentTarget }) => {
          const { value } = currentTarget;
          const key = [...rows.values()].find((row) => row.name === value)?.key ?? '';
          app.location.setQuery({ key });
          if (key === '') currentTarget.value = '';
        }}
      />
      <datalist id={id}>
        {[...rows.values()].slice(0, 500).map(({ key, name, system }) => (
          <option key={key} value={name} label={system} />
        ))}
      </datalist>
    </>
  );
}

function MomentInput(props: FiltersProps & { label: string; name: 'from' | 'to' }): JSX.Element {
  const { app, query, label, name } = props;
  const zone = app.zone.value;
  return (
    <label class="moment">
      <span>{label}</span>
      <input
        class="input"
        type="datetime-local"
        value={fieldOf(momentOf(query[name], 'utc'), zone)}
        onChange={(event) => {
          const at = momentOf(event.currentTarget.value, zone);
          app.location.setQuery({ [name]: fieldOf(at, 'utc') });
        }}
      />
    </label>
  );
}
