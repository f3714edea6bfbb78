/** Who are you: over the page when a session has ended, in its place before there was one. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { SignInWays } from '../../../backend/api/contract/access.ts';
import type { App } from '../../live/app.ts';
import { recall, remember } from '../../live/remembered.ts';
import { faultAt } from '../../live/request-problem.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import type { Choice } from '../../parts/field.tsx';
import { NewPassword } from '../../parts/new-password.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Empty } from '../../parts/section.tsx';
import { useAct } from '../../parts/use-request.ts';

interface SignInProps {
  readonly app: App;
  /** There is no page behind it. */
  readonly alone?: boolean;
}

export function SignIn({ app, alone = false }: SignInProps): JSX.Element | null {
  const ways = app.session.who.value?.ways;
  useEffect(() => {
    if (alone) document.title = 'Sign in · aci-kube-sync';
  }, [alone]);
  if (ways === undefined) return null;
  if (!alone)
    return (
      <Dialog
        title={ways.claim ? 'Make the first administrator' : 'Sign in to go on'}
        onClose={app.session.person.value?.via === 'anonymous' ? () => app.session.cancel() : undefined}
      >
        <Forms app={app} ways={ways} />
      </Dialog>
    );
  return (
    <main class="door">
      <div class="card">
        <div class="door-brand">
          <img src="icon.svg" alt="" width="28" height="28" />
          <h1 tabIndex={-1}>aci-kube-sync</h1>
          <span class="muted">{app.session.who.value?.product}</span>
        </div>
        <h2>{ways.claim ? 'Make the first administrator' : 'Sign in'}</h2>
        <Forms app={app} ways={ways} />
      </div>
    </main>
  );
}

function Forms({ app, ways }: { app: App; ways: SignInWays }): JSX.Element {
  if (ways.claim) return <ClaimForm app={app} />;
  if (ways.local || ways.fabrics.length > 0) return <SignInForm app={app} ways={ways} />;
  return (
    <Empty title="Nobody can sign in here">
      There is no local administrator, and no fabric’s users may sign in. Start the server again: it then
      writes a one-time code into its log.
    </Empty>
  );
}

const local = '';
const lastWay = 'sign-in-as';

/** The one that was taken last here; else a fabric, whose users are the many. */
function usualWay(choices: readonly Choice<string>[]): string {
  const values = choices.map(([value]) => value);
  const last = recall(window, lastWay);
  if (last !== null && values.includes(last)) return last;
  return values.find((value) => value !== local) ?? local;
}

function SignInForm({ app, ways }: { app: App; ways: SignInWays }): JSX.Element {
  const choices: Choice<string>[] = [
    ...(ways.local ? [[local, 'Local administrator'] as const] : []),
    ...ways.fabrics.map((name) => [name, `User of fabric ${name}`] as const),
  ];
  const [first] = choices;
  const fabric = useSignal(usualWay(choices));
  const username = useSignal('');
  const password = useSignal('');
  const signing = useAct();
  const form = useFirstField();
  const submit = (event: Event): void => {
    event.preventDefault();
    const { value: of } = fabric;
    void signing.run(async () => {
      const said = { username: username.value, password: password.value };
      await app.session.signIn(of === local ? said : { ...said, fabric: of });
      remember(window, lastWay, of);
    });
  };
  return (
    <form class="fields" onSubmit={submit} ref={form}>
      {choices.length > 1 && (
        <SelectField
          label="As"
          value={fabric.value}
          choices={choices}
          onChoose={(chosen) => (fabric.value = chosen)}
        />
      )}
      {choices.length === 1 && <p class="muted">{first?.[1]}</p>}
      <TextField
        label="User name"
        name="username"
        value={username.value}
        onInput={(value) => (username.value = value)}
        autocomplete="username"
        required
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        value={password.value}
        onInput={(value) => (password.value = value)}
        autocomplete="current-password"
        required
      />
      <Refusal of={signing} />
      <Button submit kind="primary" busy={signing.busy}>
        Sign in
      </Button>
    </form>
  );
}

function WhereTheCodeIs(): JSX.Element {
  return (
    <p class="muted">
      Nobody can sign in here yet. The server wrote a one-time code into its log when it started: look at the
      terminal that it runs in, or at <code>docker logs</code>, <code>kubectl logs</code> or{' '}
      <code>journalctl</code> of it.
    </p>
  );
}

function ClaimForm({ app }: { app: App }): JSX.Element {
  const code = useSignal('');
  const username = useSignal('admin');
  const password = useSignal('');
  const again = useSignal('');
  const differs = useSignal(false);
  const claiming = useAct();
  const form = useFirstField();
  const faults = claiming.problem?.faults ?? [];
  const submit = (event: Event): void => {
    event.preventDefault();
    differs.value = password.value !== again.value;
    if (differs.value) return;
    void claiming.run(() =>
      app.session.claim({ code: code.value.trim(), username: username.value, password: password.value }),
    );
  };
  return (
    <form class="fields" onSubmit={submit} ref={form}>
      <WhereTheCodeIs />
      <TextField
        label="One-time code"
        mono
        value={code.value}
        onInput={(value) => (code.value = value)}
        autocomplete="one-time-code"
        fault={faultAt(faults, 'code')}
        required
      />
      <TextField
        label="User name"
        name="username"
        value={username.value}
        onInput={(value) => (username.value = value)}
        autocomplete="username"
        fault={faultAt(faults, 'username')}
        required
      />
      <NewPassword
        label="Password"
        next={password}
        again={again}
        differs={differs.value}
        fault={faultAt(faults, 'password')}
      />
      <Refusal of={claiming} />
      <Button submit kind="primary" busy={claiming.busy}>
        Make the administrator and sign in
      </Button>
    </form>
  );
}

/** Stays in the document, so that what comes into it is read out. */
function Refusal({ of }: { of: ReturnType<typeof useAct> }): JSX.Element {
  return <div role="alert">{of.problem !== undefined && <ProblemNote problem={of.problem} />}</div>;
}

function useFirstField(): { current: HTMLFormElement | null } {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  return form;
}
