import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: (event: MouseEvent) => void;
  readonly kind?: 'normal' | 'primary' | 'danger';
  readonly small?: boolean;
  readonly submit?: boolean;
  /** While what it began goes on: it takes no further click. */
  readonly busy?: boolean;
  /** Why it cannot be used now. It keeps its place in the order of focus, so that the reason can be read. */
  readonly off?: string | undefined;
  readonly label?: string;
  readonly pressed?: boolean;
}

export function Button(props: ButtonProps): JSX.Element {
  const { children, onClick, kind = 'normal', small = false, submit = false, busy = false, off } = props;
  const stopped = busy || off !== undefined;
  const classes = ['button', kind === 'normal' ? '' : kind, small ? 'small' : ''].filter(Boolean);
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={classes.join(' ')}
      aria-disabled={stopped}
      aria-busy={busy}
      aria-label={props.label}
      aria-pressed={props.pressed}
      title={off}
      onClick={(event) => {
        if (stopped) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {children}
      {off !== undefined && <span class="visually-hidden"> ({off})</span>}
    </button>
  );
}
