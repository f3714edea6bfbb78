import type { JSX } from 'preact';
import type { RunModel } from '../../../backend/api/contract/models.ts';
import { formatCount, formatDuration, formatTime, formatUtc, plural } from '../../logic/format.ts';
import type { Zone } from '../../logic/format.ts';
import { Empty, Section } from '../../parts/section.tsx';

export function Rounds({ runs, zone }: { runs: readonly RunModel[]; zone: Zone }): JSX.Element {
  return (
    <Section id="rounds" title="Last rounds">
      {runs.length === 0 ? (
        <Empty title="No round yet">
          The first one runs when the sources and a system have been read once.
        </Empty>
      ) : (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of rounds">
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">Ended</th>
                <th scope="col">System</th>
                <th scope="col" class="num">
                  Round
                </th>
                <th scope="col" class="num">
                  Targets
                </th>
                <th scope="col" class="num">
                  Requests
                </th>
                <th scope="col" class="num">
                  Added
                </th>
                <th scope="col" class="num">
                  Removed
                </th>
                <th scope="col" class="num">
                  Held
                </th>
                <th
                  scope="col"
                  class="num"
                  title="From the notification that caused it to its last accepted write"
                >
                  Reaction
                </th>
                <th scope="col">What happened</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <RoundRow key={`${run.system} ${run.run - run.rounds + 1}`} run={run} zone={zone} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function RoundRow({ run, zone }: { run: RunModel; zone: Zone }): JSX.Element {
  return (
    <tr>
      <td class="num-left">
        <time title={formatUtc(run.finishedAt)}>{formatTime(run.finishedAt, zone)}</time>
      </td>
      <td>{run.system}</td>
      <td class="num">{run.run}</td>
      <td class="num">{formatCount(run.keys)}</td>
      <Count count={run.requests} />
      <Count count={run.added} sign="+" />
      <Count count={run.removed} sign="−" />
      <Count count={run.held} />
      <td class="num">
        {run.reactionMs === null ? <span class="muted">–</span> : formatDuration(run.reactionMs)}
      </td>
      <td>
        <Outcome run={run} />
      </td>
    </tr>
  );
}

function Count({ count, sign = '' }: { count: number; sign?: string }): JSX.Element {
  return <td class="num">{count === 0 ? <span class="muted">0</span> : `${sign}${formatCount(count)}`}</td>;
}

function Outcome({ run }: { run: RunModel }): JSX.Element {
  if (run.problem !== null)
    return (
      <span title={run.problem.detail} class="tone-bad">
        {run.problem.title}
      </span>
    );
  if (run.refused + run.unclear > 0)
    return (
      <span class="tone-bad">
        {formatCount(run.accepted)} accepted, {formatCount(run.refused)} refused
        {run.unclear > 0 && `, ${formatCount(run.unclear)} without a clear answer`}
      </span>
    );
  if (run.accepted > 0)
    return (
      <span>
        {plural(run.accepted, 'change')} accepted in {formatDuration(run.finishedAt - run.startedAt)}
      </span>
    );
  return (
    <span class="muted">{run.rounds > 1 ? `nothing to write, ${run.rounds} times` : 'nothing to write'}</span>
  );
}
