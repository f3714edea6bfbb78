/**
 * The page's composition root: requests, store, feed and view are made here and nowhere else.
 */
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import type { App } from './live/app.ts';
import { createDrawer } from './live/drawer-state.ts';
import { createFeed } from './live/feed.ts';
import type { Feed } from './live/feed.ts';
import { followPlan } from './live/follow-plan.ts';
import { followTokens, readWishes } from './live/host.ts';
import { createLocation } from './live/location.ts';
import { createRequests } from './live/requests.ts';
import type { Requests } from './live/requests.ts';
import { createSession } from './live/session.ts';
import type { SessionWithDoor } from './live/session.ts';
import { createStore } from './live/store.ts';
import type { Store } from './live/store.ts';
import { createTheme } from './live/theme.ts';
import { directTransport, envelopeTransport } from './live/transport.ts';
import type { Transport } from './live/transport.ts';
import type { Zone } from './logic/format.ts';
import { createTableView } from './logic/table-view.ts';
import { pages } from './pages/registry.ts';
import { Shell } from './pages/shell/shell.tsx';

const planLimit = 50;
const saidMs = 6_000;

function start(root: HTMLElement): void {
  const transport = createTransport();
  const session: SessionWithDoor = createSession(() => requests);
  const requests: Requests = createRequests({ transport, signedIn: session.signedIn });
  const store = createStore(() => Date.now());
  const app = createApp(requests, store, session);
  const feed = createFeed({
    openStream: (after, handlers) => requests.openStream(after, handlers),
    poll: (after) => requests.poll(after),
    onDifference: (difference) => store.apply(difference),
    onContact: (contact) => (store.contact.value = contact),
    later,
  });
  followWhileSomebodyLooks(feed, session);
  setInterval(() => store.tick(), 1000);
  // What it says when it fails, the shell says: it asks again.
  void session.load().catch(() => undefined);
  render(<Shell app={app} pages={pages} />, root);
}

function createTransport(): Transport {
  const fetch = window.fetch.bind(window);
  const base = document.baseURI;
  const { transport, endpoint } = readWishes(document, location.search);
  if (transport === 'direct') return directTransport(base, fetch);
  return envelopeTransport({
    url: new URL(endpoint, base).href,
    fetch,
    hostHeaders: followTokens(window),
  });
}

function createApp(requests: Requests, store: Store, session: SessionWithDoor): App {
  const said = signal('');
  let silence = (): void => undefined;
  const plan = followPlan({ store, read: () => requests.plan(planLimit), later });
  return {
    requests,
    store,
    session,
    said,
    location: createLocation(window),
    drawer: createDrawer(store, requests),
    targets: createTableView(store.rows),
    theme: createTheme(window),
    zone: signal<Zone>('local'),
    say(text) {
      silence();
      said.value = text;
      silence = later(saidMs, () => (said.value = ''));
    },
    refreshPlan: plan.refresh,
  };
}

/** A hidden page asks nothing; nor does one that nobody has signed in to. */
function followWhileSomebodyLooks(feed: Feed, session: SessionWithDoor): void {
  const shown = signal(!document.hidden);
  document.addEventListener('visibilitychange', () => (shown.value = !document.hidden));
  let following = false;
  effect(() => {
    const follow = shown.value && session.person.value !== undefined && !session.leaving.value;
    if (follow === following) return;
    following = follow;
    if (follow) feed.start();
    else feed.stop();
  });
}

function later(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

const root = document.getElementById('page');
if (root !== null) start(root);
