/** What is due, what is held and why; and what waits for a person. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PlanMapping, PlanModel } from '../../../backend/api/contract/models.ts';
import type { App } from '../../live/app.ts';
import { formatAgo, formatCount } from '../../logic/format.ts';
import { planCounts } from '../../logic/plan-acts.ts';
import { waitingChanges } from '../../logic/standing.ts';
import { Select } from '../../parts/field.tsx';
import type { Choice } from '../../parts/field.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Empty } from '../../parts/section.tsx';
import { Shape } from '../../parts/shape.tsx';
import type { PageProps } from '../page-entry.ts';
import { SayingDialog } from './answer.tsx';
import type { OnSay, Saying } from './answer.tsx';
import { MappingPlan, Where } from './mapping-plan.tsx';

export function PlanPage({ app, query }: PageProps): JSX.Element {
  const plan = app.store.plan.value;
  const saying = useSignal<Saying | undefined>(undefined);
  const names = [...new Set(plan?.mappings.map(({ name }) => name))];
  const choices: Choice<string>[] = [['', 'All mappings'], ...names.map((name) => [name, name] as const)];
  return (
    <>
      <PageHead
        title="Plan"
        note={
          plan !== undefined && plan.madeAt > 0 ? <Note plan={plan} now={app.store.now.value} /> : undefined
        }
        actions={
          names.length > 1 && (
            <Select
              label="Show the plan of"
              value={query['mapping'] ?? ''}
              choices={choices}
              onChoose={(mapping) => app.location.setQuery({ mapping })}
            />
          )
        }
      />
      <PausedNotice app={app} />
      <UnheardNotice app={app} />
      <Content plan={plan} app={app} only={query['mapping']} onSay={(next) => (saying.value = next)} />
      {saying.value !== undefined && (
        <SayingDialog saying={saying.value} app={app} onClose={() => (saying.value = undefined)} />
      )}
    </>
  );
}

function Note({ plan, now }: { plan: PlanModel; now: number }): JSX.Element {
  const groups = plan.mappings.flatMap((mapping) => mapping.groups);
  return (
    <>
      {planCounts(plan, groups)} · made {formatAgo(plan.madeAt, now)}
    </>
  );
}

function PausedNotice({ app }: { app: App }): JSX.Element | null {
  if (app.store.summary.value?.mode !== 'paused') return null;
  return (
    <p class="notice notice-held">
      <Shape tone="held" /> Writing is paused: plans are made, and nothing is carried out until somebody
      resumes.
    </p>
  );
}

/** A plan that has nothing to do says little while a source is not heard. */
function UnheardNotice({ app }: { app: App }): JSX.Element | null {
  const unheard = (app.store.summary.value?.sources ?? []).filter(({ freshness }) => freshness !== 'synced');
  if (unheard.length === 0) return null;
  return (
    <p class="notice notice-held">
      <Shape tone="held" /> What {unheard.map(({ name }) => name).join(', ')} contributed stays as it is: it
      cannot be read now, so nothing is removed for it.
    </p>
  );
}

interface ContentProps extends OnSay {
  readonly plan: PlanModel | undefined;
  readonly app: App;
  readonly only: string | undefined;
}

function Content({ plan, app, only, onSay }: ContentProps): JSX.Element {
  if (plan === undefined || plan.madeAt === 0)
    return (
      <Empty title="No plan yet">
        The first one is made when the sources and a system have been read once. Nothing is written before.
      </Empty>
    );
  const busy = plan.mappings.filter(({ groups, name }) => groups.length > 0 && (!only || name === only));
  if (busy.length === 0 && plan.unknown.length + plan.findings.length === 0)
    return (
      <Empty title="Nothing to do">
        Everything is as the mappings want it. What differs from now on appears here, with what holds it.
      </Empty>
    );
  return (
    <>
      {busy.length === 0 && (
        <Empty title="Nothing to do here">
          {only ? `The mapping ${only} has nothing to change now.` : 'Everything is as the mappings want it.'}
        </Empty>
      )}
      {waitingFirst(busy).map((mapping) => (
        <MappingPlan key={`${mapping.system} ${mapping.name}`} mapping={mapping} app={app} onSay={onSay} />
      ))}
      {!only && <Noticed plan={plan} />}
    </>
  );
}

/** What needs a person comes first; otherwise in the order of the plan. */
function waitingFirst(mappings: readonly PlanMapping[]): readonly PlanMapping[] {
  return mappings.toSorted((a, b) => Number(waitingChanges(b) > 0) - Number(waitingChanges(a) > 0));
}

const noticedShown = 50;

function Noticed({ plan }: { plan: PlanModel }): JSX.Element | null {
  const notes = [...plan.unknown, ...plan.findings];
  if (notes.length === 0) return null;
  return (
    <article class="plan-mapping">
      <header class="card-head">
        <h2>Noticed</h2>
      </header>
      {notes.slice(0, noticedShown).map(({ key, problem }) => (
        <div key={`${key} ${problem.code} ${problem.detail}`} class="finding">
          <Where of={key} />
          <ProblemNote problem={problem} />
        </div>
      ))}
      {notes.length > noticedShown && (
        <p class="muted finding">and {formatCount(notes.length - noticedShown)} more</p>
      )}
    </article>
  );
}
