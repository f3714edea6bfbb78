/** Beside the page: one external EPG with its addresses, or one address with where it comes from. */
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ExplanationModel, ExposedAddress, TargetModel } from '../../backend/api/contract/models.ts';
import { formatCount } from '../logic/format.ts';
import { explanationWords, holdWords, nameParts, targetStates } from '../logic/words.ts';
import type { Wording } from '../logic/words.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Status } from '../parts/shape.tsx';

export type DrawerContent =
  | { readonly of: 'target'; readonly title: string; readonly target: TargetModel | undefined }
  | { readonly of: 'address'; readonly title: string; readonly explanation: ExplanationModel | undefined }
  | { readonly of: 'fault'; readonly title: string; readonly text: string };

interface DrawerProps {
  readonly content: ReadonlySignal<DrawerContent | undefined>;
  readonly onClose: () => void;
}

export function Drawer({ content, onClose }: DrawerProps): JSX.Element | null {
  const shown = content.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const title = shown?.title;
  useEffect(() => heading.current?.focus(), [title]);
  if (shown === undefined) return null;
  return (
    <aside
      class="drawer"
      aria-labelledby="drawer-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header class="drawer-head">
        <h2 id="drawer-title" class="mono" tabIndex={-1} ref={heading}>
          {shown.title}
        </h2>
        <button type="button" class="button small" onClick={onClose}>
          Close
        </button>
      </header>
      <div class="drawer-body" tabIndex={0} role="region" aria-label={`Details of ${shown.title}`}>
        <Body content={shown} />
      </div>
    </aside>
  );
}

function Body({ content }: { content: DrawerContent }): JSX.Element {
  if (content.of === 'fault') return <p>{content.text}</p>;
  if (content.of === 'target')
    return content.target === undefined ? <Reading /> : <Target target={content.target} />;
  return content.explanation === undefined ? <Reading /> : <Address explanation={content.explanation} />;
}

function Reading(): JSX.Element {
  return <p class="muted">Reading…</p>;
}

function Target({ target: { row, items, total } }: { target: TargetModel }): JSX.Element {
  const { tenant, l3out } = nameParts(row.name);
  return (
    <>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <Status {...targetStates[row.state]} />
        </dd>
        <dt>Tenant / L3Out</dt>
        <dd>
          {tenant} / {l3out} on {row.system}
        </dd>
        <dt>Mapping</dt>
        <dd>{row.mapping}</dd>
        <dt>Made from</dt>
        <dd>{row.group === '' ? 'nothing any more' : row.group}</dd>
        <dt>Addresses</dt>
        <dd>
          {formatCount(row.wanted)} wanted, {row.present === null ? 'unknown' : formatCount(row.present)}{' '}
          present
        </dd>
      </dl>
      {row.problems.map((problem) => (
        <ProblemNote key={`${problem.code} ${problem.detail}`} problem={problem} />
      ))}
      <ul class="items">
        {items.map((item) => (
          <li key={`${item.kind} ${item.name}`}>
            <span class="mono">{item.kind === 'subnet' ? item.name : `${item.kind} ${item.name}`}</span>
            <Status {...itemWording(item)} />
            {item.reasons.map((reason) => (
              <Reason key={reason.origin.uid} reason={reason} brief />
            ))}
          </li>
        ))}
      </ul>
      {total > items.length && <p class="muted">and {formatCount(total - items.length)} more</p>}
    </>
  );
}

function itemWording(item: TargetModel['items'][number]): Wording {
  if (!item.ours) return { tone: 'quiet', text: 'not ours, left alone' };
  if (item.pending === 'due') return { tone: 'active', text: item.present ? 'to be removed' : 'to be added' };
  if (item.pending !== null) {
    const reason = holdWords[item.pending as keyof typeof holdWords];
    return { tone: 'held', text: `${item.present ? 'removal' : 'addition'} held: ${reason}` };
  }
  if (item.present)
    return { tone: item.wanted ? 'good' : 'active', text: item.wanted ? 'present' : 'leaving' };
  return { tone: 'active', text: 'wanted' };
}

/** `brief`: where the group already says which workload it is. */
function Reason({ reason, brief = false }: { reason: ExposedAddress; brief?: boolean }): JSX.Element {
  const { origin, node, cluster, state, owner } = reason;
  return (
    <span class="reason">
      {origin.kind} {origin.path}
      <span class="muted">
        {!brief && owner !== null && ` of ${owner.kind} ${owner.path}`}
        {!brief && ` in ${cluster}`}
        {node !== null && ` on ${node}`} · {state === 'notReady' ? 'not ready' : state}
      </span>
    </span>
  );
}

function Address({ explanation }: { explanation: ExplanationModel }): JSX.Element {
  const { reasons, wantedIn, presentIn, changes, problems } = explanation;
  return (
    <>
      <Step title="Comes from" none="no pod or Service that is followed">
        {reasons.map((reason) => (
          <li key={reason.origin.uid}>
            <Reason reason={reason} />
          </li>
        ))}
      </Step>
      <Step title="Wanted in" none="no mapping selects it">
        {wantedIn.map(({ key, mapping, group }) => (
          <li key={key.name}>
            <span class="mono">{key.name}</span>
            <span class="reason muted">
              by mapping {mapping} for {group}
            </span>
          </li>
        ))}
      </Step>
      <Step title="Present in" none="no external EPG that was read">
        {presentIn.map(({ key, ours }) => (
          <li key={key.name}>
            <span class="mono">{key.name}</span> {!ours && <span class="tag">not ours</span>}
          </li>
        ))}
      </Step>
      <Step title="Pending" none="nothing">
        {changes.map((change) => (
          <li key={change.id}>
            {change.type === 'removeItem' ? 'removal from ' : 'addition to '}
            <span class="mono">{change.name}</span>
            <span class="reason muted">
              {change.explanation !== null && (explanationWords[change.explanation] ?? change.explanation)}{' '}
              {change.detail}
            </span>
          </li>
        ))}
      </Step>
      {problems.map((problem) => (
        <ProblemNote key={`${problem.code} ${problem.detail}`} problem={problem} />
      ))}
    </>
  );
}

function Step(props: { title: string; none: string; children: ComponentChildren[] }): JSX.Element {
  return (
    <>
      <h3>{props.title}</h3>
      {props.children.length === 0 ? (
        <p class="muted">{props.none}</p>
      ) : (
        <ul class="items">{props.children}</ul>
      )}
    </>
  );
}
