/** Questions before a mapping is let go, or removed. */
import type { JSX } from 'preact';
import type { Mode } from '../../../backend/api/contract/models.ts';
import type { Written as Entry } from '../../forms/logic/written.ts';
import type { App } from '../../live/app.ts';
import { plural } from '../../logic/format.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { CutOff } from '../../parts/cut-off.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useRequest } from '../../parts/use-request.ts';
import { modeText } from './mode-text.ts';
import { isKnown, Written } from './preview-panel.tsx';

interface ModeDialogProps {
  readonly app: App;
  readonly name: string;
  readonly mode: Mode;
  readonly onClose: () => void;
}

/** What would be written is asked again when it opens. */
export function ModeDialog({ app, name, mode, onClose }: ModeDialogProps): JSX.Element {
  const { value, problem } = useRequest(async () => {
    const read = await app.requests.entry('mappings', name);
    return { read, preview: await app.requests.previewMapping({ ...read.entry, mode }, name) };
  }, [name, mode]);
  const faulty = value !== undefined && value.preview.faults.length > 0;
  const off =
    value === undefined ? 'what it would do is not known yet' : faulty ? 'it has faults' : undefined;
  return (
    <ConfirmDialog
      title={`${name}: mode ${mode}`}
      verb={mode === 'report' ? 'Report only' : 'Let it write'}
      off={off}
      wide={mode !== 'report'}
      onClose={onClose}
      act={async () => {
        if (value === undefined) return;
        const { entry, tag } = value.read;
        await app.requests.putEntry('mappings', name, { ...entry, mode }, { tag });
        app.say(`${name} is in mode ${mode}`);
        app.refreshPlan();
      }}
    >
      <p>{modeText[mode].text}</p>
      {mode === 'report' ? (
        <p>What it has written stays as it is, with its marks, and is not kept in step any more.</p>
      ) : (
        <>
          {problem !== undefined && <ProblemNote problem={problem} />}
          {value === undefined && problem === undefined && <p class="muted">Looking at what it would do…</p>}
          {value !== undefined && (
            <>
              <p>
                {plural(value.preview.groups, 'group')} with{' '}
                {plural(value.preview.addresses, 'address', 'addresses')},{' '}
                {plural(value.preview.total, 'target object')}:
              </p>
              <CutOff pairs={value.preview.cutOff} />
              <div class="mode-preview">
                <Written groups={value.preview.changes} isKnown={isKnown(value.preview)} />
              </div>
              <p class="muted">
                If it never wrote before, its first plan still waits for your approval under Plan.
              </p>
            </>
          )}
        </>
      )}
    </ConfirmDialog>
  );
}

interface RemoveMappingProps {
  readonly app: App;
  readonly entry: Entry & { readonly name: string };
  readonly onClose: () => void;
}

export function RemoveMapping({ app, entry: { name }, onClose }: RemoveMappingProps): JSX.Element {
  return (
    <ConfirmDialog
      title={`Remove ${name}?`}
      verb="Remove"
      danger
      onClose={onClose}
      act={async () => {
        const { tag } = await app.requests.entry('mappings', name);
        await app.requests.removeEntry('mappings', name, tag);
        app.say(`${name} was removed`);
        app.refreshPlan();
      }}
    >
      <p>
        Nothing is deleted by this. What it made stays on its systems, with our marks; the plan shows it as
        orphans, which are removed only if you approve that.
      </p>
    </ConfirmDialog>
  );
}
