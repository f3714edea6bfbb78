/** For scripts: what they may do, until when; the token itself is shown once. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { ApiTokenModel, CreatedToken, RoleModel } from '../../../backend/api/contract/access.ts';
import type { App } from '../../live/app.ts';
import { faultAt } from '../../live/request-problem.ts';
import { formatAgo, formatMoment } from '../../logic/format.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { CopyText } from '../../parts/copy-dialog.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Empty, Section } from '../../parts/section.tsx';
import { useAct, useRequest } from '../../parts/use-request.ts';

export function Tokens({ app }: { app: App }): JSX.Element {
  const { value, problem, again } = useRequest(() => app.requests.tokens(), []);
  const made = useSignal<CreatedToken | undefined>(undefined);
  const revoking = useSignal<ApiTokenModel | undefined>(undefined);
  return (
    <>
      <Section id="token-new" title="New token" note="For scripts, as `Authorization: Bearer …`">
        <NewToken
          app={app}
          onMade={(token) => {
            made.value = token;
            again();
          }}
        />
      </Section>
      <Section id="tokens" title="Tokens">
        {problem !== undefined && <ProblemNote problem={problem} />}
        {value?.length === 0 && (
          <Empty title="No token yet">Make one for each script, with the least it needs.</Empty>
        )}
        {value !== undefined && value.length > 0 && (
          <TokenTable app={app} tokens={value} onRevoke={(token) => (revoking.value = token)} />
        )}
      </Section>
      {made.value !== undefined && <Made token={made.value} onClose={() => (made.value = undefined)} />}
      {revoking.value !== undefined && (
        <Revoke
          app={app}
          token={revoking.value}
          onClose={() => (revoking.value = undefined)}
          onDone={again}
        />
      )}
    </>
  );
}

const roles: readonly (readonly [RoleModel, string])[] = [
  ['viewer', 'Viewer: looks'],
  ['operator', 'Operator: also approves, refuses, pauses'],
  ['admin', 'Admin: also configures, and gives access'],
];

function NewToken({ app, onMade }: { app: App; onMade: (token: CreatedToken) => void }): JSX.Element {
  const name = useSignal('');
  const role = useSignal<RoleModel>('viewer');
  const days = useSignal('90');
  const making = useAct();
  const faults = making.problem?.faults ?? [];
  const make = (): void =>
    void making.run(async () => {
      const wanted = { name: name.peek().trim(), role: role.peek(), days: Number(days.peek()) };
      onMade(await app.requests.createToken(wanted));
      name.value = '';
    });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <div class="fields columns">
        <TextField
          label="Name"
          hint="Of the script that will use it."
          value={name.value}
          onInput={(value) => (name.value = value)}
          fault={faultAt(faults, 'name')}
          required
        />
        <SelectField
          label="Role"
          value={role.value}
          choices={roles}
          onChoose={(chosen) => (role.value = chosen)}
          fault={faultAt(faults, 'role')}
        />
        <TextField
          label="Valid for days"
          hint="1 to 3650."
          type="number"
          value={days.value}
          onInput={(value) => (days.value = value)}
          fault={faultAt(faults, 'days')}
          required
        />
      </div>
      <div role="alert">{making.problem !== undefined && <ProblemNote problem={making.problem} />}</div>
      <div class="form-buttons">
        <Button submit kind="primary" busy={making.busy}>
          Make a token
        </Button>
      </div>
    </form>
  );
}

interface TokenTableProps {
  readonly app: App;
  readonly tokens: readonly ApiTokenModel[];
  readonly onRevoke: (token: ApiTokenModel) => void;
}

function TokenTable({ app, tokens, onRevoke }: TokenTableProps): JSX.Element {
  const zone = app.zone.value;
  const now = app.store.now.value;
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Table of tokens">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">Made</th>
            <th scope="col">Valid until</th>
            <th scope="col">Last used</th>
            <th scope="col">
              <span class="visually-hidden">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row">{token.name}</th>
              <td>{token.role}</td>
              <td>
                {formatMoment(token.createdAt, zone)} <span class="muted">by {token.createdBy}</span>
              </td>
              <td>
                {formatMoment(token.expiresAt, zone)}{' '}
                {token.expiresAt <= now && <span class="tag tone-held">expired</span>}
              </td>
              <td>
                {token.lastUsedAt === null ? (
                  <span class="muted">never</span>
                ) : (
                  formatAgo(token.lastUsedAt, now)
                )}
              </td>
              <td class="num">
                <Button small onClick={() => onRevoke(token)} label={`Revoke ${token.name}`}>
                  Revoke…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Made({ token, onClose }: { token: CreatedToken; onClose: () => void }): JSX.Element {
  return (
    <Dialog title={`Token ${token.name}`} onClose={onClose}>
      <p>It is shown this once: copy it now. It cannot be shown again; make another one if it is lost.</p>
      <CopyText label="The token" text={token.token} rows={2} />
    </Dialog>
  );
}

interface RevokeProps {
  readonly app: App;
  readonly token: ApiTokenModel;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Revoke({ app, token, onClose, onDone }: RevokeProps): JSX.Element {
  return (
    <ConfirmDialog
      title={`Revoke the token ${token.name}?`}
      verb="Revoke"
      danger
      onClose={onClose}
      act={async () => {
        await app.requests.revokeToken(token.id);
        app.say(`The token ${token.name} is revoked.`);
        onDone();
      }}
    >
      <p>Whatever uses it is refused from now on. That cannot be undone.</p>
    </ConfirmDialog>
  );
}
