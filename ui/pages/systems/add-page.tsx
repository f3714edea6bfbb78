/**
 * Adds a cluster, a fabric or a load balancer, step by step: what, where, whose certificate, what may come from it, a test.
 * What was typed stays while one goes back and forth; nothing is kept on the server before it is saved.
 */
import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { RadioCards } from '../../forms/choice-fields.tsx';
import { FaultSummary } from '../../forms/fault-summary.tsx';
import { createForm } from '../../forms/form.ts';
import type { Form } from '../../forms/form.ts';
import { LeaveGuard } from '../../forms/leave-guard.tsx';
import { LockNotice } from '../../forms/lock-notice.tsx';
import { lockOf } from '../../forms/lock.ts';
import { newSystem, savedSystem, subjectOf, systemKinds } from '../../forms/logic/system-draft.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import { useConfiguration } from '../../forms/use-configuration.ts';
import { savedText } from '../../forms/logic/saved-text.ts';
import type { App } from '../../live/app.ts';
import { PageHead } from '../../parts/page-head.tsx';
import type { PageProps } from '../page-entry.ts';
import type { NewBeginning } from './beginning.ts';
import { kindText } from './kinds.ts';
import { createTesting } from './testing.ts';
import { Wizard } from './wizard.tsx';

export function AddSystemPage({ app, query }: PageProps): JSX.Element {
  const configuration = useConfiguration(app);
  const file = useMemo(() => signal<string | null>(null), []);
  useEffect(() => {
    file.value = configuration.value?.readOnly ?? null;
  }, [configuration.value]);
  const lock = useMemo(() => lockOf(app, () => file.value), []);
  const beginnings = useMemo(() => begin(app, lock), []);
  const choice = useMemo(() => createForm('what', { kind: query['kind'] ?? '' }, lock), []);
  const given = systemKinds.find((kind) => kind === query['kind']);
  const kind = useSignal<SystemKind | undefined>(given);
  const leaving = useRef(false);
  const current = kind.value === undefined ? undefined : beginnings[kind.value];
  return (
    <>
      <PageHead
        title={current === undefined ? 'Add a source or system' : `Add ${kindText[current.kind].a}`}
        trail={[{ text: 'Sources and systems', href: '#/systems' }]}
      />
      <LockNotice reason={lock.value} />
      {current === undefined ? (
        <What form={choice} onNext={(chosen) => (kind.value = chosen)} />
      ) : (
        <Wizard
          key={current.kind}
          app={app}
          beginning={current}
          onBack={() => (kind.value = undefined)}
          onSaved={(saved) => {
            leaving.current = true;
            app.say(savedText(saved));
            app.location.go('/systems');
          }}
        />
      )}
      <LeaveGuard
        app={app}
        changed={() => !leaving.current && systemKinds.some((each) => beginnings[each].form.changed.peek())}
      />
    </>
  );
}

/** One of each kind, so that changing one's mind loses nothing. */
function begin(app: App, lock: Form['lock']): Readonly<Record<SystemKind, NewBeginning>> {
  const one = (kind: SystemKind): NewBeginning => {
    const form = createForm(kind, newSystem(kind), lock);
    return {
      kind,
      form,
      testing: createTesting(subjectOf[kind], app.requests),
      written: () => savedSystem(kind, form.entry.value),
      pasted: { scratch: createForm('kubeconfig', {}, lock), read: signal(undefined) },
    };
  };
  return { cluster: one('cluster'), fabric: one('fabric'), bigip: one('bigip'), haproxy: one('haproxy') };
}

function What({ form, onNext }: { form: Form; onNext: (kind: SystemKind) => void }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const chosen = systemKinds.find((kind) => kind === form.entry.value['kind']);
  return (
    <form
      class="wizard-step card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== undefined) onNext(chosen);
        else {
          form.setFaults([{ path: 'kind', found: 'nothing', expected: 'one of these' }]);
          form.showFaults();
        }
      }}
    >
      <h2 tabIndex={-1} ref={heading}>
        What do you want to add?
      </h2>
      <FaultSummary form={form} problem={undefined} />
      <RadioCards
        form={form}
        path="kind"
        label="Kind"
        cards={systemKinds.map((kind) => ({
          value: kind,
          title: kindText[kind].title,
          text: kindText[kind].text,
        }))}
      />
      <div class="form-buttons">
        <a class="button" href="#/systems">
          Cancel
        </a>
        <button type="submit" class="button primary">
          Next
        </button>
      </div>
    </form>
  );
}
