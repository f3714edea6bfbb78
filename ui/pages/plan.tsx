import type { JSX } from 'preact';
import type { PlanChange, PlanGroup, PlanMapping, PlanModel } from '../../backend/api/contract/models.ts';
import { formatCount, plural } from '../logic/format.ts';
import { changeSigns, explanationWords, modeWords, nameParts } from '../logic/words.ts';
import { CopyCommand } from '../parts/copy-command.tsx';
import { ProblemNote, withCode } from '../parts/problem-note.tsx';
import { Empty, Section } from '../parts/section.tsx';
import { Badge, Shape } from '../parts/shape.tsx';

export function Plan({ plan }: { plan: PlanModel | undefined }): JSX.Element {
  return (
    <Section id="plan" title="Plan" note={plan !== undefined && plan.madeAt > 0 ? totals(plan) : undefined}>
      <Content plan={plan} />
    </Section>
  );
}

function totals({ due, held }: PlanModel): string {
  return `${formatCount(due)} due · ${formatCount(held)} held`;
}

function Content({ plan }: { plan: PlanModel | undefined }): JSX.Element {
  if (plan === undefined || plan.madeAt === 0)
    return (
      <Empty title="No plan yet">
        The first one is made when the clusters and the fabric have been read once. Nothing is written before.
      </Empty>
    );
  const busy = plan.mappings.filter((mapping) => mapping.groups.length > 0);
  const notes = [...plan.unknown, ...plan.findings];
  if (busy.length === 0 && notes.length === 0)
    return (
      <Empty title="Nothing to do">
        The fabric is as the mappings want it. What differs from now on appears here, with what holds it.
      </Empty>
    );
  return (
    <>
      {busy.map((mapping) => (
        <MappingPlan key={mapping.name} mapping={mapping} />
      ))}
      {notes.length > 0 && (
        <article class="plan-mapping">
          <header class="card-head">
            <h3>Noticed</h3>
          </header>
          {notes.slice(0, 50).map(({ key, problem }) => (
            <div key={`${key} ${problem.code} ${problem.detail}`} class="finding">
              <code>{key.split('|').slice(2).join('|') || 'the whole system'}</code>
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
    <article class="plan-mapping" aria-label={`Plan of ${mapping.name}`}>
      <header class="card-head">
        <h3>{mapping.name}</h3>
        <Badge {...modeWords[mapping.mode]} />
        {mapping.firstContact && <span class="muted">first contact</span>}
        <span class="plan-counts">
          {formatCount(mapping.due)} due · {formatCount(mapping.held)} held
        </span>
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
  const tone = group.hold === null ? 'active' : group.approvable ? 'bad' : 'held';
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

function Change({ change }: { change: PlanChange }): JSX.Element {
  const { sign, text } = changeSigns[change.type];
  const { tenant, l3out, eepg } = nameParts(change.name);
  return (
    <li>
      <span class={`sign sign-${text}`} aria-hidden="true">
        {sign}
      </span>
      <span class="visually-hidden">{text} </span>
      <span class="mono change-item">{change.item === null ? 'EEPG' : change.item.name}</span>
      <span class="change-where">
        <span class="muted">
          {tenant}/{l3out}/
        </span>
        {eepg}
      </span>
      {change.explanation !== null && (
        <span class={change.explanation === 'unexplained' ? 'tag tone-bad' : 'tag'}>
          {explanationWords[change.explanation] ?? change.explanation}
        </span>
      )}
      {change.detail !== '' && <span class="muted change-detail">{change.detail}</span>}
      {change.problem !== null && <ProblemNote problem={change.problem} />}
    </li>
  );
}
