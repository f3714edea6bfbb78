/** Saves the entry of a form: what is wrong goes to its fields, and somebody else's change is not overwritten unseen. */
import { useSignal } from '@preact/signals';
import type { Collection, EntryModel } from '../../backend/api/contract/configuration.ts';
import type { App } from '../live/app.ts';
import { problemOf } from '../live/request-problem.ts';
import type { WriteCondition } from '../live/requests.ts';
import { useAct } from '../parts/use-request.ts';
import type { Doing } from '../parts/use-request.ts';
import type { Form } from './form.ts';
import { textAt } from './logic/written.ts';
import type { Written } from './logic/written.ts';

/** The entry as it was read. */
export interface Origin {
  readonly name: string;
  readonly tag: string;
}

interface SavingOptions {
  readonly app: App;
  readonly form: Form;
  readonly collection: Collection;
  /** As it is sent. */
  readonly written: () => Written;
  /** undefined: a new one. */
  readonly origin: Origin | undefined;
  /** Before the form forgets that anything was changed. */
  readonly onSaved: (saved: EntryModel) => void;
}

export interface Saving {
  readonly doing: Doing;
  /** Somebody else saved the entry, or took it away. */
  readonly conflict: boolean;
  readonly origin: Origin | undefined;
  readonly save: () => void;
  readonly takeTheirs: (theirs: EntryModel) => void;
  readonly putMine: (theirs: EntryModel | undefined) => void;
  readonly leaveConflict: () => void;
}

export function useSaving(options: SavingOptions): Saving {
  const { app, form, collection, written, onSaved } = options;
  const doing = useAct();
  const conflict = useSignal(false);
  const origin = useSignal(options.origin);
  const put = async (name: string, condition: WriteCondition): Promise<void> => {
    try {
      const saved = await app.requests.putEntry(collection, name, written(), condition);
      form.reset(saved.entry);
      origin.value = { name: saved.name, tag: saved.tag };
      onSaved(saved);
    } catch (error) {
      const found = problemOf(error);
      form.setFaults(found.faults);
      form.showFaults();
      if (found.code !== 'config.changed') throw found;
      if (condition === 'absent') form.setFaults([taken(name)]);
      else conflict.value = true;
    }
  };
  const saveAs = (condition: WriteCondition): void => {
    const name = origin.peek()?.name ?? textAt(form.entry.peek(), 'name');
    if (textAt(form.entry.peek(), 'name') === '') {
      form.setFaults([unnamed]);
      form.showFaults();
    } else void doing.run(() => put(name, condition));
  };
  return {
    doing,
    conflict: conflict.value,
    origin: origin.value,
    save: () => saveAs(origin.peek() ?? 'absent'),
    takeTheirs(theirs) {
      form.reset(theirs.entry);
      origin.value = { name: theirs.name, tag: theirs.tag };
      conflict.value = false;
    },
    putMine(theirs) {
      conflict.value = false;
      if (theirs === undefined) origin.value = undefined;
      saveAs(theirs === undefined ? 'absent' : { tag: theirs.tag });
    },
    leaveConflict: () => void (conflict.value = false),
  };
}

const unnamed = {
  path: 'name',
  found: 'nothing',
  expected: 'a name of 1 to 40 of a-z, 0-9 and -, starting with a letter',
};

function taken(name: string): typeof unnamed {
  return { path: 'name', found: name, expected: 'another name: this one is taken' };
}
