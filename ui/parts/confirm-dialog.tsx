import type { ComponentChildren, JSX } from 'preact';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem-note.tsx';
import { useAct } from './use-request.ts';

interface ConfirmDialogProps {
  readonly title: string;
  /** What the button says that does it: never "OK". */
  readonly verb: string;
  readonly danger?: boolean;
  /** Why it cannot be done now. */
  readonly off?: string | undefined;
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly act: () => Promise<void>;
  /** What will be done. */
  readonly children: ComponentChildren;
}

/** Says what will be done, and does it once. What goes wrong is told in it. */
export function ConfirmDialog(props: ConfirmDialogProps): JSX.Element {
  const { title, verb, danger = false, off, wide = false, onClose, act, children } = props;
  const doing = useAct();
  return (
    <Dialog title={title} onClose={onClose} wide={wide}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (off !== undefined) return;
          void doing.run(act).then((done) => {
            if (done) onClose();
          });
        }}
      >
        {children}
        {doing.problem !== undefined && <ProblemNote problem={doing.problem} />}
        <div class="dialog-buttons">
          <Button onClick={onClose}>Cancel</Button>
          <Button submit kind={danger ? 'danger' : 'primary'} busy={doing.busy} off={off}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
