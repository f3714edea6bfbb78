/** The document as a whole: taken out, and put in its place after one has seen what that changes. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { FaultModel, ImportPreview } from '../../../backend/api/contract/configuration.ts';
import type { App } from '../../live/app.ts';
import { plural } from '../../logic/format.ts';
import { changeCounts, slipOf } from '../../logic/import-view.ts';
import { whyNot } from '../../logic/roles.ts';
import { modeWords } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { CopyText } from '../../parts/copy-dialog.tsx';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { FaultList } from '../../parts/fault-list.tsx';
import { TextAreaField } from '../../parts/field.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Section } from '../../parts/section.tsx';
import { Badge, Shape, Status } from '../../parts/shape.tsx';
import { useAct, useRequest } from '../../parts/use-request.ts';
import { Consequences } from './consequences.tsx';
import { ReadOnlyNote, whyFixed } from './read-only.tsx';

export function DocumentSettings({ app }: { app: App }): JSX.Element {
  const configuration = useRequest(() => app.requests.configuration(), []);
  const exported = useRequest(() => app.requests.exportDocument(), [configuration.value?.tag]);
  const problem = configuration.problem ?? exported.problem;
  const off = whyNot(app.session.person.value, 'admin') ?? whyFixed(configuration.value);
  const { tag } = configuration.value ?? {};
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {configuration.value !== undefined && <ReadOnlyNote configuration={configuration.value} />}
      <Section
        id="export"
        title="Take it out"
        note="All that is declared, as YAML. Secrets stand in it as references only."
      >
        {exported.value !== undefined && (
          <CopyText label="The document as YAML" text={exported.value} rows={16} />
        )}
      </Section>
      <Import app={app} off={off} tag={tag} onDone={configuration.again} />
      <RotateKey app={app} off={off} />
    </>
  );
}

interface ImportProps {
  readonly app: App;
  readonly off: string | undefined;
  readonly tag: string | undefined;
  readonly onDone: () => void;
}

function Import({ app, off, tag, onDone }: ImportProps): JSX.Element {
  const text = useSignal('');
  const preview = useSignal<ImportPreview | undefined>(undefined);
  const asking = useSignal(false);
  const looking = useAct();
  const empty = text.value.trim() === '' ? 'paste a document first' : undefined;
  const look = (): void =>
    void looking.run(async () => {
      preview.value = await app.requests.previewDocument(text.peek());
    });
  return (
    <Section
      id="import"
      title="Put another in its place"
      note="Nothing changes before you have seen how it differs."
    >
      <TextAreaField
        label="Document, as YAML or JSON"
        value={text.value}
        readOnly={off !== undefined}
        rows={8}
        onInput={(value) => {
          text.value = value;
          preview.value = undefined;
        }}
      />
      <div class="form-buttons">
        <Button busy={looking.busy} off={off ?? empty} onClick={look}>
          See what it changes
        </Button>
      </div>
      {looking.problem !== undefined && <ProblemNote problem={looking.problem} />}
      {preview.value !== undefined && (
        <Preview app={app} preview={preview.value} onApply={() => (asking.value = true)} off={off} />
      )}
      {asking.value && preview.value !== undefined && (
        <ConfirmDialog
          title="Put this document in the place of the one there is?"
          verb="Put it in place"
          onClose={() => (asking.value = false)}
          act={async () => {
            await app.requests.replaceDocument(text.peek(), tag ?? '');
            app.say('The document is in place and in force.');
            text.value = '';
            preview.value = undefined;
            onDone();
          }}
        >
          <p>
            {changeCounts(preview.value.entries).join(', ') || 'Settings change'}; it takes effect at once.
            The document that is there now stays among the versions, and can be restored.
          </p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function Preview(props: {
  app: App;
  preview: ImportPreview;
  onApply: () => void;
  off: string | undefined;
}): JSX.Element {
  const { faults, difference, entries, secrets, modes } = props.preview;
  const same = difference.length === 0 ? 'it says what holds already' : undefined;
  return (
    <div class="card preview" role="group" aria-label="What it would change">
      {faults.length > 0 ? (
        <Faults faults={faults} />
      ) : (
        <>
          <Consequences app={props.app} entries={entries} />
          <h3>{plural(difference.length, 'difference')}</h3>
          <DifferenceList lines={difference} none="It says what holds already." />
          {modes.length > 0 && (
            <p class="modes">
              {modes.map(({ mapping, mode }) => (
                <span key={mapping}>
                  {mapping} <Badge {...modeWords[mode]} />
                </span>
              ))}
            </p>
          )}
          {secrets.length > 0 && (
            <p class="notice notice-held">
              <Shape tone="held" />
              <span>
                Nothing is stored here under the references of <code>{secrets.join(', ')}</code>. What needs
                them cannot be read or written until you enter them, under Sources and systems.
              </span>
            </p>
          )}
          <div class="form-buttons">
            <Button kind="primary" off={props.off ?? same} onClick={props.onApply}>
              Put it in place…
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function Faults({ faults }: { faults: readonly FaultModel[] }): JSX.Element {
  const slip = slipOf(faults);
  if (slip === undefined)
    return (
      <>
        <Status tone="bad" text={`${plural(faults.length, 'fault')}: it cannot be taken as it is`} />
        <FaultList faults={faults} />
      </>
    );
  return (
    <>
      <Status tone="bad" text={`It is no YAML from ${slip.path} on`} />
      <p>
        <code>{slip.path}</code>: {slip.found.replace(/:$/, '')}
      </p>
      {faults.length > 1 && (
        <p class="muted">
          {plural(faults.length - 1, 'more fault follows', 'more faults follow')} from there on; mend this one
          first, most of them may come of it.
        </p>
      )}
    </>
  );
}

function RotateKey({ app, off }: { app: App; off: string | undefined }): JSX.Element {
  const asking = useSignal(false);
  return (
    <Section id="key" title="Key of the secrets" note="Every stored secret is sealed with it.">
      <Button off={off} onClick={() => (asking.value = true)}>
        Make a new key…
      </Button>
      {asking.value && (
        <ConfirmDialog
          title="Make a new key?"
          verb="Make a new key"
          onClose={() => (asking.value = false)}
          act={async () => {
            await app.requests.rotateKey();
            app.say('Every secret is sealed with a new key.');
          }}
        >
          <p>
            Every stored secret is opened with the old key and sealed with the new one. Backups of the data
            directory that were made before can be opened only with the keys in them.
          </p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
