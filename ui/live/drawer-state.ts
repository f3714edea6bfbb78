/**
 * What the drawer shows: one target object, which follows what changes, or the answer to one question.
 */
import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { DrawerContent } from '../pages/shell/drawer.tsx';
import { isDraining } from '../logic/item-words.ts';
import { keyParts, kindWords, nameParts } from '../logic/words.ts';
import type { Requests } from './requests.ts';
import type { Store } from './store.ts';

export interface DrawerState {
  readonly content: ReadonlySignal<DrawerContent | undefined>;
  readonly onOpen: (key: string) => void;
  readonly onExplain: (address: string) => void;
  readonly onClose: () => void;
}

export function createDrawer(store: Store, requests: Requests): DrawerState {
  const { content, show, clear } = createContent();
  const open = signal<string | undefined>(undefined);
  const focus = createFocus();
  const wanted = followTarget(open, content, store);
  effect(() => {
    const key = wanted.value?.key;
    if (key === undefined) return;
    const titled = { of: 'target', id: key, title: titleOf(key) } as const;
    void show({ ...titled, target: undefined }, async () => ({
      ...titled,
      target: await requests.target(key),
    }));
  });
  return {
    content,
    onOpen(key) {
      focus.remember();
      open.value = key;
    },
    onExplain(address) {
      focus.remember();
      open.value = undefined;
      const titled = { of: 'address', id: address, title: address } as const;
      void show({ ...titled, explanation: undefined }, async () => ({
        ...titled,
        explanation: await requests.explain(address),
      }));
    },
    onClose() {
      open.value = undefined;
      clear();
      focus.giveBack();
    },
  };
}

type Show = (empty: DrawerContent, read: () => Promise<DrawerContent>) => Promise<void>;

/** Without a flash: the old content stays until the new one is there. A late answer to an old question is dropped. */
function createContent(): {
  readonly content: Signal<DrawerContent | undefined>;
  readonly show: Show;
  readonly clear: () => void;
} {
  const content = signal<DrawerContent | undefined>(undefined);
  let asked = 0;
  return {
    content,
    async show(empty, read) {
      asked += 1;
      const mine = asked;
      if (content.peek()?.id !== empty.id) content.value = empty;
      const { id, title } = empty;
      const answer = await read().catch((error: unknown): DrawerContent => ({
        of: 'fault',
        id,
        title,
        text: String(error),
      }));
      if (mine === asked) content.value = answer;
    },
    clear() {
      asked += 1;
      content.value = undefined;
    },
  };
}

/** A new value whenever the open target should be read again; undefined while none is open. */
function followTarget(
  open: ReadonlySignal<string | undefined>,
  content: ReadonlySignal<DrawerContent | undefined>,
  store: Store,
): ReadonlySignal<{ readonly key: string; readonly plan: string } | undefined> {
  const row = computed(() => (open.value === undefined ? undefined : store.rows.value.get(open.value)));
  const drains = computed(() => {
    const shown = content.value;
    return shown?.of === 'target' && (shown.target?.items.some(isDraining) ?? false);
  });
  // Connections end without a change of the row; while something drains each plan counts them anew.
  return computed(
    () => row.value && { key: row.value.key, plan: drains.value ? store.planVersion.value : '' },
  );
}

function createFocus(): { readonly remember: () => void; readonly giveBack: () => void } {
  let opener: Element | null = null;
  return {
    remember() {
      const now = document.activeElement;
      // What leads on from the drawer goes with it.
      if (now?.closest('.drawer') === null) opener = now;
    },
    giveBack() {
      if (opener instanceof HTMLElement) opener.focus();
    },
  };
}

function titleOf(key: string): string {
  const { kind, name } = keyParts(key);
  return `${kindWords[kind].title} ${nameParts(name).name}`;
}
