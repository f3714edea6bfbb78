import type { JSX } from 'preact';
import { Shape } from '../parts/shape.tsx';

/** Above a form that takes nothing: why. */
export function LockNotice({ reason }: { reason: string | undefined }): JSX.Element | null {
  if (reason === undefined) return null;
  return (
    <p class="notice lock-notice">
      <Shape tone="quiet" /> <span>Everything is shown, nothing can be changed: {reason}.</span>
    </p>
  );
}
