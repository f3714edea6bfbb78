import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

/** A command to copy. Where the browser forbids copying, it is selected instead. */
export function CopyCommand({ command }: { command: string }): JSX.Element {
  const done = useSignal('');
  const copy = async (event: Event): Promise<void> => {
    const text = (event.currentTarget as HTMLElement).parentElement?.querySelector('code');
    try {
      await navigator.clipboard.writeText(command);
      done.value = 'Copied';
    } catch {
      if (text) getSelection()?.selectAllChildren(text);
      done.value = 'Selected';
    }
    setTimeout(() => (done.value = ''), 2000);
  };
  return (
    <div class="command">
      <code>{command}</code>
      <button type="button" class="button small" onClick={(event) => void copy(event)}>
        <span aria-live="polite">{done.value === '' ? 'Copy' : done.value}</span>
      </button>
    </div>
  );
}
