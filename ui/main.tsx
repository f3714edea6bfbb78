/**
 * The page's composition root: store, feed and view are made here and nowhere else.
 */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { createDrawer } from './live/drawer-state.ts';
import { createFeed } from './live/feed.ts';
import { createRequests } from './live/requests.ts';
import type { Requests } from './live/requests.ts';
import { createStore } from './live/store.ts';
import type { Store } from './live/store.ts';
import { createTableView } from './logic/table-view.ts';
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

const root = document.getElementById('page');
if (root !== null) start(root);
