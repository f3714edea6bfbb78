/** Asks before what was typed is left behind. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';

interface LeaveGuardProps {
  /** Whether there is anything to lose. */
  readonly changed: () => boolean;
}

/** Sees a change of place before the page does, takes it back, and goes there once that was confirmed. */
export function LeaveGuard({ changed }: LeaveGuardProps): JSX.Element | null {
  const wanted = useSignal<string | undefined>(undefined);
  const leaving = useRef(false);
  useEffect(() => {
    const here = location.hash;
    const onChange = (event: Event): void => {
      if (leaving.current || location.hash === here || !changed()) return;
      event.stopImmediatePropagation();
      wanted.value = location.hash;
      location.replace(here);
    };
    window.addEventListener('hashchange', onChange, true);
    return () => window.removeEventListener('hashchange', onChange, true);
  }, []);
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
