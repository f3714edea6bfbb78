/** Asks before what was typed is left behind. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../live/app.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';

interface LeaveGuardProps {
  readonly app: App;
  /** Whether there is anything to lose. */
  readonly changed: () => boolean;
}

/** Sees a change of place before the page does, stops it, and goes there once that was confirmed. */
export function LeaveGuard({ app, changed }: LeaveGuardProps): JSX.Element | null {
  const wanted = useSignal<string | undefined>(undefined);
  const leaving = useRef(false);
  useEffect(
    () =>
      app.location.guard((hash) => {
        if (leaving.current || !changed()) return false;
        wanted.value = hash;
        return true;
      }),
    [],
  );
  const hash = wanted.value;
  if (hash === undefined) return null;
  return (
    <ConfirmDialog
      title="Leave without saving?"
      verb="Leave"
      danger
      act={() => {
        leaving.current = true;
        location.hash = hash;
        return Promise.resolve();
      }}
      onClose={() => (wanted.value = undefined)}
    >
      <p>What you changed here is not saved yet, and is lost when you leave.</p>
    </ConfirmDialog>
  );
}
