/** What is read and what is written to, a line each; more of each is on its own page. */
import type { JSX } from 'preact';
import type {
  ProblemModel,
  SourceModel,
  StatusSummary,
  SystemModel,
} from '../../../backend/api/contract/models.ts';
import { linkTo } from '../../live/location.ts';
import { formatAgo, formatCount, formatUtc } from '../../logic/format.ts';
import { freshnessWords, sourceKinds, systemKinds } from '../../logic/words.ts';
import { Section } from '../../parts/section.tsx';
import { Status } from '../../parts/shape.tsx';

export function Sources({ summary, now }: { summary: StatusSummary; now: number }): JSX.Element {
  const { sources, systems } = summary;
  return (
    <div class="two">
      <Section id="sources" title="Sources" note={formatCount(sources.length)}>
        {sources.length === 0 ? (
          <p class="muted">
            None yet. <a href="#/systems/add?kind=cluster">Add a cluster</a>
          </p>
        ) : (
          <Lines label="Table of sources" head={['Source', 'State', 'Objects', 'Heard']}>
            {sources.map((source) => (
              <SourceLine key={`${source.kind} ${source.name}`} source={source} now={now} />
            ))}
          </Lines>
        )}
      </Section>
      <Section id="systems" title="Systems" note={formatCount(systems.length)}>
        {systems.length === 0 ? (
          <p class="muted">
            None yet. <a href="#/systems/add?kind=fabric">Add a fabric</a>
          </p>
        ) : (
          <Lines label="Table of systems" head={['System', 'State', 'Last round', 'Last write']}>
            {systems.map((system) => (
              <SystemLine key={system.name} system={system} now={now} />
            ))}
          </Lines>
        )}
      </Section>
    </div>
  );
}

interface LinesProps {
  readonly label: string;
  readonly head: readonly string[];
  readonly children: JSX.Element[];
}

function Lines({ label, head, children }: LinesProps): JSX.Element {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={label}>
      <table class="grid">
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col" class={title === 'Objects' ? 'num' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function SourceLine({ source, now }: { source: SourceModel; now: number }): JSX.Element {
  const { name, kind, freshness, objects, lastContact, problem, kinds } = source;
  const found = problem ?? kinds.find((one) => one.problem !== null)?.problem ?? null;
  return (
    <tr>
      <Name kind={sourceKinds[kind].title} name={name} />
      <State freshness={freshness} problem={found} />
      <td class="num">{formatCount(objects)}</td>
      <td>
        {lastContact === null ? <span class="muted">in contact</span> : moment(lastContact, now, 'never')}
      </td>
    </tr>
  );
}

function SystemLine({ system, now }: { system: SystemModel; now: number }): JSX.Element {
  const { name, kind, freshness, lastRound, lastWrite, problem } = system;
  return (
    <tr>
      <Name kind={systemKinds[kind]} name={name} />
      <State freshness={freshness} problem={problem} />
      <td>{moment(lastRound, now, 'none yet')}</td>
      <td>{moment(lastWrite, now, 'none since start')}</td>
    </tr>
  );
}

function Name({ kind, name }: { kind: string; name: string }): JSX.Element {
  return (
    <th scope="row">
      <span class="muted">{kind}</span> <a href={linkTo('/systems')}>{name}</a>
    </th>
  );
}

function State(props: { freshness: SourceModel['freshness']; problem: ProblemModel | null }): JSX.Element {
  const { freshness, problem } = props;
  return (
    <td>
      <Status {...freshnessWords[freshness]} />
      {problem !== null && (
        <span class="state-problem" title={`${problem.detail} ${problem.next}`}>
          {problem.title}
        </span>
      )}
    </td>
  );
}

function moment(at: number, now: number, never: string): JSX.Element {
  if (at === 0) return <span class="muted">{never}</span>;
  return <time title={formatUtc(at)}>{formatAgo(at, now)}</time>;
}
