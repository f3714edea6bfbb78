/**
 * The page's composition root: store, feed and view are made here and nowhere else.
 */
import { computed, effect, signal } from '@preact/signals';
import { render } from 'preact';
import { createFeed } from './live/feed.ts';
import { createRequests } from './live/requests.ts';
import type { Requests } from './live/requests.ts';
import { createStore } from './live/store.ts';
import type { Store } from './live/store.ts';
import { createTableView } from './logic/table-view.ts';
import { nameParts } from './logic/words.ts';
import type { DrawerContent } from './pages/drawer.tsx';
import { Page } from './pages/page.tsx';

const planLimit = 50;
const planRetryMs = 3_000;
const pageSize = 50;

function start(root: HTMLElement): void {
  const requests = createRequests(document.baseURI);
  const store = createStore(() => Date.now());
  const feed = createFeed({
    openStream: (after, handlers) => requests.openStream(after, handlers),
    poll: (after) => requests.poll(after),
    onDifference: (difference) => store.apply(difference),
    onContact: (contact) => (store.contact.value = contact),
    later(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  followPlan(store, requests);
  const drawer = createDrawer(store, requests);
  const view = createTableView(store.rows, pageSize);
  render(<Page store={store} view={view} drawer={drawer.content} {...drawer} />, root);

  const look = (): void => {
    if (document.hidden) feed.stop();
    else feed.start();
  };
  document.addEventListener('visibilitychange', look);
  setInterval(() => store.tick(), 1000);
  look();
}

/** Fetches the plan whenever its version moves; one request at a time. */
function followPlan(store: Store, requests: Requests): void {
  let asked = '';
  let busy = false;
  const fetchNewest = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (asked !== store.planVersion.peek()) {
      asked = store.planVersion.peek();
      store.plan.value = await requests.plan(planLimit);
    }
    busy = false;
  };
  const tryAgain = (): void => {
    busy = false;
    asked = '';
    setTimeout(follow, planRetryMs);
  };
  const follow = (): void => void fetchNewest().catch(tryAgain);
  effect(() => {
    if (store.planVersion.value !== '') follow();
  });
}

interface DrawerState {
  readonly content: ReturnType<typeof signal<DrawerContent | undefined>>;
  readonly onOpen: (key: string) => void;
  readonly onExplain: (address: string) => void;
  readonly onClose: () => void;
}

function createDrawer(store: Store, requests: Requests): DrawerState {
  const content = signal<DrawerContent | undefined>(undefined);
  const open = signal<{ readonly key: string } | undefined>(undefined);
  let opener: Element | null = null;
  let asked = 0;

  const show = async (empty: DrawerContent, read: () => Promise<DrawerContent>): Promise<void> => {
    asked += 1;
    const mine = asked;
    if (content.peek()?.title !== empty.title) content.value = empty;
    const answer = await read().catch((error: unknown): DrawerContent => ({
      of: 'fault',
      title: empty.title,
      text: String(error),
    }));
    if (mine === asked) content.value = answer;
  };

  // What is open follows what changes, without a flash: the old content stays until the new one is there.
  const openRow = computed(() => {
    const key = open.value?.key;
    return key === undefined ? undefined : store.rows.value.get(key);
  });
  effect(() => {
    const row = openRow.value;
    if (row === undefined) return;
    const { key } = row;
    const title = nameParts(row.name).eepg;
    void show({ of: 'target', title, target: undefined }, async () => ({
      of: 'target',
      title,
      target: await requests.target(key),
    }));
  });

  return {
    content,
    onOpen(key) {
      opener = document.activeElement;
      open.value = { key };
    },
    onExplain(address) {
      opener = document.activeElement;
      open.value = undefined;
      void show({ of: 'address', title: address, explanation: undefined }, async () => ({
        of: 'address',
        title: address,
        explanation: await requests.explain(address),
      }));
    },
    onClose() {
      asked += 1;
      open.value = undefined;
      content.value = undefined;
      if (opener instanceof HTMLElement) opener.focus();
    },
  };
}

const root = document.getElementById('page');
if (root !== null) start(root);
