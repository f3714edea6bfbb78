import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { VersionModel } from '../../../backend/api/contract/configuration.ts';
import type { App } from '../../live/app.ts';
import { formatMoment, plural } from '../../logic/format.ts';
import { whyNot } from '../../logic/roles.ts';
import { Button } from '../../parts/button.tsx';
import { CopyText } from '../../parts/copy-dialog.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { DifferenceList } from '../../parts/difference-list.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Table } from '../../parts/table.tsx';
import type { Column } from '../../parts/table.tsx';
import { useAct, useRequest } from '../../parts/use-request.ts';
import { ReadOnlyNote, whyFixed } from './read-only.tsx';

export function Versions({ app }: { app: App }): JSX.Element {
  const configuration = useRequest(() => app.requests.configuration(), []);
  const versions = useRequest(() => app.requests.versions(), [configuration.value?.tag]);
  const opened = useSignal<VersionModel | undefined>(undefined);
  const problem = configuration.problem ?? versions.problem;
  const off = whyNot(app.session.person.value, 'admin') ?? whyFixed(configuration.value);
  const now = configuration.value?.revision;
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {configuration.value !== undefined && <ReadOnlyNote configuration={configuration.value} />}
      {versions.value !== undefined && (
        <Table
          label="Table of versions"
          name="versions"
          columns={columnsOf(app, now, (version) => (opened.value = version))}
          rows={versions.value}
          rowKey={({ revision }) => String(revision)}
          none="No version yet: each time something is saved, what was there before is kept here."
        />
      )}
      {opened.value !== undefined && (
        <VersionDialog
          app={app}
          version={opened.value}
          tag={configuration.value?.tag}
          off={opened.value.revision === now ? 'it is the one in force' : off}
          onClose={() => (opened.value = undefined)}
          onRestored={configuration.again}
        />
      )}
    </>
  );
}

function columnsOf(
  app: App,
  now: number | undefined,
  onOpen: (version: VersionModel) => void,
): readonly Column<VersionModel>[] {
  return [
    {
      id: 'revision',
      title: 'Version',
      rowHeader: true,
      cell: (version) => (
        <>
          <button type="button" class="link" data-row-control onClick={() => onOpen(version)}>
            {version.revision}
          </button>{' '}
          {version.revision === now && <span class="tag tone-good">in force</span>}
        </>
      ),
    },
    {
      id: 'at',
      title: 'Saved',
      cell: ({ at }) => <span class="mono">{formatMoment(at, app.zone.value)}</span>,
    },
    { id: 'by', title: 'By', cell: ({ by }) => by },
    { id: 'summary', title: 'What was done', cell: ({ summary }) => summary },
  ];
}

interface VersionDialogProps {
  readonly app: App;
  readonly version: VersionModel;
  readonly tag: string | undefined;
  readonly off: string | undefined;
  readonly onClose: () => void;
  readonly onRestored: () => void;
}

function VersionDialog({ app, version, tag, off, onClose, onRestored }: VersionDialogProps): JSX.Element {
  const { revision, by, at, summary } = version;
  const { value, problem } = useRequest(() => app.requests.version(revision), [revision]);
  const restoring = useAct();
  const restore = (): void =>
    void restoring
      .run(async () => {
        await app.requests.restore(revision, tag ?? '');
      })
      .then((done) => {
        if (!done) return;
        app.say(`Version ${revision} is in force again.`);
        onRestored();
        onClose();
      });
  const failed = problem ?? restoring.problem;
  return (
    <Dialog title={`Version ${revision}: ${summary}`} onClose={onClose} wide>
      <p class="muted">
        Saved by {by}, {formatMoment(at, app.zone.value)}
      </p>
      {value !== undefined && (
        <>
          <h3>{plural(value.difference.length, 'difference')} from it to what holds now</h3>
          <DifferenceList lines={value.difference} none="It is what holds now." />
          <details class="by-command">
            <summary>All of it, as YAML</summary>
            <CopyText label={`Version ${revision} as YAML`} text={value.text} rows={14} />
          </details>
        </>
      )}
      <div role="alert">{failed !== undefined && <ProblemNote problem={failed} />}</div>
      <div class="dialog-buttons">
        <Button kind="primary" busy={restoring.busy} off={off} onClick={restore}>
          Restore version {revision}
        </Button>
      </div>
    </Dialog>
  );
}
