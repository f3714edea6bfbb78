/** The plan of one mapping on one system: groups by reason, each with its changes, and what a person may say to it. */
import type { JSX } from 'preact';
import type { PlanChange, PlanGroup, PlanMapping } from '../../../backend/api/contract/models.ts';
import type { App } from '../../live/app.ts';
import { formatCount, plural } from '../../logic/format.ts';
import { planCounts, questionOf } from '../../logic/plan-acts.ts';
import { changeSigns, keyParts, kindWords, modeWords, nameParts } from '../../logic/words.ts';
import { ProblemNote, withCode } from '../../parts/problem-note.tsx';
import { Badge, Shape } from '../../parts/shape.tsx';
import { mappingLink } from '../mappings/links.ts';
import { Answer } from './answer.tsx';
import type { OnSay } from './answer.tsx';

interface MappingPlanProps extends OnSay {
  readonly mapping: PlanMapping;
  readonly app: App;
}

export function MappingPlan({ mapping, app, onSay }: MappingPlanProps): JSX.Element {
  return (
    <article class="plan-mapping" aria-label={`Plan of ${mapping.name} on ${mapping.system}`}>
      <header class="card-head">
        <h2>
          {mapping.name} <span class="muted">on {mapping.system}</span>
        </h2>
        {questionOf(mapping) === 'first' ? (
          <Badge tone="held" text="first contact" />
        ) : (
          <Badge {...modeWords[mapping.mode]} />
        )}
        {isDeclared(mapping, app) && (
          <a href={mappingLink(mapping.name, 'mode')} aria-label={`Change the mode of ${mapping.name}`}>
            change
          </a>
        )}
        <span class="plan-counts">{planCounts(mapping, mapping.groups)}</span>
      </header>
      {mapping.groups.map((group) => (
        <Group key={group.hold ?? 'due'} group={group} />
      ))}
      <Answer mapping={mapping} app={app} onSay={onSay} />
    </article>
  );
}

/** What is left of a mapping that was removed has a plan, and no mode to change. */
function isDeclared({ name }: PlanMapping, { store }: App): boolean {
  return store.summary.value?.mappings.some((each) => each.name === name) === true;
}

export function Group({ group }: { group: PlanGroup }): JSX.Element {
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

export function Where({ of }: { of: string }): JSX.Element {
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
