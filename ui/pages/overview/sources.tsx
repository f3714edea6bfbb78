import type { JSX } from 'preact';
import type {
  KindModel,
  ProblemModel,
  SourceModel,
  StatusSummary,
  SystemModel,
} from '../../../backend/api/contract/models.ts';
import { formatAgo, formatCount, formatUtc } from '../../logic/format.ts';
import { freshnessWords, sourceKinds, systemKinds } from '../../logic/words.ts';
import type { Wording } from '../../logic/words.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Empty, Section } from '../../parts/section.tsx';
import { Shape, Status } from '../../parts/shape.tsx';

export function Sources({ summary, now }: { summary: StatusSummary; now: number }): JSX.Element {
  return (
    <Section id="sources" title="Sources and systems">
      <div class="cards">
        {summary.sources.length === 0 && (
          <Empty title="No source is followed yet">
            Declare a cluster under <code>clusters</code> in the configuration;{' '}
            <code>aci-kube-sync rbac</code> prints the rights that its user needs.
          </Empty>
        )}
        {summary.sources.map((source) => (
          <SourceCard key={`${source.kind} ${source.name}`} source={source} now={now} />
        ))}
        {summary.systems.length === 0 && (
          <Empty title="No system is connected yet">
            Declare one under <code>fabrics</code> or <code>loadBalancers</code> in the configuration: its
            address, how to trust it, and a user.
          </Empty>
        )}
        {summary.systems.map((system) => (
          <SystemCard key={system.name} system={system} now={now} />
        ))}
      </div>
      <SourceProblems summary={summary} />
    </Section>
  );
}

interface SourceProblem {
  readonly where: string;
  readonly kinds: readonly string[];
  readonly problem: ProblemModel;
}

/** Below the cards, so that a card keeps its size whatever goes wrong. */
function SourceProblems({ summary }: { summary: StatusSummary }): JSX.Element | null {
  const found = [...summary.sources.flatMap(sourceProblems), ...summary.systems.flatMap(systemProblems)];
  if (found.length === 0) return null;
  return (
    <ul class="source-problems" aria-label="What is wrong with sources and systems">
      {found.map(({ where, kinds, problem }) => (
        <li key={`${where} ${problem.code} ${problem.detail}`}>
          <p class="where">
            <strong>{where}</strong>
            <span class="muted">{kinds.join(', ')}</span>
          </p>
          <ProblemNote problem={problem} />
        </li>
      ))}
    </ul>
  );
}

/** What several kinds suffer alike is told once. */
function sourceProblems({ name, problem, kinds }: SourceModel): SourceProblem[] {
  const found: SourceProblem[] = problem === null ? [] : [{ where: name, kinds: [], problem }];
  const same = (one: ProblemModel) => `${one.code} ${one.detail}`;
  const ofKinds = kinds.flatMap((kind) =>
    kind.problem === null || kind.problem.code === problem?.code
      ? []
      : [{ kind: kind.kind, problem: kind.problem }],
  );
  for (const group of Map.groupBy(ofKinds, (one) => same(one.problem)).values()) {
    const [first] = group;
    if (first !== undefined)
      found.push({ where: name, kinds: group.map(({ kind }) => kind), problem: first.problem });
  }
  return found;
}

function systemProblems({ name, problem }: SystemModel): SourceProblem[] {
  return problem === null ? [] : [{ where: name, kinds: [], problem }];
}

function SourceCard({ source, now }: { source: SourceModel; now: number }): JSX.Element {
  const { name, kind: of, freshness, kinds, identity, lastContact, objects } = source;
  const words = sourceKinds[of];
  return (
    <article class="card" aria-label={`${words.title} ${name}`}>
      <CardHead kind={words.title} name={name} wording={freshnessWords[freshness]} />
      <p class="card-meta">
        {lastContact === null ? 'in contact' : contactText(lastContact, now)} · {formatCount(objects)} objects
        {identity !== null && (
          <span title={`${words.identity}: ${identity}`}>
            {' '}
            · <code>{identity.slice(0, 8)}</code>
          </span>
        )}
      </p>
      <ul class="kinds" aria-label={`What is followed of ${name}`}>
        {kinds.map((kind) => (
          <Kind key={kind.kind} kind={kind} now={now} />
        ))}
      </ul>
    </article>
  );
}

function Kind({ kind, now }: { kind: KindModel; now: number }): JSX.Element {
  const { tone, text } = freshnessWords[kind.freshness];
  const since = kind.lastContact === null ? '' : `, ${contactText(kind.lastContact, now)}`;
  return (
    <li title={`${kind.kind}: ${text.toLowerCase()}${since}`}>
      <Shape tone={tone} />
      <span class="kind-name">{kind.kind === 'LearnedEndpoint' ? 'Endpoint' : kind.kind}</span>
      <span class="num">{formatCount(kind.count)}</span>
      <span class="visually-hidden">
        , {text}
        {since}
      </span>
    </li>
  );
}

function SystemCard({ system, now }: { system: SystemModel; now: number }): JSX.Element {
  const { name, kind, freshness, identity, lastRound, lastWrite } = system;
  return (
    <article class="card" aria-label={`${systemKinds[kind]} ${name}`}>
      <CardHead kind={systemKinds[kind]} name={name} wording={freshnessWords[freshness]} />
      <dl class="facts">
        <dt>Last round</dt>
        <dd>{moment(lastRound, now, 'none yet')}</dd>
        <dt>Last write</dt>
        <dd>{moment(lastWrite, now, 'none since start')}</dd>
        <dt>Identity</dt>
        <dd>{identity === null ? 'not read yet' : <code>{identity}</code>}</dd>
        {kind === 'fabric' && (
          <>
            <dt>Conflicts</dt>
            <dd>{system.conflictsFullyChecked ? 'checked in every L3Out' : 'not every L3Out can be read'}</dd>
          </>
        )}
      </dl>
    </article>
  );
}

function CardHead(props: { kind: string; name: string; wording: Wording }): JSX.Element {
  return (
    <header class="card-head">
      <h3>
        <span class="muted">{props.kind}</span> {props.name}
      </h3>
      <Status {...props.wording} />
    </header>
  );
}

function moment(at: number, now: number, never: string): JSX.Element | string {
  return at === 0 ? never : <time title={formatUtc(at)}>{formatAgo(at, now)}</time>;
}

function contactText(at: number, now: number): string {
  return at === 0 ? 'no contact yet' : `heard ${formatAgo(at, now)}`;
}
