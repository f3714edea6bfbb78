/** Every mapping: what goes where, and how that stands. Their order does not matter. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ConfigurationModel, WrittenEntry } from '../../../backend/api/contract/configuration.ts';
import type { MappingModel, Mode } from '../../../backend/api/contract/models.ts';
import { LockNotice } from '../../forms/lock-notice.tsx';
import { lockOf } from '../../forms/lock.ts';
import { fromWords, toWords } from '../../forms/logic/mapping-words.ts';
import { textAt } from '../../forms/logic/written.ts';
import { useConfiguration } from '../../forms/use-configuration.ts';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { formatCount } from '../../logic/format.ts';
import { heldText, modeWords } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Empty } from '../../parts/section.tsx';
import { Badge } from '../../parts/shape.tsx';
import type { PageProps } from '../page-entry.ts';
import { mappingLink } from './links.ts';
import { ModeDialog, RemoveMapping } from './mapping-dialogs.tsx';

export function MappingsPage({ app }: PageProps): JSX.Element {
  const { value, problem, again } = useConfiguration(app);
  const lock = lockOf(app, () => value?.readOnly).value;
  return (
    <>
      <PageHead
        title="Mappings"
        note="What goes where. Their order does not matter."
        actions={
          lock === undefined ? (
            <a class="button primary" href={linkTo('/mappings/new')}>
              Add a mapping
            </a>
          ) : (
            <span class="button" role="link" aria-disabled="true" title={lock}>
              Add a mapping
            </span>
          )
        }
      />
      {value !== undefined && <LockNotice reason={lock} />}
      {problem !== undefined && <ProblemNote problem={problem} />}
      {value === undefined && problem === undefined && <p class="muted">Reading what is declared…</p>}
      {value !== undefined && <Declared app={app} value={value} lock={lock} onChanged={again} />}
    </>
  );
}

interface DeclaredProps {
  readonly app: App;
  readonly value: ConfigurationModel;
  readonly lock: string | undefined;
  readonly onChanged: () => void;
}

function Declared({ app, value, lock, onChanged }: DeclaredProps): JSX.Element {
  const { mappings } = value.document;
  const filter = useSignal('');
  if (mappings.length === 0) return <None value={value} />;
  const standing = new Map(app.store.summary.value?.mappings.map((each) => [each.name, each]));
  const shown = mappings.filter((entry) => matches(entry, filter.value));
  return (
    <>
      {mappings.length > 8 && (
        <div class="toolbar">
          <input
            class="input"
            type="search"
            aria-label="Filter mappings"
            placeholder="Filter mappings…"
            value={filter.value}
            onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
          />
        </div>
      )}
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Mappings">
        <table class="grid mappings-table">
          <Head />
          <tbody>
            {shown.map((entry) => (
              <MappingRow
                key={entry.name}
                app={app}
                entry={entry}
                standing={standing.get(entry.name)}
                lock={lock}
                onChanged={onChanged}
              />
            ))}
            {shown.length === 0 && (
              <tr>
                <td colSpan={8} class="none">
                  No mapping fits.
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}

function None({ value }: { value: ConfigurationModel }): JSX.Element {
  const { clusters, fabrics, loadBalancers } = value.document;
  const ready = clusters.length + fabrics.length > 0 && fabrics.length + loadBalancers.length > 0;
  return (
    <Empty title="No mapping yet">
      {ready ? (
        'Add one: it begins in mode report, so that you can read what it would do before anything is written.'
      ) : (
        <>
          First connect where addresses come from and where they go:{' '}
          <a href={linkTo('/systems')}>Sources and systems</a>.
        </>
      )}
    </Empty>
  );
}

function matches(entry: WrittenEntry, filter: string): boolean {
  const text = [entry.name, fromWords(entry), ...toWords(entry)].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Head(): JSX.Element {
  return (
    <thead>
      <tr>
        <th scope="col">Mapping</th>
        <th scope="col">Mode</th>
        <th scope="col">From → to</th>
        <th scope="col" class="num">
          Targets
        </th>
        <th scope="col" class="num">
          Wanted
        </th>
        <th scope="col" class="num">
          Present
        </th>
        <th scope="col">Due, held</th>
        <th scope="col">
          <span class="visually-hidden">What can be done</span>
        </th>
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly app: App;
  readonly entry: WrittenEntry;
  readonly standing: MappingModel | undefined;
  readonly lock: string | undefined;
  readonly onChanged: () => void;
}

function MappingRow({ app, entry, standing, lock, onChanged }: RowProps): JSX.Element {
  const { name } = entry;
  return (
    <tr>
      <th scope="row" class="name">
        <a href={mappingLink(name)}>{name}</a>
      </th>
      <td>
        <ModeCell app={app} entry={entry} lock={lock} onChanged={onChanged} />
        {standing?.firstContact === true && textAt(entry, 'mode') !== 'report' && (
          <span class="muted note">first plan waits</span>
        )}
      </td>
      <td class="from-to">
        <span>{fromWords(entry)}</span>
        {toWords(entry).map((words) => (
          <span key={words}>→ {words}</span>
        ))}
      </td>
      <Figures app={app} name={name} standing={standing} />
      <td>
        <RowActions app={app} entry={entry} lock={lock} onChanged={onChanged} />
      </td>
    </tr>
  );
}

function Figures({
  app,
  name,
  standing,
}: Pick<RowProps, 'app' | 'standing'> & { name: string }): JSX.Element {
  if (standing === undefined)
    return (
      <td colSpan={4} class="muted">
        not started yet
      </td>
    );
  const { targets, wanted, present, due, held } = standing;
  const problems = [...app.store.rows.value.values()].filter(
    (row) => row.mapping === name && row.problems.length > 0,
  );
  return (
    <>
      <td class="num">{formatCount(targets)}</td>
      <td class="num">{formatCount(wanted)}</td>
      <td class={present === wanted ? 'num' : 'num differs'}>{formatCount(present)}</td>
      <td class="due-held">
        {due > 0 && <span>{formatCount(due)} due</span>}
        {held.length > 0 && <span class="held-note">{heldText(held)}</span>}
        {problems.length > 0 && (
          <a href={linkTo('/plan', { mapping: name })}>{formatCount(problems.length)} with problems</a>
        )}
        <a class="to-plan" href={linkTo('/plan', { mapping: name })} aria-label={`Plan of ${name}`}>
          Plan
        </a>
      </td>
    </>
  );
}

const modes: readonly Mode[] = ['report', 'add-only', 'full'];

function ModeCell({ app, entry, lock, onChanged }: Omit<RowProps, 'standing'>): JSX.Element {
  const wanted = useSignal<Mode | undefined>(undefined);
  const mode = modes.find((each) => each === textAt(entry, 'mode')) ?? 'report';
  if (lock !== undefined) return <Badge {...modeWords[mode]} />;
  return (
    <>
      <select
        class={`input select mode-select tone-${modeWords[mode].tone}`}
        aria-label={`Mode of ${entry.name}`}
        value={mode}
        onChange={({ currentTarget }) => {
          wanted.value = modes[currentTarget.selectedIndex];
          currentTarget.value = mode;
        }}
      >
        {modes.map((each) => (
          <option key={each} value={each}>
            {modeWords[each].text}
          </option>
        ))}
      </select>
      {wanted.value !== undefined && (
        <ModeDialog
          app={app}
          name={entry.name}
          mode={wanted.value}
          onClose={() => {
            wanted.value = undefined;
            onChanged();
          }}
        />
      )}
    </>
  );
}

function RowActions({ app, entry, lock, onChanged }: Omit<RowProps, 'standing'>): JSX.Element {
  const removing = useSignal(false);
  return (
    <div class="row-actions">
      <a
        class="button small"
        href={mappingLink(entry.name)}
        aria-label={`${lock === undefined ? 'Edit' : 'Show'} ${entry.name}`}
      >
        {lock === undefined ? 'Edit' : 'Show'}
      </a>
      {lock === undefined && (
        <a
          class="button small"
          href={linkTo('/mappings/new', { from: entry.name })}
          aria-label={`Duplicate ${entry.name}`}
        >
          Duplicate
        </a>
      )}
      <Button small off={lock} label={`Remove ${entry.name}`} onClick={() => (removing.value = true)}>
        Remove
      </Button>
      {removing.value && (
        <RemoveMapping
          app={app}
          entry={entry}
          onClose={() => {
            removing.value = false;
            onChanged();
          }}
        />
      )}
    </div>
  );
}
