/** Changes what is declared: the wizard's steps, all open. */
import { signal, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { EntryModel } from '../../../backend/api/contract/configuration.ts';
import { Conflict } from '../../forms/conflict.tsx';
import { FaultSummary } from '../../forms/fault-summary.tsx';
import { createForm } from '../../forms/form.ts';
import { LeaveGuard } from '../../forms/leave-guard.tsx';
import { LockNotice } from '../../forms/lock-notice.tsx';
import { lockOf } from '../../forms/lock.ts';
import { savedText } from '../../forms/logic/saved-text.ts';
import {
  isClosed,
  savedSystem,
  subjectOf,
  systemKindOf,
  isAround,
  trustOf,
  withoutTrust,
} from '../../forms/logic/system-draft.ts';
import type { SystemCollection } from '../../forms/logic/system-draft.ts';
import { useSaving } from '../../forms/saving.ts';
import type { Saving } from '../../forms/saving.ts';
import type { App } from '../../live/app.ts';
import { formatAgo } from '../../logic/format.ts';
import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useRequest } from '../../parts/use-request.ts';
import type { PageProps } from '../page-entry.ts';
import { AccessFields } from './access-fields.tsx';
import type { Beginning } from './beginning.ts';
import { CertificatePart } from './certificate-part.tsx';
import { kindText } from './kinds.ts';
import { MoreFields } from './more-fields.tsx';
import { RangesPart } from './ranges-part.tsx';
import { TestPart } from './test-part.tsx';
import { createTesting } from './testing.ts';
import { SaveAnyway } from './wizard.tsx';

const collections: readonly SystemCollection[] = ['clusters', 'fabrics', 'loadBalancers'];
const trail = [{ text: 'Sources and systems', href: '#/systems' }];

export function EditSystemPage({ app, params }: PageProps): JSX.Element {
  const { name = '' } = params;
  const collection = collections.find((each) => each === params['collection']) ?? 'clusters';
  const asked = useRequest(
    () => Promise.all([app.requests.entry(collection, name), app.requests.configuration()]),
    [collection, name],
  );
  const [entry, configuration] = asked.value ?? [];
  if (entry === undefined)
    return (
      <>
        <PageHead title={name} trail={trail} />
        {asked.problem === undefined ? (
          <p class="muted">Reading it…</p>
        ) : (
          <ProblemNote problem={asked.problem} />
        )}
      </>
    );
  return <Editor app={app} collection={collection} read={entry} file={configuration?.readOnly ?? null} />;
}

interface EditorProps {
  readonly app: App;
  readonly collection: SystemCollection;
  readonly read: EntryModel;
  readonly file: string | null;
}

function Editor({ app, collection, read, file }: EditorProps): JSX.Element {
  const beginning = useMemo(() => beginWith({ app, collection, read, file }), []);
  const { form, kind, testing, written } = beginning;
  const leaving = useRef(false);
  const unsure = useSignal(false);
  const saving = useSaving({
    app,
    form,
    collection,
    written,
    origin: read,
    onSaved: (saved) => {
      leaving.current = true;
      app.say(savedText(saved));
      app.location.go('/systems');
    },
  });
  useEffect(() => () => testing.cancel(), []);
  return (
    <>
      <PageHead
        title={read.name}
        trail={trail}
        note={`${kindText[kind].title} · changed by ${read.by} ${formatAgo(read.at, app.store.now.value)}`}
      />
      <LockNotice reason={form.lock.value} />
      <form
        class="system-editor"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (form.lock.peek() !== undefined) return;
          if (testing.report.peek()?.good === false) unsure.value = true;
          else saving.save();
        }}
      >
        <FaultSummary form={form} problem={saving.doing.problem} />
        <Parts app={app} beginning={beginning} />
        <div class="form-buttons save-bar">
          <Button
            submit
            kind="primary"
            busy={saving.doing.busy}
            off={form.lock.value ?? (form.changed.value ? undefined : 'nothing was changed')}
          >
            Save
          </Button>
          <a class="button" href="#/systems">
            {form.changed.value ? 'Cancel' : 'Back'}
          </a>
        </div>
      </form>
      {unsure.value && (
        <SaveAnyway beginning={beginning} onSave={saving.save} onClose={() => (unsure.value = false)} />
      )}
      <Meanwhile app={app} collection={collection} read={read} beginning={beginning} saving={saving} />
      <LeaveGuard app={app} changed={() => !leaving.current && form.changed.peek()} />
    </>
  );
}

type MeanwhileProps = Omit<EditorProps, 'file'> & { readonly beginning: Beginning; readonly saving: Saving };

function Meanwhile({ app, collection, read, beginning, saving }: MeanwhileProps): JSX.Element | null {
  if (!saving.conflict) return null;
  return (
    <Conflict
      app={app}
      collection={collection}
      name={saving.origin?.name ?? read.name}
      base={beginning.form.saved.value}
      mine={beginning.written()}
      onTakeTheirs={saving.takeTheirs}
      onPutMine={saving.putMine}
      onClose={saving.leaveConflict}
    />
  );
}

function beginWith({ app, collection, read, file }: EditorProps): Beginning {
  const kind = systemKindOf(collection, read.entry);
  const from = signal(file);
  const form = createForm(
    kind,
    read.entry,
    lockOf(app, () => from.value),
  );
  return {
    kind,
    form,
    testing: createTesting(subjectOf[kind], app.requests),
    written: () => savedSystem(kind, form.entry.value),
  };
}

function Parts({ app, beginning }: { app: App; beginning: Beginning }): JSX.Element {
  const { form, kind, testing, written } = beginning;
  return (
    <>
      <Part title="Where it is, and how we sign in">
        <AccessFields kind={kind} form={form} />
        <MoreFields kind={kind} form={form} />
      </Part>
      {kind !== 'haproxy' && !isAround(form.entry.value) && (
        <Part title="Whose certificate it shows">
          <CertificatePart
            app={app}
            form={form}
            testing={testing}
            onLook={() => testing.run(trustOf(written()) === 'system' ? withoutTrust(written()) : written())}
          />
        </Part>
      )}
      {kind === 'cluster' && (
        <Part title="What may come from it">
          <RangesPart form={form} ranges={testing.report.value?.ranges} />
        </Part>
      )}
      <Part title="Test">
        <TestPart
          app={app}
          testing={testing}
          stale={testing.isStale(written())}
          off={form.lock.value}
          closed={kind === 'cluster' && isClosed(written())}
          onTest={() => testing.run(written())}
        />
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="card form-part" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
