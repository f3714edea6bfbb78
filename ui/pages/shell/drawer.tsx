/** Beside the page: one target object with its items, or one address with where it comes from. */
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type {
  ExplanationModel,
  ExposedAddress,
  ItemModel,
  TargetModel,
} from '../../../backend/api/contract/models.ts';
import type { Store } from '../../live/store.ts';
import { formatCount } from '../../logic/format.ts';
import { itemTraits, itemWording } from '../../logic/item-words.ts';
import {
  changeVerb,
  keyParts,
  keyText,
  kindWords,
  nameParts,
  originWords,
  stateWords,
  targetStates,
} from '../../logic/words.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Status } from '../../parts/shape.tsx';

interface Titled {
  /** Tells one content from the next: the key of a target object, or an address. */
  readonly id: string;
  readonly title: string;
}

export type DrawerContent =
  | (Titled & { readonly of: 'target'; readonly target: TargetModel | undefined })
  | (Titled & { readonly of: 'address'; readonly explanation: ExplanationModel | undefined })
  | (Titled & { readonly of: 'fault'; readonly text: string });

interface DrawerProps {
  readonly content: ReadonlySignal<DrawerContent | undefined>;
  readonly store: Store;
  readonly onOpen: (key: string) => void;
  readonly onClose: () => void;
}

export function Drawer({ content, store, onOpen, onClose }: DrawerProps): JSX.Element | null {
  const shown = content.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const id = shown?.id;
  useEffect(() => heading.current?.focus(), [id]);
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
        <Body content={shown} store={store} onOpen={onOpen} />
      </div>
    </aside>
  );
}

function Body({ content, store, onOpen }: Omit<DrawerProps, 'onClose' | 'content'> & Shown): JSX.Element {
  if (content.of === 'fault') return <p>{content.text}</p>;
  if (content.of === 'target') {
    if (content.target === undefined) return <Reading />;
    return <Target target={content.target} now={store.now.value} />;
  }
  if (content.explanation === undefined) return <Reading />;
  return <Address explanation={content.explanation} known={store.rows.peek()} onOpen={onOpen} />;
}

interface Shown {
  readonly content: DrawerContent;
}

function Reading(): JSX.Element {
  return <p class="muted">Reading…</p>;
}

function Target({ target, now }: { target: TargetModel; now: number }): JSX.Element {
  const { row, items, total, foreign } = target;
  const { where } = nameParts(row.name);
  return (
    <>
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <Status {...targetStates[row.state]} />
        </dd>
        <dt>{where === '' ? 'On' : kindWords[row.kind].where}</dt>
        <dd>{where === '' ? row.system : `${where} on ${row.system}`}</dd>
        <dt>Mapping</dt>
        <dd>{row.mapping}</dd>
        <dt>Made from</dt>
        <dd>{row.group === '' ? 'nothing any more' : row.group}</dd>
        <dt>Addresses</dt>
        <dd>
          {formatCount(row.wanted)} wanted, {row.present === null ? 'unknown' : formatCount(row.present)}{' '}
          present
        </dd>
        {foreign > 0 && (
          <>
            <dt>Others’</dt>
            <dd>{formatCount(foreign)} not ours, left alone</dd>
          </>
        )}
      </dl>
      {row.problems.map((problem) => (
        <ProblemNote key={`${problem.code} ${problem.detail}`} problem={problem} />
      ))}
      <ul class="items">
        {items.map((item) => (
          <Item key={`${item.kind} ${item.name}`} item={item} now={now} />
        ))}
      </ul>
      {total > items.length && <p class="muted">and {formatCount(total - items.length)} more</p>}
    </>
  );
}

/** Of these holds the detail is of the item itself; others say the same of many, and the plan tells it. */
const ownDetail: ReadonlySet<unknown> = new Set(['incomplete', 'conflict', 'back-off']);

function isTold({ pending }: ItemModel): boolean {
  return pending !== null && ownDetail.has(pending.hold) && pending.detail !== '';
}

