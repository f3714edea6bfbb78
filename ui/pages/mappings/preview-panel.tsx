/** Beside the form: what the mapping would do as it is written now. Nothing is written by looking. */
import type { ComponentChildren, JSX } from 'preact';
import type { PlanGroup } from '../../../backend/api/contract/models.ts';
import type { PreviewModel, PreviewTarget } from '../../../backend/api/contract/preview.ts';
import type { Form } from '../../forms/form.ts';
import { FieldName } from '../../forms/field-name.tsx';
import { faultText } from '../../forms/logic/faults.ts';
import { formatCount, plural } from '../../logic/format.ts';
import { changeSigns, kindWords, nameParts } from '../../logic/words.ts';
import { CutOff } from '../../parts/cut-off.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Shape } from '../../parts/shape.tsx';
import type { PreviewState } from './preview-state.ts';

export function PreviewPanel({ form, preview }: { form: Form; preview: PreviewState }): JSX.Element {
  const value = preview.value.value;
  const faults = form.faults.value;
  const stale = preview.stale.value;
  const asking = stale && faults.length === 0 && preview.problem.value === undefined;
  return (
    <aside class="preview" aria-label="Preview">
      <header class="preview-head">
        <h2>Preview</h2>
        <span class="muted" role="status">
          {asking ? 'Looking…' : faults.length > 0 ? 'Waits for the form' : ''}
        </span>
      </header>
      {preview.problem.value !== undefined && <ProblemNote problem={preview.problem.value} />}
      {faults.length > 0 && <Missing form={form} />}
      {value === undefined ? (
        faults.length === 0 && <p class="muted">What it would match and write is shown here.</p>
      ) : (
        <div class={stale ? 'preview-body stale' : 'preview-body'} aria-busy={asking}>
          <Found value={value} />
        </div>
      )}
    </aside>
  );
}

/** Said calmly: most of it is what was not come to yet. */
function Missing({ form }: { form: Form }): JSX.Element {
  const faults = form.faults.value;
  return (
    <div class="missing">
      <p>{plural(faults.length, 'thing')} to fill in or correct before it can be shown:</p>
      <ul>
        {faults.slice(0, 8).map((fault) => (
          <li key={`${fault.path} ${fault.expected}`}>
            <FieldName form={form} path={fault.path} /> <span class="muted">{faultText(fault)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Found({ value }: { value: PreviewModel }): JSX.Element {
  return (
    <>
      <dl class="preview-figures">
        <Figure words="groups" count={value.groups} />
        <Figure words="addresses" count={value.addresses} />
        <Figure words="target objects" count={value.total} />
      </dl>
      {value.problems.map((problem) => (
        <ProblemNote key={`${problem.code} ${problem.detail}`} problem={problem} />
      ))}
      <CutOff pairs={value.cutOff} />
      <Written groups={value.changes} isKnown={isKnown(value)} />
      <Targets value={value} />
    </>
  );
}

function Figure({ words, count }: { words: string; count: number }): JSX.Element {
  return (
    <div>
      <dt>{words}</dt>
      <dd>{formatCount(count)}</dd>
    </div>
  );
}

/** Whether what is there now could be read of all that it would write to. */
export function isKnown({ targets }: PreviewModel): boolean {
  return targets.every(({ exists }) => exists !== null);
}

const nothingToDo = 'Nothing: everything is as it should be.';
const notKnown = 'Not known: what is there now cannot be read. The problem above says why.';

/** In mode full; what the mode itself holds back is told by the mode. */
export function Written(props: {
  readonly groups: readonly PlanGroup[];
  /** false: of some target nobody knows what is there. */
  readonly isKnown: boolean;
}): JSX.Element {
  const { groups, isKnown } = props;
  const due = groups.filter(({ hold }) => hold === null);
  const held = groups.filter(({ hold }) => hold !== null);
  return (
    <>
      <Part title="Would be written" none={isKnown ? nothingToDo : notKnown}>
        {due.map((group) => (
          <Changes key={group.title} group={group} tone="active" />
        ))}
      </Part>
      {held.length > 0 && (
        <Part title="Would be held" none="">
          {held.map((group) => (
            <Changes key={group.title} group={group} tone="held" />
          ))}
        </Part>
      )}
    </>
  );
}

function Part(props: { title: string; none: string; children: ComponentChildren[] }): JSX.Element {
  return (
    <section class="preview-part" aria-label={props.title}>
      <h3>{props.title}</h3>
      {props.children.length === 0 ? <p class="muted">{props.none}</p> : props.children}
    </section>
  );
}

const mostChanges = 10;

function Changes({ group, tone }: { group: PlanGroup; tone: 'active' | 'held' }): JSX.Element {
  const { title, next, count, changes } = group;
  const rest = count - Math.min(changes.length, mostChanges);
  return (
    <details class="preview-changes" open={tone === 'active'}>
      <summary>
        <Shape tone={tone} /> <strong class="num">{formatCount(count)}</strong> {title}
      </summary>
      {tone === 'held' && next !== '' && <p class="muted">{next}</p>}
      <ul>
        {changes.slice(0, mostChanges).map(({ id, type, name, item, detail }) => (
          <li key={id}>
            <span
              class={`sign sign-${changeSigns[type].sign === '+' ? 'add' : changeSigns[type].sign === '~' ? 'change' : 'remove'}`}
              aria-hidden="true"
            >
              {changeSigns[type].sign}
            </span>
            <span class="visually-hidden">{changeSigns[type].text} </span>
            <code>{item === null ? nameParts(name).name : item.name}</code>{' '}
            {item !== null && <span class="muted">{nameParts(name).name}</span>}
            {detail !== '' && <span class="muted"> {detail}</span>}
          </li>
        ))}
        {rest > 0 && <li class="muted">and {formatCount(rest)} more</li>}
      </ul>
    </details>
  );
}

const mostTargets = 20;

function Targets({ value }: { value: PreviewModel }): JSX.Element | null {
  if (value.targets.length === 0) return null;
  const rest = value.total - Math.min(value.targets.length, mostTargets);
  return (
    <section class="preview-part" aria-label="Target objects">
      <h3>Target objects</h3>
      <table class="grid preview-targets">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="num">
              Items
            </th>
            <th scope="col" class="num">
              There
            </th>
          </tr>
        </thead>
        <tbody>
          {value.targets.slice(0, mostTargets).map((target) => (
            <TargetLine key={target.key} target={target} />
          ))}
        </tbody>
      </table>
      {rest > 0 && <p class="muted">and {formatCount(rest)} more</p>}
    </section>
  );
}

function TargetLine({ target }: { target: PreviewTarget }): JSX.Element {
  const { kind, name, system, group, exists, items, present, sample } = target;
  const there = exists === null ? 'cannot be read now' : exists ? 'is there already' : 'would be made';
  return (
    <tr>
      <th scope="row">
        <span class="target-name">{nameParts(name).name}</span>
        <span class="target-note">
          {kindWords[kind].title} on {system} · {there} · from {group}
        </span>
        <span class="target-note mono">
          {sample.join(' ')}
          {items > sample.length && ' …'}
        </span>
      </th>
      <td class="num">{formatCount(items)}</td>
      <td class="num">{exists === null ? '–' : formatCount(present)}</td>
    </tr>
  );
}
