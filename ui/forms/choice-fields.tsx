/** Fields that choose: one of a few, yes or no, several of a few. */
import type { ComponentChildren, JSX } from 'preact';
import { controlOf, Fault, Frame, Group, Hint } from './field.tsx';
import type { FieldProps } from './field.tsx';
import { listAt, textAt, valueAt } from './logic/written.ts';

export type Choice = readonly [value: string, text: string];

interface SelectFieldProps extends FieldProps {
  readonly choices: readonly Choice[];
  /** What holds when nothing is written. */
  readonly standard?: string;
  /** Beside the choices: nothing. */
  readonly none?: string;
  readonly onChoose?: (value: string) => void;
}

export function SelectField(props: SelectFieldProps): JSX.Element {
  const { form, path, choices, standard = '', none, onChoose } = props;
  const control = controlOf(props);
  const written = textAt(form.entry.value, path);
  const value = written === '' ? standard : written;
  const known = choices.some(([each]) => each === value);
  const choose = onChoose ?? ((chosen: string) => form.set(path, chosen === '' ? undefined : chosen));
  return (
    <Frame props={props} control={control}>
      <select
        id={control.id}
        class="input select"
        value={value}
        disabled={control.locked}
        aria-invalid={control.invalid}
        aria-describedby={control.describedBy}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        onBlur={control.onBlur}
      >
        {none !== undefined && <option value="">{none}</option>}
        {!known && value !== '' && <option value={value}>{value}</option>}
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export interface Card {
  readonly value: string;
  readonly title: string;
  readonly text: ComponentChildren;
  /** Why it cannot be chosen now. */
  readonly off?: string | undefined;
}

interface RadioCardsProps extends FieldProps {
  readonly cards: readonly Card[];
  readonly standard?: string;
  readonly onChoose?: (value: string) => void;
}

/** One of a few, each with what it means. The arrow keys go from one to the next. */
export function RadioCards(props: RadioCardsProps): JSX.Element {
  const { form, path, cards, standard = '', onChoose } = props;
  const control = controlOf(props);
  const written = textAt(form.entry.value, path);
  const value = written === '' ? standard : written;
  const choose = onChoose ?? ((chosen: string) => form.set(path, chosen));
  return (
    <Group props={props} control={control}>
      <div class="radio-cards">
        {cards.map((card, index) => (
          <label key={card.value} class={card.off === undefined ? 'radio-card' : 'radio-card off'}>
            <input
              type="radio"
              name={control.id}
              value={card.value}
              checked={value === card.value}
              disabled={control.locked || card.off !== undefined}
              aria-labelledby={`${control.id}-${index}-title`}
              aria-describedby={`${control.id}-${index}-text`}
              onChange={() => choose(card.value)}
            />
            <span class="radio-title" id={`${control.id}-${index}-title`}>
              {card.title}
            </span>
            <span class="radio-text" id={`${control.id}-${index}-text`}>
              {card.off ?? card.text}
            </span>
          </label>
        ))}
      </div>
    </Group>
  );
}

interface CheckFieldProps extends FieldProps {
  readonly standard: boolean;
  readonly value?: boolean;
  readonly onChoose?: (value: boolean) => void;
}

export function CheckField(props: CheckFieldProps): JSX.Element {
  const { form, path, label, standard, onChoose } = props;
  const control = controlOf(props);
  const written = valueAt(form.entry.value, path);
  const checked = props.value ?? (typeof written === 'boolean' ? written : standard);
  const choose = onChoose ?? ((chosen: boolean) => form.set(path, chosen));
  return (
    <div
      class={control.invalid ? 'form-field check faulty' : 'form-field check'}
      data-field={control.id}
      data-label={label}
    >
      <input
        id={control.id}
        type="checkbox"
        checked={checked}
        disabled={control.locked}
        aria-invalid={control.invalid}
        aria-describedby={control.describedBy}
        onChange={({ currentTarget }) => choose(currentTarget.checked)}
        onBlur={control.onBlur}
      />
      <label for={control.id}>{label}</label>
      <Hint {...props} control={control} />
      <Fault control={control} />
    </div>
  );
}

interface CheckGroupProps extends FieldProps {
  readonly choices: readonly Choice[];
  /** What holds when nothing is written. */
  readonly standard: readonly string[];
}

/** Several of a few, in the order in which they are offered. */
export function CheckGroup(props: CheckGroupProps): JSX.Element {
  const { form, path, choices, standard } = props;
  const control = controlOf(props);
  const chosen = valueAt(form.entry.value, path) === undefined ? standard : listAt(form.entry.value, path);
  const toggle = (value: string, on: boolean): void => {
    const offered = choices.map(([each]) => each);
    const others = chosen.filter((each) => !offered.includes(each));
    const next = offered.filter((each) => (each === value ? on : chosen.includes(each)));
    form.set(path, [...next, ...others]);
    form.touch(path);
  };
  return (
    <Group props={props} control={control}>
      <div class="check-group">
        {choices.map(([value, text]) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              disabled={control.locked}
              onChange={({ currentTarget }) => toggle(value, currentTarget.checked)}
            />
            {text}
          </label>
        ))}
      </div>
    </Group>
  );
}
