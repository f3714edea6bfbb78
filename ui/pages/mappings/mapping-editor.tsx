import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { EntryModel } from '../../../backend/api/contract/configuration.ts';
import { Conflict } from '../../forms/conflict.tsx';
import { CopyText } from '../../forms/copy-text.tsx';
import { FaultSummary } from '../../forms/fault-summary.tsx';
import { createForm, focusFault } from '../../forms/form.ts';
import type { Form } from '../../forms/form.ts';
import { LeaveGuard } from '../../forms/leave-guard.tsx';
import { LockNotice } from '../../forms/lock-notice.tsx';
import { lockOf } from '../../forms/lock.ts';
import { savedMapping } from '../../forms/logic/mapping-draft.ts';
import type { Named } from '../../forms/logic/mapping-draft.ts';
import { exampleOf, exampleWith } from '../../forms/logic/name-example.ts';
import { savedText } from '../../forms/logic/saved-text.ts';
import { listAt, textAt } from '../../forms/logic/written.ts';
import type { Written } from '../../forms/logic/written.ts';
import { yamlText } from '../../forms/logic/yaml-text.ts';
import { useSaving } from '../../forms/saving.ts';
import type { Saving } from '../../forms/saving.ts';
import { TextField } from '../../forms/text-fields.tsx';
import type { App } from '../../live/app.ts';
import { formatAgo } from '../../logic/format.ts';
import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { trail } from './links.ts';
import { ModeSection } from './mode-section.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { createPreview } from './preview-state.ts';
import type { PreviewState } from './preview-state.ts';
import type { Surroundings } from './surroundings.ts';
import { WhatSection } from './what-section.tsx';
import { WhereSection } from './where-section.tsx';

interface EditorProps {
  readonly app: App;
  /** undefined: a new one. */
  readonly read?: EntryModel;
  readonly entry: Written;
  readonly named: Named;
  /** What the configuration is read from, where it is not ours to change. */
  readonly file: string | null;
  /** Where the focus begins. */
  readonly field?: string | undefined;
}

interface Editing {
  readonly form: Form;
  readonly written: ReadonlySignal<Written>;
  readonly preview: PreviewState;
}

export function MappingEditor(props: EditorProps): JSX.Element {
  const { app, read, named, field } = props;
  const editing = useMemo(() => beginEditing(props), []);
  const { form, written, preview } = editing;
  const leaving = useRef(false);
  const saving = useSaving({
    app,
    form,
    collection: 'mappings',
    written: () => written.peek(),
    origin: read,
    onSaved: (saved) => {
      leaving.current = true;
      app.say(savedText(saved));
      app.refreshPlan();
      app.location.go('/mappings');
    },
  });
  useEffect(() => () => preview.stop(), []);
  useEffect(() => {
    // After the page's own heading took it.
    if (field !== undefined) setTimeout(() => focusFault(form, field));
  }, []);
  return (
    <>
      <PageHead
        title={read?.name ?? 'Add a mapping'}
        trail={trail}
        note={
          read === undefined ? undefined : `changed by ${read.by} ${formatAgo(read.at, app.store.now.value)}`
        }
      />
      <LockNotice reason={form.lock.value} />
      <div class="editor">
        <EditorForm editing={editing} saving={saving} named={named} isNew={read === undefined} />
        <PreviewPanel form={form} preview={preview} />
      </div>
      {saving.conflict && (
        <Conflict
          app={app}
          collection="mappings"
          name={saving.origin?.name ?? ''}
          base={form.saved.value}
          mine={written.value}
          onTakeTheirs={saving.takeTheirs}
          onPutMine={saving.putMine}
          onClose={saving.leaveConflict}
        />
      )}
      <LeaveGuard app={app} changed={() => !leaving.current && form.changed.peek()} />
    </>
  );
}

function beginEditing({ app, read, entry, named, file }: EditorProps): Editing {
  const from = signal(file);
  const form = createForm(
    'mapping',
    entry,
    lockOf(app, () => from.value),
  );
  const written = computed(() => savedMapping(form.entry.value, named));
  const preview = createPreview({
    written,
    ask: (mapping, abort) => app.requests.previewMapping(mapping, read?.name, abort),
    onAnswer: ({ faults }) => form.setFaults(faults),
    later(ms, act) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });
  return { form, written, preview };
}

interface EditorFormProps {
  readonly editing: Editing;
  readonly saving: Saving;
  readonly named: Named;
  readonly isNew: boolean;
}

function EditorForm({ editing, saving, named, isNew }: EditorFormProps): JSX.Element {
  const { form, written } = editing;
  const around = useAround(editing, named);
  const unchanged = !isNew && !form.changed.value ? 'nothing was changed' : undefined;
  return (
    <form
      class="editor-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (form.lock.peek() !== undefined) return;
        if (form.faults.peek().length > 0) form.showFaults();
        else if (isNew || form.changed.peek()) saving.save();
      }}
    >
      <FaultSummary form={form} problem={saving.doing.problem} />
      <Part title="Name">
        <div class="form-grid">
          <TextField
            form={form}
            path="name"
            label="Name of the mapping"
            mono
            hint="Part of the marks on what it makes. a-z, 0-9 and -."
          />
        </div>
      </Part>
      <Part title="What" note="which addresses">
        <WhatSection form={form} around={around} />
      </Part>
      <Part title="Where" note="what is kept in step with them; at least one">
        <WhereSection form={form} around={around} />
      </Part>
      <Part title="Mode" note="how much it may do">
        <ModeSection form={form} isNew={isNew} />
      </Part>
      <details class="card yaml-view">
        <summary>As YAML</summary>
        <CopyText text={yamlText(written.value)} label="The mapping as YAML" />
      </details>
      <div class="form-buttons save-bar">
        <Button submit kind="primary" busy={saving.doing.busy} off={form.lock.value ?? unchanged}>
          Save
        </Button>
        <a class="button" href="#/mappings">
          {form.changed.value ? 'Cancel' : 'Back'}
        </a>
      </div>
    </form>
  );
}

function useAround({ form, preview }: Editing, named: Named): Surroundings {
  const entry = form.entry.value;
  const [cluster] = listAt(entry, 'from.clusters');
  const fabric = textAt(entry, 'from.fabric');
  const invented = exampleOf(textAt(entry, 'name'), cluster, fabric === '' ? undefined : fabric);
  return { named, example: exampleWith(invented, preview.value.value?.targets[0]?.group) };
}

interface PartProps {
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}

function Part({ title, note, children }: PartProps): JSX.Element {
  return (
    <section class="card form-part" aria-label={title}>
      <h2>
        {title}
        {note !== undefined && <span class="muted"> {note}</span>}
      </h2>
      {children}
    </section>
  );
}
