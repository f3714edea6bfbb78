import { PageHead } from '../../parts/page-head.tsx';
import type { PageProps } from '../page-entry.ts';
import type { JSX } from 'preact';
import type { PlanChange, PlanGroup, PlanMapping, PlanModel } from '../../../backend/api/contract/models.ts';
import { formatCount, plural } from '../../logic/format.ts';
import { changeSigns, keyParts, kindWords, modeWords, nameParts } from '../../logic/words.ts';
import { CopyCommand } from '../../parts/copy-command.tsx';
import { ProblemNote, withCode } from '../../parts/problem-note.tsx';
import { Empty, Section } from '../../parts/section.tsx';
import { Badge, Shape } from '../../parts/shape.tsx';

export function Plan({ plan }: { plan: PlanModel | undefined }): JSX.Element {
  return (
    <Section id="plan" title="Plan" note={plan !== undefined && plan.madeAt > 0 ? totals(plan) : undefined}>
      <Content plan={plan} />
    </Section>
  );
}

function totals(plan: PlanModel): string {
  return counts(
    plan,
    plan.mappings.flatMap(({ groups }) => groups),
  );
}

/** What drains is told apart from what is held: it ends by itself. */
function counts({ due, held }: Pick<PlanMapping, 'due' | 'held'>, groups: readonly PlanGroup[]): string {
  const draining = groups.reduce((sum, { hold, count }) => sum + (hold === 'draining' ? count : 0), 0);
  const rest = `${formatCount(due)} due · ${formatCount(held - draining)} held`;
  return draining === 0 ? rest : `${rest} · ${formatCount(draining)} draining`;
}

function Content({ plan }: { plan: PlanModel | undefined }): JSX.Element {
  if (plan === undefined || plan.madeAt === 0)
    return (
      <Empty title="No plan yet">
        The first one is made when the sources and a system have been read once. Nothing is written before.
      </Empty>
    );
  const busy = plan.mappings.filter((mapping) => mapping.groups.length > 0);
  const notes = [...plan.unknown, ...plan.findings];
  if (busy.length === 0 && notes.length === 0)
    return (
      <Empty title="Nothing to do">
        Everything is as the mappings want it. What differs from now on appears here, with what holds it.
      </Empty>
    );
  return (
    <>
      {busy.map((mapping) => (
        <MappingPlan key={`${mapping.system} ${mapping.name}`} mapping={mapping} />
      ))}
      {notes.length > 0 && (
        <article class="plan-mapping">
          <header class="card-head">
            <h3>Noticed</h3>
          </header>
          {notes.slice(0, 50).map(({ key, problem }) => (
            <div key={`${key} ${problem.code} ${problem.detail}`} class="finding">
              <Where of={key} />
              <ProblemNote problem={problem} />
            </div>
          ))}
          {notes.length > 50 && <p class="muted">and {formatCount(notes.length - 50)} more</p>}
        </article>
      )}
    </>
  );
}

function MappingPlan({ mapping }: { mapping: PlanMapping }): JSX.Element {
  return (
    <article class="plan-mapping" aria-label={`Plan of ${mapping.name} on ${mapping.system}`}>
      <header class="card-head">
        <h3>
          {mapping.name} <span class="muted">on {mapping.system}</span>
        </h3>
        <Badge {...modeWords[mapping.mode]} />
        {mapping.firstContact && <span class="muted">first contact</span>}
        <span class="plan-counts">{counts(mapping, mapping.groups)}</span>
      </header>
      {mapping.groups.map((group) => (
        <Group key={group.hold ?? 'due'} group={group} />
      ))}
      {mapping.approve !== null && (
        <div class="approve">
          <p>
            {mapping.fingerprint === null ? (
              'When this first plan is right, let it be carried out:'
            ) : (
              <>
                Approve exactly what waits now, as fingerprint <code>{mapping.fingerprint}</code>:
              </>
            )}
          </p>
          <CopyCommand command={mapping.approve} />
        </div>
      )}
    </article>
  );
}

function Group({ group }: { group: PlanGroup }): JSX.Element {
  const goesByItself = group.hold === null || group.hold === 'draining';
  const tone = goesByItself ? 'active' : group.approvable ? 'bad' : 'held';
  const rest = group.count - group.changes.length;
  return (
    <details class="group" open={group.approvable}>
      <summary>
        <Shape tone={tone} />
        <span class="num group-count">{formatCount(group.count)}</span>
        <span class="group-title">{group.title}</span>
        {group.approvable && <span class="tag tone-bad">waits for you</span>}
        <span class="group-next">{withCode(group.next)}</span>
      </summary>
      <ul class="changes">
        {group.changes.map((change) => (
          <Change key={`${change.type} ${change.id}`} change={change} />
        ))}
      </ul>
      {rest > 0 && <p class="muted more">and {plural(rest, 'more change', 'more changes')}</p>}
    </details>
  );
}

function Where({ of }: { of: string }): JSX.Element {
  const { system, kind, name } = keyParts(of);
  if (name === '') return <code>{system} as a whole</code>;
  return (
    <code>
      {kindWords[kind].name} {name} on {system}
    </code>
  );
}

function Change({ change }: { change: PlanChange }): JSX.Element {
  const { sign, text } = changeSigns[change.type];
  const { kind, name: whole } = keyParts(change.key);
  const { where, name } = nameParts(whole);
  const { because, explanation, step } = change;
  return (
    <li>
      <span class={`sign sign-${text}`} aria-hidden="true">
        {sign}
      </span>
      <span class="visually-hidden">{text} </span>
      <span class="mono change-item">{change.item === null ? kindWords[kind].name : change.item.name}</span>
      <span class="change-where">
        <span class="muted">
          {change.item !== null && `${kindWords[kind].name} `}
          {where !== '' && `${where}/`}
        </span>
        {name}
      </span>
      {step !== '' && <span class="change-step">{step}</span>}
      {because !== '' && (
        <span class={explanation === 'unexplained' ? 'tag tone-bad' : 'tag'}>{because}</span>
      )}
      {change.detail !== '' && <span class="muted change-detail">{change.detail}</span>}
      {change.problem !== null && <ProblemNote problem={change.problem} />}
    </li>
  );
}

export function PlanPage({ app }: PageProps): JSX.Element {
  return (
    <>
      <PageHead title="Plan" />
      <Plan plan={app.store.plan.value} />
    </>
  );
}
