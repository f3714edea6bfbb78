/** Fields of one text: a line, a duration, several lines. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { controlOf, Frame } from './field.tsx';
import type { FieldProps } from './field.tsx';
import { textAt } from './logic/written.ts';

export interface TextFieldProps extends FieldProps {
  readonly mono?: boolean;
  /** What holds when nothing is written; shown where nothing is. */
  readonly standard?: string;
  readonly placeholder?: string;
  readonly wide?: boolean;
  readonly short?: boolean;
  readonly suggestions?: readonly string[];
}

export function TextField(props: TextFieldProps): JSX.Element {
  const { form, path, mono = false, standard, placeholder, wide = false, short = false } = props;
  const control = controlOf(props);
  const classes = ['input', mono ? 'mono' : '', short ? 'short' : ''].filter(Boolean).join(' ');
  return (
    <Frame props={props} control={control} wide={wide}>
      <input
        id={control.id}
        class={classes}
        type="text"
        value={textAt(form.entry.value, path)}
        placeholder={standard === undefined ? placeholder : `${standard}, unless you say otherwise`}
        list={props.suggestions === undefined ? undefined : `${control.id}-list`}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        readOnly={control.locked}
        aria-invalid={control.invalid}
        aria-describedby={control.describedBy}
        onInput={({ currentTarget: { value } }) => form.set(path, value === '' ? undefined : value)}
        onBlur={control.onBlur}
      />
      {props.suggestions !== undefined && (
        <datalist id={`${control.id}-list`}>
          {props.suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </Frame>
  );
}

/** `30s`, `10m`, `2h`. */
export function DurationField(props: TextFieldProps): JSX.Element {
  return <TextField {...props} mono short />;
}

/** A Kubernetes label selector. */
export function SelectorField(props: TextFieldProps): JSX.Element {
  return (
    <TextField {...props} mono placeholder={props.placeholder ?? 'app=web, tier!=internal, team in (a, b)'} />
  );
}

export interface AreaFieldProps extends FieldProps {
  readonly rows?: number;
  readonly placeholder?: string;
  /** What kind of file may be dropped or chosen: `.pem,.crt`. */
  readonly accept: string;
}

/** Several lines to paste, or a file to drop on them. What is read stays here until the form is sent. */
export function AreaField(props: AreaFieldProps): JSX.Element {
  const { form, path, rows = 6, placeholder, accept } = props;
  const control = controlOf(props);
  const over = useSignal(false);
  const take = async (file: File | undefined): Promise<void> => {
    if (file !== undefined && !control.locked) form.set(path, await file.text());
  };
  return (
    <Frame props={props} control={control} wide>
      <textarea
        id={control.id}
        class={over.value ? 'input area mono dropping' : 'input area mono'}
        rows={rows}
        value={textAt(form.entry.value, path)}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        readOnly={control.locked}
        aria-invalid={control.invalid}
        aria-describedby={control.describedBy}
        onInput={({ currentTarget: { value } }) => form.set(path, value === '' ? undefined : value)}
        onBlur={control.onBlur}
        onDragOver={(event) => {
          event.preventDefault();
          over.value = true;
        }}
        onDragLeave={() => (over.value = false)}
        onDrop={(event) => {
          event.preventDefault();
          over.value = false;
          void take(event.dataTransfer?.files[0]);
        }}
      />
      {!control.locked && <FileChoice id={control.id} accept={accept} onFile={(file) => void take(file)} />}
    </Frame>
  );
}

interface FileChoiceProps {
  readonly id: string;
  readonly accept: string;
  readonly onFile: (file: File | undefined) => void;
}

function FileChoice({ id, accept, onFile }: FileChoiceProps): JSX.Element {
  return (
    <p class="file-choice">
      <label for={`${id}-file`}>Drop a file above, or choose one:</label>
      <input
        id={`${id}-file`}
        type="file"
        accept={accept}
        onChange={({ currentTarget }) => {
          onFile(currentTarget.files?.[0]);
          currentTarget.value = '';
        }}
      />
    </p>
  );
}
