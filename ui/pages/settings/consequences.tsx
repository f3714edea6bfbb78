/** What another document would do: to what is connected, to each mapping, and on the systems. */
import type { JSX } from 'preact';
import type { EntryChange } from '../../../backend/api/contract/configuration.ts';
import type { PreviewModel } from '../../../backend/api/contract/preview.ts';
import type { App } from '../../live/app.ts';
import { plural } from '../../logic/format.ts';
import { changeCounts } from '../../logic/import-view.ts';
import { countsOf } from '../../logic/plan-acts.ts';
import { CutOff } from '../../parts/cut-off.tsx';
import { Shape } from '../../parts/shape.tsx';
import { useRequest } from '../../parts/use-request.ts';

interface ConsequencesProps {
  readonly app: App;
  readonly entries: readonly EntryChange[];
}

/** Each is asked of the server, which looks at the systems: not more of them than a person reads. */
const mostPreviews = 8;

export function Consequences({ app, entries }: ConsequencesProps): JSX.Element | null {
  if (entries.length === 0) return null;
  const mappings = entries.filter(({ collection }) => collection === 'mappings');
  const written = mappings.filter(({ change }) => change !== 'removed');
  const systems = entries.filter(
    ({ collection, change }) => collection !== 'mappings' && change === 'removed',
  );
  return (
    <section class="consequences" aria-label="What that does">
      <p>
        <strong>{changeCounts(entries).join(', ')}.</strong>
      </p>
      <ul class="lines">
        {systems.map(({ collection, name }) => (
          <li key={`${collection} ${name}`}>
            <Shape tone="held" /> <strong>{name}</strong> is not connected any more; what it knew is
            forgotten, its secrets too.
          </li>
        ))}
        {mappings
          .filter(({ change }) => change === 'removed')
          .map(({ name }) => (
            <Removed key={name} app={app} name={name} />
          ))}
        {written.slice(0, mostPreviews).map((one) => (
          <Written key={one.name} app={app} one={one} />
        ))}
        {written.length > mostPreviews && (
          <li class="muted">
            and {plural(written.length - mostPreviews, 'more mapping')}, not looked at here
          </li>
        )}
      </ul>
    </section>
  );
}

function Removed({ app, name }: { app: App; name: string }): JSX.Element {
  const stands = app.store.summary.value?.mappings.find((each) => each.name === name);
  return (
    <li>
      <Shape tone="held" /> <strong>{name}</strong> is removed.{' '}
      {stands === undefined || stands.targets === 0
        ? 'It has made nothing.'
        : `Its ${plural(stands.targets, 'target object')} with ${plural(stands.present, 'item')} ${stands.targets === 1 ? 'stays' : 'stay'} where they are and are not kept in step any more; the plan shows them as orphans, which are removed only if you approve that.`}
    </li>
  );
}

function Written({ app, one }: { app: App; one: EntryChange }): JSX.Element {
  const { name, change, entry } = one;
  const replaces = change === 'changed' ? name : undefined;
  const { value, problem } = useRequest(
    () => app.requests.previewMapping(entry ?? {}, replaces),
    [JSON.stringify(entry)],
  );
  const mode = typeof entry?.['mode'] === 'string' ? entry['mode'] : 'report';
  return (
    <li>
      <Shape tone={mode === 'report' ? 'quiet' : 'active'} />
      <div>
        <strong>{name}</strong> is {change}, in mode {mode}.{' '}
        {value === undefined && problem === undefined && <span class="muted">Looking at what it does…</span>}
        {problem !== undefined && <span class="muted">What it does is not known: {problem.title}.</span>}
        {value !== undefined && <Does value={value} mode={mode} />}
      </div>
    </li>
  );
}

function Does({ value, mode }: { value: PreviewModel; mode: string }): JSX.Element {
  if (value.faults.length > 0)
    return <span class="muted">What it does is known only once what it names is connected.</span>;
  const counts = countsOf(value.changes.filter(({ hold }) => hold === null));
  const held = value.changes.reduce((sum, { hold, count }) => sum + (hold === null ? 0 : count), 0);
  const verb = mode === 'report' ? 'It would do, and does not yet' : 'It does';
  return (
    <>
      {counts.length === 0 ? 'Nothing is due.' : `${verb}: ${counts.join(', ')}.`}
      {held > 0 && ` ${plural(held, 'change is', 'changes are')} held for a person.`}
      <CutOff pairs={value.cutOff} />
    </>
  );
}
