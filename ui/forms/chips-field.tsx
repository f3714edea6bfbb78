/** A list of short texts: prefixes, names. */
import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { controlOf, Frame } from './field.tsx';
import type { Control, FieldProps } from './field.tsx';
import { addedTo } from './logic/chips.ts';
import { listAt } from './logic/written.ts';

interface ChipsFieldProps extends FieldProps {
  readonly placeholder?: string;
  /** Offered beside it, as long as they are not in it. */
  readonly suggestions?: readonly string[];
  /** What the suggestions are. */
  readonly suggested?: string;
}

/** Enter, comma or space takes in what is typed; Backspace in an empty line takes the last one out. */
export function ChipsField(props: ChipsFieldProps): JSX.Element {
  const { form, path, label, placeholder, suggestions = [], suggested = 'Known' } = props;
  const control = controlOf(props);
  const said = useSignal('');
  const input = useRef<HTMLInputElement>(null);
  const list = listAt(form.entry.value, path);
  const put = (next: readonly string[], words: string): void => {
    form.set(path, next);
    said.value = words;
  };
  const take = (typed: string): void => {
    const next = addedTo(list, typed);
    if (next.length > list.length) put(next, `${next.slice(list.length).join(', ')} added`);
  };
  const remove = (item: string): void => {
    const others = list.filter((each) => each !== item);
    put(others, `${item} removed`);
    form.touch(path);
    input.current?.focus();
  };
  return (
    <Frame props={props} control={control} wide>
      <div class="chips-field">
        {list.map((item) => (
          <span key={item} class="entry-chip">
            <code>{item}</code>
            {!control.locked && (
              <button type="button" aria-label={`Remove ${item} from ${label}`} onClick={() => remove(item)}>
                ×
              </button>
            )}
          </span>
        ))}
        <ChipInput
          input={input}
          control={control}
          placeholder={list.length === 0 ? placeholder : undefined}
          onTake={take}
          onRemoveLast={() => {
            const last = list.at(-1);
            if (last !== undefined) remove(last);
          }}
        />
      </div>
      {!control.locked && (
        <Offered
          words={suggested}
          items={suggestions.filter((each) => !list.includes(each))}
          label={label}
          onTake={take}
          input={input}
        />
      )}
      <span class="visually-hidden" aria-live="polite">
        {said.value}
      </span>
    </Frame>
  );
}

interface ChipInputProps {
  readonly input: RefObject<HTMLInputElement>;
  readonly control: Control;
  readonly placeholder: string | undefined;
  readonly onTake: (typed: string) => void;
  readonly onRemoveLast: () => void;
}

function ChipInput({ input, control, placeholder, onTake, onRemoveLast }: ChipInputProps): JSX.Element {
  const text = useSignal('');
  const take = (typed: string): void => {
    text.value = '';
    onTake(typed);
  };
  return (
    <input
      ref={input}
      id={control.id}
      class="mono"
      value={text.value}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      readOnly={control.locked}
      aria-invalid={control.invalid}
      aria-describedby={control.describedBy}
      onInput={({ currentTarget: { value } }) => {
        if (/[,\s]/.test(value)) take(value);
        else text.value = value;
      }}
      onKeyDown={(event) => {
        if (control.locked) return;
        if (event.key === 'Enter' && text.value !== '') {
          event.preventDefault();
          take(text.value);
        } else if (event.key === 'Backspace' && text.value === '') onRemoveLast();
      }}
      onBlur={() => {
        take(text.value);
        control.onBlur();
      }}
    />
  );
}

interface OfferedProps {
  readonly input: RefObject<HTMLInputElement>;
  readonly words: string;
  readonly items: readonly string[];
  readonly label: string;
  readonly onTake: (item: string) => void;
}

const mostOffered = 12;

function Offered({ words, items, label, onTake, input }: OfferedProps): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <p class="offered">
      <span class="muted">{words}:</span>
      {items.slice(0, mostOffered).map((each) => (
        <button
          key={each}
          type="button"
          class="chip"
          aria-label={`Add ${each} to ${label}`}
          onClick={() => {
            onTake(each);
            // The button goes away, and would take the focus with it.
            input.current?.focus();
          }}
        >
          + <code>{each}</code>
        </button>
      ))}
    </p>
  );
}
