import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { TextField } from './field.tsx';

interface NewPasswordProps {
  readonly label: string;
  readonly next: Signal<string>;
  readonly again: Signal<string>;
  /** They were sent, and are not the same. */
  readonly differs: boolean;
  readonly fault: string | undefined;
}

/** Typed twice, since it is not seen. */
export function NewPassword({ label, next, again, differs, fault }: NewPasswordProps): JSX.Element {
  return (
    <>
      <TextField
        label={label}
        hint="At least 10 characters."
        type="password"
        autocomplete="new-password"
        value={next.value}
        onInput={(value) => (next.value = value)}
        fault={fault}
        required
      />
      <TextField
        label={`${label} again`}
        type="password"
        autocomplete="new-password"
        value={again.value}
        onInput={(value) => (again.value = value)}
        fault={differs ? 'The two passwords differ' : undefined}
        required
      />
    </>
  );
}