/** Kinds whose name says enough. */
const addressed: ReadonlySet<string> = new Set(['subnet', 'destination', 'member']);

function Item({ item, now }: { item: ItemModel; now: number }): JSX.Element {
  const traits = itemTraits(item);
  return (
    <li>
      <span class="mono">{addressed.has(item.kind) ? item.name : `${item.kind} ${item.name}`}</span>
      <Status {...itemWording(item, now)} />
      {isTold(item) && <span class="reason muted">{item.pending?.detail}</span>}
      {traits.length > 0 && <span class="reason muted">{traits.join(' · ')}</span>}
      {item.reasons.map((reason) => (
        <Reason key={reasonKey(reason)} reason={reason} brief />
      ))}
    </li>
  );
}

function reasonKey({ cluster, origin, addressKind }: ExposedAddress): string {
  return `${cluster} ${origin.kind} ${origin.path} ${addressKind}`;
}

/** `brief`: where the group already says which workload it is. */
function Reason({ reason, brief = false }: { reason: ExposedAddress; brief?: boolean }): JSX.Element {
  const { origin, node, cluster, state, owner, mac } = reason;
  return (
    <span class="reason">
      {originWords[origin.kind] ?? origin.kind} {origin.path}
      <span class="muted">
        {!brief && owner !== null && ` of ${owner.kind} ${owner.path}`}
        {!brief && ` in ${cluster}`}
        {node !== null && ` on ${node}`} · {stateWords[state]}
        {!brief && mac !== undefined && ` · MAC ${mac}`}
      </span>
    </span>
  );
}

function Address({ explanation, known, onOpen }: AddressProps): JSX.Element {
  const { reasons, wantedIn, presentIn, changes, problems } = explanation;
  return (
    <>
      <Step title="Comes from" none="nothing that is followed">
        {reasons.map((reason) => (
          <li key={reasonKey(reason)}>
            <Reason reason={reason} />
          </li>
        ))}
      </Step>
      <Step title="Wanted in" none="no mapping selects it">
        {wantedIn.map(({ key, mapping, group, items }) => (
          <li key={keyText(key)}>
            <TargetLink of={keyText(key)} known={known} onOpen={onOpen} />
            <span class="reason muted">
              as {items.join(', ')} by mapping {mapping} for {group}
            </span>
          </li>
        ))}
      </Step>
      <Step title="Present in" none="nothing that was read">
        {presentIn.map(({ key, ours, items }) => (
          <li key={keyText(key)}>
            <TargetLink of={keyText(key)} known={known} onOpen={onOpen} />{' '}
            {!ours && <span class="tag">not ours</span>}
            <span class="reason muted">as {items.join(', ')}</span>
          </li>
        ))}
      </Step>
      <Step title="Pending" none="nothing">
        {changes.map((change) => (
          <li key={change.id}>
            <TargetLink of={change.key} before={changeVerb(change)} known={known} onOpen={onOpen} />
            <span class="reason muted">
              {[change.because, change.step, change.detail].filter(Boolean).join(' · ')}
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

interface AddressProps extends LinkProps {
  readonly explanation: ExplanationModel;
}

interface LinkProps {
  readonly known: ReadonlyMap<string, unknown>;
  readonly onOpen: (key: string) => void;
}

/** Leads to the target object, if the table has it. */
function TargetLink({ of, known, onOpen, before = '' }: LinkProps & Linked): JSX.Element {
  const { system, kind, name } = keyParts(of);
  return (
    <span>
      {before} {kindWords[kind].name}{' '}
      {known.has(of) ? (
        <button type="button" class="link mono" onClick={() => onOpen(of)}>
          {name}
        </button>
      ) : (
        <span class="mono">{name}</span>
      )}{' '}
      <span class="muted">on {system}</span>
    </span>
  );
}

interface Linked {
  readonly of: string;
  readonly before?: string;
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
