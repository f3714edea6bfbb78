/**
 * A form over one entry: what is written now, what is wrong with it, and why it cannot be changed where it cannot.
 *
 * Fields are bound to it by path. A fault is shown once its field was left, or once saving was tried: nobody is told of what
 * they have not come to yet. Knows nothing of what the entry is, nor where it is sent.
 */
import { batch, computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { FaultModel } from '../../backend/api/contract/configuration.ts';
import { concerns, faultText, fieldFor, ofEntry } from './logic/faults.ts';
import { draftOf, isSame, withValue } from './logic/written.ts';
import type { Draft, Written } from './logic/written.ts';

export interface Form {
  /** Ids of its fields begin with it. */
  readonly name: string;
  readonly draft: Signal<Draft>;
  /** As it is saved now. */
  readonly saved: Signal<Written>;
  readonly entry: ReadonlySignal<Written>;
  readonly changed: ReadonlySignal<boolean>;
  /** Paths are those of the entry. */
  readonly faults: ReadonlySignal<readonly FaultModel[]>;
  /** Why nothing can be changed; undefined: it can. */
  readonly lock: ReadonlySignal<string | undefined>;
  /** How often the faults were to be looked at: the summary takes the focus then. */
  readonly tries: ReadonlySignal<number>;
  /** undefined takes the key away. */
  set(path: string, value: unknown): void;
  change(change: (draft: Draft) => Draft): void;
  /** Another entry in the place of what was there. */
  reset(entry: Written): void;
  touch(path: string): void;
  /** What the server says is wrong. */
  setFaults(faults: readonly FaultModel[]): void;
  /** From now on every fault is shown. */
  showFaults(): void;
  faultAt(paths: readonly string[]): string | undefined;
}

export function createForm(name: string, entry: Written, lock: ReadonlySignal<string | undefined>): Form {
  const draft = signal<Draft>(draftOf(entry));
  const saved = signal(entry);
  const faults = signal<readonly FaultModel[]>([]);
  const touched = signal<ReadonlySet<string>>(new Set());
  const tries = signal(0);
  const now = computed(() => draft.value.entry);
  const update = (next: Draft): void => void (draft.value = next);
  return {
    name,
    draft,
    saved,
    faults,
    lock,
    tries,
    entry: now,
    changed: computed(() => !isSame(now.value, saved.value)),
    set(path, value) {
      const { entry: before, parked } = draft.peek();
      batch(() => {
        update({ entry: withValue(before, path, value), parked });
        if (faults.peek().some((fault) => concerns(fault, path)))
          faults.value = faults.peek().filter((fault) => !concerns(fault, path));
      });
    },
    change: (change) => update(change(draft.peek())),
    reset(next) {
      batch(() => {
        update(draftOf(next));
        saved.value = next;
        faults.value = [];
        touched.value = new Set();
      });
    },
    touch(path) {
      if (!touched.peek().has(path)) touched.value = new Set([...touched.peek(), path]);
    },
    setFaults: (found) => void (faults.value = ofEntry(found)),
    showFaults: () => void (tries.value += 1),
    faultAt(paths) {
      if (tries.value === 0 && !paths.some((path) => touched.value.has(path))) return undefined;
      const found = faults.value.filter((fault) => paths.some((path) => concerns(fault, path)));
      return found.length === 0 ? undefined : found.map(faultText).join(' ');
    },
  };
}

export function fieldId(form: Form, path: string): string {
  return `${form.name}.${path}`;
}

/** What is around the field that shows a fault, where it is on the page. */
function fieldAround(form: Form, path: string): HTMLElement | undefined {
  const around = new Map(
    [...document.querySelectorAll<HTMLElement>('[data-field]')].map((element) => [
      element.dataset['field'] ?? '',
      element,
    ]),
  );
  const own = `${form.name}.`;
  const fields = [...around.keys()].flatMap((id) => (id.startsWith(own) ? [id.slice(own.length)] : []));
  const field = fieldFor(path, fields);
  return field === undefined ? undefined : around.get(fieldId(form, field));
}

/** The label of the field that shows a fault; with the part of the form that it is in, where others are called the same. */
export function labelOf(form: Form, path: string): string | undefined {
  const around = fieldAround(form, path);
  const label = around?.dataset['label'];
  if (around === undefined || label === undefined) return undefined;
  const alike = document.querySelectorAll(`[data-label="${CSS.escape(label)}"]`);
  const part = around.closest('section[aria-label]')?.getAttribute('aria-label') ?? '';
  return alike.length > 1 && part !== '' && part !== label ? `${part}: ${label}` : label;
}

/** Puts the focus on the field that the fault is about, and opens what it is folded into. */
export function focusFault(form: Form, path: string): void {
  const wrapper = fieldAround(form, path);
  for (let fold = wrapper?.closest('details'); fold; fold = fold.parentElement?.closest('details'))
    fold.open = true;
  const control = wrapper?.querySelector<HTMLElement>('input, select, textarea, button');
  control?.focus();
}
