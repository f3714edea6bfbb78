import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { App } from '../../live/app.ts';
import { faultAt } from '../../live/request-problem.ts';
import { formatMoment } from '../../logic/format.ts';
import { viaWords } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { NewPassword } from '../../parts/new-password.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Section } from '../../parts/section.tsx';
import { useAct } from '../../parts/use-request.ts';
import { ThemeSwitch } from '../shell/navigation.tsx';

export function Account({ app }: { app: App }): JSX.Element {
  const person = app.session.person.value;
  const endsAt = app.session.who.value?.endsAt ?? null;
  return (
    <>
      <Section id="person" title="Who you are">
        <dl class="facts card">
          <dt>Name</dt>
          <dd>{person?.name}</dd>
          <dt>Role</dt>
          <dd>{person?.role}</dd>
          <dt>Known as</dt>
          <dd>{person === undefined ? '' : viaWords[person.via]}</dd>
          {endsAt !== null && (
            <>
              <dt>Session ends</dt>
              <dd>{formatMoment(endsAt, app.zone.value)}, or earlier when it is not used</dd>
            </>
          )}
        </dl>
      </Section>
      <Section id="colours" title="Colours">
        <div class="narrow">
          <ThemeSwitch app={app} />
        </div>
      </Section>
      <Section id="password" title="Password">
        {person?.via === 'local' ? (
          <PasswordForm app={app} />
        ) : (
          <p class="muted">
            Only the local administrator has a password here. A fabric’s users change theirs on the fabric.
          </p>
        )}
      </Section>
    </>
  );
}

function PasswordForm({ app }: { app: App }): JSX.Element {
  const current = useSignal('');
  const next = useSignal('');
  const again = useSignal('');
  const differs = useSignal(false);
  const changing = useAct();
  const faults = changing.problem?.faults ?? [];
  const change = (): void => {
    differs.value = next.peek() !== again.peek();
    if (differs.peek()) return;
    void changing.run(async () => {
      await app.requests.changePassword({ current: current.peek(), next: next.peek() });
      for (const field of [current, next, again]) field.value = '';
      app.say('The password is changed; your other sessions have ended.');
    });
  };
  return (
    <form
      class="card fields narrow"
      onSubmit={(event) => {
        event.preventDefault();
        change();
      }}
    >
      <input type="text" autocomplete="username" value={app.session.person.value?.name} readOnly hidden />
      <TextField
        label="Password now"
        type="password"
        autocomplete="current-password"
        value={current.value}
        onInput={(value) => (current.value = value)}
        fault={faultAt(faults, 'current')}
        required
      />
      <NewPassword
        label="New password"
        next={next}
        again={again}
        differs={differs.value}
        fault={faultAt(faults, 'next')}
      />
      <div role="alert">{changing.problem !== undefined && <ProblemNote problem={changing.problem} />}</div>
      <div>
        <Button submit kind="primary" busy={changing.busy}>
          Change the password
        </Button>
      </div>
    </form>
  );
}
