import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { collectionOf, whereIs } from '../../forms/logic/system-draft.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import { textAt } from '../../forms/logic/written.ts';
import type { Written } from '../../forms/logic/written.ts';
import type { App } from '../../live/app.ts';
import { formatAgo, formatCount } from '../../logic/format.ts';
import { whyNot } from '../../logic/roles.ts';
import { freshnessWords } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Status } from '../../parts/shape.tsx';
import { useAct } from '../../parts/use-request.ts';
import { kindText, systemLink } from './kinds.ts';
import type { Standing } from './standing.ts';
import { IdentityDialog, RemoveDialog } from './system-dialogs.tsx';

interface SystemRowProps {
  readonly app: App;
  readonly kind: SystemKind;
  readonly entry: Written;
  readonly standing: Standing | undefined;
  readonly mappings: readonly Written[];
  readonly lock: string | undefined;
  readonly onChanged: () => void;
}

export function SystemRow(props: SystemRowProps): JSX.Element {
  const { app, kind, entry, standing, mappings, lock, onChanged } = props;
  const name = textAt(entry, 'name');
  const removing = useSignal(false);
  const collection = collectionOf[kind];
  return (
    <article class="card system-row" aria-label={`${kindText[kind].title} ${name}`}>
      <header class="system-head">
        <h3>
          <a href={systemLink(collection, name)}>{name}</a>{' '}
          {collection === 'loadBalancers' && <span class="muted">{kindText[kind].title}</span>}
        </h3>
        <code class="where">{whereIs(entry)}</code>
        {standing === undefined ? (
          <Status tone="unknown" text="Not started yet" />
        ) : (
          <Status {...freshnessWords[standing.freshness]} />
        )}
        <RowActions {...props} name={name} onRemove={() => (removing.value = true)} />
      </header>
      <Facts app={app} kind={kind} standing={standing} />
      {standing?.problems.map((problem) => (
        <ProblemNote key={problem.code} problem={problem} />
      ))}
      <Identity app={app} kind={kind} name={name} standing={standing} />
      {removing.value && (
        <RemoveDialog
          app={app}
          kind={kind}
          collection={collection}
          name={name}
          mappings={mappings}
          onClose={() => {
            removing.value = false;
            if (lock === undefined) onChanged();
          }}
        />
      )}
    </article>
  );
}

interface RowActionsProps extends SystemRowProps {
  readonly name: string;
  readonly onRemove: () => void;
}

function RowActions({ app, kind, name, lock, onRemove }: RowActionsProps): JSX.Element {
  const reading = useAct();
  return (
    <div class="row-actions">
      {reading.problem !== undefined && <span role="alert">{reading.problem.message}</span>}
      <Button
        small
        busy={reading.busy}
        off={whyNot(app.session.person.value, 'operator')}
        label={`Read again: ${name}`}
        onClick={() => void reading.run(async () => app.say(await app.requests.resync(name)))}
      >
        Read again
      </Button>
      <a
        class="button small"
        href={systemLink(collectionOf[kind], name)}
        aria-label={`${lock === undefined ? 'Edit' : 'Show'} ${name}`}
      >
        {lock === undefined ? 'Edit' : 'Show'}
      </a>
      <Button small off={lock} label={`Remove ${name}`} onClick={onRemove}>
        Remove
      </Button>
    </div>
  );
}

function Facts({
  app,
  kind,
  standing,
}: Pick<SystemRowProps, 'app' | 'kind' | 'standing'>): JSX.Element | null {
  if (standing === undefined) return null;
  const now = app.store.now.value;
  const { lastContact, objects, lastWrite, identity, conflictsUnchecked } = standing;
  const facts = [
    lastContact === null ? 'in contact' : '',
    typeof lastContact === 'number'
      ? lastContact === 0
        ? 'no contact yet'
        : `heard ${formatAgo(lastContact, now)}`
      : '',
    objects === undefined
      ? ''
      : `${formatCount(objects)} ${kind === 'cluster' ? 'objects followed' : 'endpoints followed'}`,
    lastWrite === undefined
      ? ''
      : lastWrite === 0
        ? 'nothing written since start'
        : `written ${formatAgo(lastWrite, now)}`,
    conflictsUnchecked ? 'conflicts cannot all be checked: not every L3Out can be read' : '',
  ].filter(Boolean);
  return (
    <p class="card-meta">
      {facts.join(' · ')}
      {identity !== null && (
        <>
          {facts.length > 0 && ' · '}
          <span title={kindText[kind].identity}>
            identity <code>{identity}</code>
          </span>
        </>
      )}
    </p>
  );
}

interface IdentityProps extends Pick<SystemRowProps, 'app' | 'kind' | 'standing'> {
  readonly name: string;
}

const identityCodes = ['cluster.identity', 'cluster.rewound', 'fabric.identity', 'loadBalancer.identity'];

function Identity({ app, kind, name, standing }: IdentityProps): JSX.Element | null {
  const asking = useSignal(false);
  const problem = standing?.problems.find(({ code }) => identityCodes.includes(code));
  if (problem === undefined) return null;
  return (
    <p class="form-buttons">
      <Button
        small
        kind="danger"
        off={whyNot(app.session.person.value, 'operator')}
        onClick={() => (asking.value = true)}
      >
        It is the right one…
      </Button>
      {asking.value && (
        <IdentityDialog
          app={app}
          kind={kind}
          name={name}
          found={standing?.identity ?? undefined}
          why={problem.detail}
          onClose={() => (asking.value = false)}
        />
      )}
    </p>
  );
}
