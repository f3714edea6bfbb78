import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface CopyDialogProps {
  readonly title: string;
  readonly text: string;
  readonly onClose: () => void;
}

/** Text to take along where files cannot be saved. */
export function CopyDialog({ title, text, onClose }: CopyDialogProps): JSX.Element {
  return (
    <Dialog title={title} onClose={onClose} wide>
      <CopyText label={title} text={text} rows={18} />
    </Dialog>
  );
}

/** Where the browser forbids copying, all of it is selected instead. */
export function CopyText({ label, text, rows }: { label: string; text: string; rows: number }): JSX.Element {
  const done = useSignal('');
  const area = useRef<HTMLTextAreaElement>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      done.value = 'Copied.';
    } catch {
      area.current?.focus();
      area.current?.select();
      done.value = 'Selected: copy it with the keyboard.';
    }
  };
  return (
    <>
      <textarea
        ref={area}
        class="input mono area"
        aria-label={label}
        rows={rows}
        readOnly
        spellcheck={false}
        value={text}
      />
      <div class="form-buttons">
        <Button kind="primary" onClick={() => void copy()}>
          Copy
        </Button>
        <span role="status" class="muted">
          {done.value}
        </span>
      </div>
    </>
  );
}
