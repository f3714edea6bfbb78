import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { App } from '../../live/app.ts';
import { formatCount, plural } from '../../logic/format.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { whyNot } from '../../logic/roles.ts';

/** Pausing is at once; going on says first what has gathered. */
export function PauseButton({ app }: { app: App }): JSX.Element | null {
  const asking = useSignal<'pause' | 'resume' | undefined>(undefined);
  const summary = app.store.summary.value;
  if (summary === undefined) return null;
  const paused = summary.mode === 'paused';
  const off = whyNot(app.session.person.value, 'operator');
  return (
    <>
      <Button small off={off} onClick={() => (asking.value = paused ? 'resume' : 'pause')}>
        {paused ? 'Resume' : 'Pause'}
      </Button>
      {asking.value !== undefined && (
        <Asking app={app} pause={asking.value === 'pause'} onClose={() => (asking.value = undefined)} />
      )}
    </>
  );
}

function Asking({ app, pause, onClose }: { app: App; pause: boolean; onClose: () => void }): JSX.Element {
  const { mappings } = app.store.summary.value ?? { mappings: [] };
  const held = mappings.flatMap((one) => one.held).filter(({ reason }) => reason === 'paused');
  const waiting = held.reduce((sum, { count }) => sum + count, 0);
  return (
    <ConfirmDialog
      title={pause ? 'Pause writing everywhere?' : 'Go on writing?'}
      verb={pause ? 'Pause' : 'Resume'}
      onClose={onClose}
      act={async () => app.say(await app.requests.setPaused(pause))}
    >
      {pause ? (
        <p>
          Nothing more is written to any system until somebody resumes. Sources are followed, and plans are
          made, as before. What is being sent now is finished; a drain that has begun waits where it is.
        </p>
      ) : (
        <p>
          {waiting === 0
            ? 'Nothing waits because of the pause.'
            : `${plural(waiting, 'change')} ${waiting === 1 ? 'has' : 'have'} waited because of the pause and will be written as far as nothing else holds ${waiting === 1 ? 'it' : 'them'}.`}{' '}
          {formatCount(mappings.length)} mappings go on in the modes that they are in.
        </p>
      )}
    </ConfirmDialog>
  );
}
