/** Questions before something is done to a cluster, a fabric or a load balancer. */
import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { namedBy } from '../../forms/logic/system-draft.ts';
import type { SystemCollection, SystemKind } from '../../forms/logic/system-draft.ts';
import type { Written } from '../../forms/logic/written.ts';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { kindText } from './kinds.ts';

export interface DialogProps {
  readonly app: App;
  readonly kind: SystemKind;
  readonly name: string;
  readonly onClose: () => void;
}

interface IdentityDialogProps extends DialogProps {
  /** Who answers now; undefined: it is not known. */
  readonly found: string | undefined;
  /** What is wrong with that: it names who was confirmed. */
  readonly why: string;
}

export function IdentityDialog(props: IdentityDialogProps): JSX.Element {
  const { app, kind, name, found, why, onClose } = props;
  const sure = useSignal(false);
  const typed = useSignal('');
  const identity = found ?? typed.value.trim();
  const off =
    identity === ''
      ? 'say which identity'
      : sure.value
        ? undefined
        : 'say first that it was replaced on purpose';
  return (
    <ConfirmDialog
      title={`Another one answers as ${name}`}
      verb="Confirm the new identity"
      danger
      off={off}
      onClose={onClose}
      act={async () => app.say(await app.requests.confirmIdentity(name, identity))}
    >
      <p>
        Nothing is read from it or written to it until you say that it is the right one. If the address leads
        to the wrong place, or somebody stands in between, confirming gives it everything that {name} has now:{' '}
        {danger(kind)}
      </p>
      <dl class="facts">
        <dt>Found</dt>
        <dd>{why}</dd>
        <dt>To be confirmed</dt>
        <dd>{found === undefined ? <Typed kind={kind} typed={typed} /> : <code>{found}</code>}</dd>
      </dl>
      <p class="sure">
        <label>
          <input
            type="checkbox"
            checked={sure.value}
            onChange={({ currentTarget }) => (sure.value = currentTarget.checked)}
          />{' '}
          It was rebuilt, restored or replaced on purpose.
        </label>
      </p>
    </ConfirmDialog>
  );
}

function Typed({ kind, typed }: { kind: SystemKind; typed: Signal<string> }): JSX.Element {
  return (
    <input
      class="input mono"
      aria-label={`The new ${kindText[kind].identity}`}
      value={typed.value}
      onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
    />
  );
}

function danger(kind: SystemKind): string {
  if (kind === 'cluster')
    return 'its pods and Services take the place of the old ones, and what the old ones had is removed.';
  return 'its objects are taken for ours by their marks, and everything that is missing there is written anew.';
}

interface RemoveDialogProps extends DialogProps {
  readonly collection: SystemCollection;
  readonly mappings: readonly Written[];
}

export function RemoveDialog(props: RemoveDialogProps): JSX.Element {
  const { app, kind, collection, name, mappings, onClose } = props;
  const users = namedBy(mappings, collection, name);
  return (
    <ConfirmDialog
      title={`Remove ${name}?`}
      verb="Remove"
      danger
      off={users.length === 0 ? undefined : 'mappings name it'}
      onClose={onClose}
      act={async () => {
        const { tag } = await app.requests.entry(collection, name);
        await app.requests.removeEntry(collection, name, tag);
        app.say(`${name} was removed`);
      }}
    >
      {users.length > 0 ? (
        <>
          <p>These mappings name it. Change or remove them first:</p>
          <ul class="names">
            {users.map((user) => (
              <li key={user}>
                <a href={linkTo(`/mappings/${encodeURIComponent(user)}`)}>{user}</a>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p>{meaning(kind)}</p>
          <p class="muted">
            What was typed in for it is forgotten, its secrets too. The versions of the configuration under
            Settings can bring the rest back.
          </p>
        </>
      )}
    </ConfirmDialog>
  );
}

function meaning(kind: SystemKind): string {
  if (kind === 'cluster')
    return 'It is not followed any more. Nothing is deleted in the cluster, and nothing on the fabric: no mapping names it.';
  return 'We do not look at it any more. Nothing is deleted there: objects that we made stay as they are, with our marks on them.';
}
