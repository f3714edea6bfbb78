import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLater } from './use-later.ts';

interface FilterInputProps {
  readonly label: string;
  readonly placeholder?: string;
  /** As it stands now; another one from outside is taken over. */
  readonly value: string;
  /** When the typing rests. */
  readonly onChange: (value: string) => void;
}

const restMs = 300;

export function FilterInput({ label, placeholder, value, onChange }: FilterInputProps): JSX.Element {
  const text = useSignal(value);
  const later = useLater(restMs);
  useEffect(() => {
    if (value !== text.peek().trim()) text.value = value;
  }, [value]);
  return (
    <input
      class="input"
      type="search"
      aria-label={label}
      placeholder={placeholder ?? label}
      spellcheck={false}
      autocomplete="off"
      value={text.value}
      onInput={(event) => {
        text.value = event.currentTarget.value;
        later(() => onChange(text.peek().trim()));
      }}
    />
  );
}
