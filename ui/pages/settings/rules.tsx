import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { EntryModel } from '../../../backend/api/contract/configuration.ts';
import { savedText } from '../../forms/logic/saved-text.ts';
import type { App } from '../../live/app.ts';
import { faultAt } from '../../live/request-problem.ts';
import { formatMoment } from '../../logic/format.ts';
import { whyNot } from '../../logic/roles.ts';
import { readSettings, settingGroups, writeSettings } from '../../logic/settings-form.ts';
import type { SettingField } from '../../logic/settings-form.ts';
import { Button } from '../../parts/button.tsx';
import { TextAreaField, TextField } from '../../parts/field.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Section } from '../../parts/section.tsx';
import { useAct, useRequest } from '../../parts/use-request.ts';
import type { Doing } from '../../parts/use-request.ts';
import { ReadOnlyNote, whyFixed } from './read-only.tsx';

export function Rules({ app }: { app: App }): JSX.Element {
  const configuration = useRequest(() => app.requests.configuration(), []);
  const settings = useRequest(() => app.requests.settings(), []);
  const problem = configuration.problem ?? settings.problem;
  const off = whyNot(app.session.person.value, 'admin') ?? whyFixed(configuration.value);
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {configuration.value !== undefined && <ReadOnlyNote configuration={configuration.value} />}
      {settings.value !== undefined && <RulesForm app={app} read={settings.value} off={off} />}
    </>
  );
}

interface RulesFormProps {
  readonly app: App;
  readonly read: EntryModel;
  readonly off: string | undefined;
}

function RulesForm({ app, read, off }: RulesFormProps): JSX.Element {
  const base = useSignal(read);
  const texts = useSignal(readSettings(read.entry));
  const saving = useAct();
  const { by, at, entry, tag } = base.value;
  const changed = JSON.stringify(texts.value) !== JSON.stringify(readSettings(entry));
  const save = (): void =>
    void saving.run(async () => {
      base.value = await app.requests.putSettings(writeSettings(entry, texts.peek()), tag);
      texts.value = readSettings(base.peek().entry);
      const { problem } = base.peek();
      app.say(problem === null ? 'The settings are saved and in force.' : savedText(base.peek()));
    });
  /** What was typed goes on top of what the other person saved. */
  const rebase = (): void =>
    void saving.run(async () => {
      base.value = await app.requests.settings();
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (off === undefined && changed) save();
      }}
    >
      {settingGroups.map(({ title, about, fields }) => (
        <Section key={title} id={`rules-${title}`} title={title} note={about}>
          <div class="card fields columns">
            {fields.map((field) => (
              <RuleField
                key={field.path}
                field={field}
                value={texts.value[field.path] ?? ''}
                doing={saving}
                readOnly={off !== undefined}
                onInput={(value) => (texts.value = { ...texts.peek(), [field.path]: value })}
              />
            ))}
          </div>
        </Section>
      ))}
      <Refused doing={saving} onRebase={rebase} />
      <div class="form-buttons">
        <Button
          submit
          kind="primary"
          busy={saving.busy}
          off={off ?? (changed ? undefined : 'nothing is changed')}
        >
          Save
        </Button>
        {changed && <Button onClick={() => (texts.value = readSettings(entry))}>Put back</Button>}
        {at > 0 && (
          <span class="muted">
            Last changed by {by}, {formatMoment(at, app.zone.value)}
          </span>
        )}
      </div>
    </form>
  );
}

function Refused({ doing, onRebase }: { doing: Doing; onRebase: () => void }): JSX.Element {
  const { problem } = doing;
  return (
    <div role="alert">
      {problem !== undefined && <ProblemNote problem={problem} />}
      {problem?.code === 'config.changed' && (
        <Button onClick={onRebase}>Read theirs, and keep what I typed</Button>
      )}
    </div>
  );
}

interface RuleFieldProps {
  readonly field: SettingField;
  readonly value: string;
  readonly doing: Doing;
  readonly readOnly: boolean;
  readonly onInput: (value: string) => void;
}

function RuleField({ field, value, doing, readOnly, onInput }: RuleFieldProps): JSX.Element {
  const { path, label, hint, kind, standard } = field;
  const same = {
    label,
    hint,
    fault: faultAt(doing.problem?.faults ?? [], path),
    value,
    onInput,
    readOnly,
    placeholder: standard,
  };
  return kind === 'list' ? <TextAreaField {...same} rows={3} /> : <TextField {...same} />;
}
