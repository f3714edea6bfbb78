/** Who has held an address, and what was done about it. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { HistoryEntry, HolderModel } from '../../../backend/api/contract/history.ts';
import type { App } from '../../live/app.ts';
import { formatMoment } from '../../logic/format.ts';
import { kindWords, keyText, nameParts, resultWording } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Section } from '../../parts/section.tsx';
import { Status } from '../../parts/shape.tsx';
import { useAct, useRequest } from '../../parts/use-request.ts';

interface TimelineProps {
  readonly app: App;
  readonly address: string;
}

export function Holders({ app, address }: TimelineProps): JSX.Element | null {
  const { value, problem } = useRequest(
    () => app.requests.holders(address),
    [address, app.store.planVersion.value],
  );
  if (problem === undefined && (value === undefined || value.length === 0)) return null;
  return (
    <Section id="holders" title="Who held it when">
      {problem !== undefined && <ProblemNote problem={problem} />}
      {value !== undefined && value.length > 0 && (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of holders">
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col">Until</th>
                <th scope="col">For</th>
                <th scope="col">In</th>
                <th scope="col">Mapping</th>
              </tr>
            </thead>
            <tbody>
              {value.map((holder) => (
                <Holder
                  key={`${holder.from} ${keyText(holder.key)} ${holder.origin}`}
                  holder={holder}
                  app={app}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function Holder({ holder, app }: { holder: HolderModel; app: App }): JSX.Element {
  const { key, from, until, seen, origin, mapping } = holder;
  const zone = app.zone.value;
  return (
    <tr>
      <td class="num-left">
        {seen && <span class="muted">before </span>}
        {formatMoment(from, zone)}
      </td>
      <td class="num-left">
        {until === null ? <Status tone="good" text="still" /> : formatMoment(until, zone)}
      </td>
      <td>{origin}</td>
      <td>
        {kindWords[key.kind].title} <span class="mono">{nameParts(key.name).name}</span>{' '}
        <span class="muted">on {key.system}</span>
      </td>
      <td>{mapping}</td>
    </tr>
  );
}

const step = 50;

export function Timeline({ app, address }: TimelineProps): JSX.Element {
  const older = useSignal<readonly HistoryEntry[]>([]);
  const next = useSignal<string | null | undefined>(undefined);
  const reading = useAct();
  const { value, problem } = useRequest(
    () => app.requests.history({ address, limit: step }),
    [address, app.store.planVersion.value],
  );
  const more = next.value === undefined ? value?.next : next.value;
  const readOlder = (): void => {
    if (typeof more !== 'string') return;
    void reading.run(async () => {
      const page = await app.requests.history({ address, limit: step, before: more });
      older.value = [...older.peek(), ...page.entries];
      next.value = page.next;
    });
  };
  if (problem !== undefined) return <ProblemNote problem={problem} />;
  const entries = distinct([...(value?.entries ?? []), ...older.value]);
  return (
    <>
      {value !== undefined && entries.length === 0 && <p class="muted">Nothing was done about it yet.</p>}
      <ol class="timeline">
        {entries.map((entry) => (
          <Moment key={entry.id} entry={entry} app={app} />
        ))}
      </ol>
      {typeof more === 'string' && (
        <Button small busy={reading.busy} onClick={readOlder}>
          Older
        </Button>
      )}
      {reading.problem !== undefined && <ProblemNote problem={reading.problem} />}
    </>
  );
}

function distinct(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

function Moment({ entry, app }: { entry: HistoryEntry; app: App }): JSX.Element {
  const { at, what, why, result, person, detail } = entry;
  return (
    <li>
      <time>{formatMoment(at, app.zone.value)}</time>
      <Status {...resultWording(result)} />
      <div>
        <p>
          {what} {person !== null && <span class="muted">by {person}</span>}
        </p>
        {(why !== '' || detail !== '') && <p class="muted">{[why, detail].filter(Boolean).join(' · ')}</p>}
      </div>
    </li>
  );
}
