/** What every field has: a label, what it is for, and what is wrong with it. */
import type { ComponentChildren, JSX } from 'preact';
import { withCode } from '../parts/problem-note.tsx';
import { fieldId } from './form.ts';
import type { Form } from './form.ts';

export interface FieldProps {
  readonly form: Form;
  readonly path: string;
  readonly label: string;
  /** What it is for; `quoted` words are shown as code. */
  readonly hint?: ComponentChildren;
  readonly optional?: boolean;
  /** Where faults of it may stand as well. */
  readonly also?: readonly string[];
}

export interface Control {
  readonly id: string;
  readonly fault: string | undefined;
  readonly invalid: boolean;
  readonly describedBy: string | undefined;
  readonly locked: boolean;
  readonly onBlur: () => void;
}

export function controlOf({ form, path, hint, also = [] }: FieldProps): Control {
  const id = fieldId(form, path);
  const fault = form.faultAt([path, ...also]);
  const notes = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`];
  const describedBy = notes.filter(Boolean).join(' ');
  return {
    id,
    fault,
    invalid: fault !== undefined,
    describedBy: describedBy === '' ? undefined : describedBy,
    locked: form.lock.value !== undefined,
    onBlur: () => form.touch(path),
  };
}

interface FrameProps {
  readonly props: FieldProps;
  readonly control: Control;
  readonly children: ComponentChildren;
  readonly wide?: boolean;
}

/** Around a single control. */
export function Frame({ props, control, children, wide = false }: FrameProps): JSX.Element {
  return (
    <div class={classOf(control, wide)} data-field={control.id} data-label={props.label}>
      <label for={control.id}>
        <LabelText {...props} />
      </label>
      {children}
      <Fault control={control} />
      <Hint {...props} control={control} />
    </div>
  );
}

/** Around several controls that are one field. */
export function Group({ props, control, children, wide = true }: FrameProps): JSX.Element {
  return (
    <fieldset
      class={classOf(control, wide)}
      data-field={control.id}
      data-label={props.label}
      aria-describedby={control.describedBy}
    >
      <legend>
        <LabelText {...props} />
      </legend>
      <Hint {...props} control={control} />
      {children}
      <Fault control={control} />
    </fieldset>
  );
}

function classOf({ invalid }: Control, wide: boolean): string {
  return ['form-field', wide ? 'wide' : '', invalid ? 'faulty' : ''].filter(Boolean).join(' ');
}

function LabelText({ label, optional = false }: Pick<FieldProps, 'label' | 'optional'>): JSX.Element {
  return (
    <>
      {label}
      {optional && <span class="optional"> optional</span>}
    </>
  );
}

export function Hint({ hint, control }: Pick<FieldProps, 'hint'> & { control: Control }): JSX.Element | null {
  if (hint === undefined) return null;
  return (
    <p class="hint" id={`${control.id}-hint`}>
      {typeof hint === 'string' ? withCode(hint) : hint}
    </p>
  );
}

export function Fault({ control: { id, fault } }: { control: Control }): JSX.Element | null {
  if (fault === undefined) return null;
  return (
    <p class="fault" id={`${id}-fault`} role="alert">
      {fault}
    </p>
  );
}
