/** Fields of forms: a label, a control, what it is for, and what is wrong with it. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

export interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly fault?: string | undefined;
}

interface Described extends FieldProps {
  readonly children: (control: {
    readonly id: string;
    readonly describedBy: string | undefined;
  }) => JSX.Element;
}

/** Around any control. */
export function Field({ label, hint, fault, children }: Described): JSX.Element {
  const id = useId();
  const notes = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`];
  const describedBy = notes.filter(Boolean).join(' ');
  return (
    <div class={fault === undefined ? 'field' : 'field faulty'}>
      <label for={id}>{label}</label>
      {children({ id, describedBy: describedBy === '' ? undefined : describedBy })}
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password' | 'number' | 'datetime-local' | 'search';
  readonly autocomplete?: string;
  readonly placeholder?: string;
  readonly mono?: boolean;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly name?: string;
}

export function TextField(props: TextFieldProps): JSX.Element {
  const { value, onInput, type = 'text', autocomplete = 'off', placeholder, mono = false } = props;
  return (
    <Field label={props.label} hint={props.hint} fault={props.fault}>
      {({ id, describedBy }) => (
        <input
          id={id}
          name={props.name}
          class={mono ? 'input mono' : 'input'}
          type={type}
          value={value}
          autocomplete={autocomplete}
          placeholder={placeholder}
          spellcheck={false}
          required={props.required}
          readOnly={props.readOnly}
          aria-invalid={props.fault !== undefined}
          aria-describedby={describedBy}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export type Choice<Value extends string> = readonly [value: Value, text: string];

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChoose: (value: Value) => void;
  readonly id?: string;
  readonly describedBy?: string | undefined;
  readonly disabled?: boolean;
}

/** A choice on its own, named by `label` unless `id` gives it to a label that is seen. */
export function Select<Value extends string>(props: SelectProps<Value>): JSX.Element {
  const { label, value, choices, onChoose, id } = props;
  return (
    <select
      id={id}
      class="input select"
      aria-label={id === undefined ? label : undefined}
      aria-describedby={props.describedBy}
      value={value}
      disabled={props.disabled}
      onChange={({ currentTarget }) => {
        const [chosen] = choices[currentTarget.selectedIndex] ?? [];
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {choices.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

export function SelectField<Value extends string>(props: SelectProps<Value> & FieldProps): JSX.Element {
  return (
    <Field label={props.label} hint={props.hint} fault={props.fault}>
      {({ id, describedBy }) => <Select {...props} id={id} describedBy={describedBy} />}
    </Field>
  );
}

interface TextAreaProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly rows?: number;
  readonly readOnly?: boolean;
  readonly placeholder?: string;
}

export function TextAreaField(props: TextAreaProps): JSX.Element {
  return (
    <Field label={props.label} hint={props.hint} fault={props.fault}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          class="input mono area"
          rows={props.rows ?? 10}
          value={props.value}
          readOnly={props.readOnly}
          placeholder={props.placeholder}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={props.fault !== undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
