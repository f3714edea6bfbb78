import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { Button } from '../parts/button.tsx';

const saidMs = 2000;

/** Several lines to read and to copy. Where the browser forbids copying, they are selected instead. */
export function CopyText({ text, label }: { text: string; label: string }): JSX.Element {
  const done = useSignal('');
  const block = useRef<HTMLPreElement>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      done.value = 'Copied';
    } catch {
      if (block.current !== null) getSelection()?.selectAllChildren(block.current);
      done.value = 'Selected';
    }
    setTimeout(() => (done.value = ''), saidMs);
  };
  return (
    <div class="copy-text">
      <Button small onClick={() => void copy()} label={`Copy: ${label}`}>
        <span aria-live="polite">{done.value === '' ? 'Copy' : done.value}</span>
      </Button>
      <pre class="code-block" ref={block} tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}
