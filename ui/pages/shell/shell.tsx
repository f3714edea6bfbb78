/** The frame around every page: where one can go, who is there, what is not well; and the page itself. */
import { Router } from 'wouter-preact';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { App } from '../../live/app.ts';
import { keepFocus } from '../../live/kept-focus.ts';
import { formatTime } from '../../logic/format.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Shape } from '../../parts/shape.tsx';
import type { PageEntry } from '../page-entry.ts';
import { Drawer } from './drawer.tsx';
import { Masthead } from './masthead.tsx';
import { Navigation } from './navigation.tsx';
import { Outlet } from './outlet.tsx';
import { SignIn } from './sign-in.tsx';

interface ShellProps {
  readonly app: App;
  readonly pages: readonly PageEntry[];
}

export function Shell({ app, pages }: ShellProps): JSX.Element | null {
  const { session, drawer, store } = app;
  useEffect(() => keepFocus(document), []);
  if (session.who.value === undefined) return <Beginning app={app} />;
  if (session.person.value === undefined) return <SignIn app={app} alone />;
  return (
    <Router hook={() => [app.location.place.value.path, (path: string) => app.location.go(path)]}>
      <div class="shell">
        <SkipLink />
        <Navigation app={app} />
        <div class="beside-nav">
          <Masthead app={app} />
          <main id="main" tabIndex={-1}>
            <LostNotice app={app} />
            <Problems app={app} />
            <Outlet app={app} pages={pages} />
          </main>
        </div>
        <Drawer content={drawer.content} store={store} onOpen={drawer.onOpen} onClose={drawer.onClose} />
        <Said app={app} />
      </div>
      {session.wanted.value && <SignIn app={app} />}
    </Router>
  );
}

/** An anchor would be taken for a place: the hash is the address of the page. */
function SkipLink(): JSX.Element {
  return (
    <a
      class="skip"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      Skip to the page
    </a>
  );
}

const retryMs = 3_000;

/** Before it is known who is there, nothing is drawn; unless that takes its time. */
function Beginning({ app }: { app: App }): JSX.Element {
  useEffect(() => {
    const load = (): void => void app.session.load().catch(() => undefined);
    const timer = setInterval(load, retryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class="beginning muted" role="status">
      Asking the server who is there…
    </p>
  );
}

function LostNotice({ app }: { app: App }): JSX.Element | null {
  const { contact, now } = app.store;
  if (contact.value !== 'lost') return null;
  return (
    <p class="notice notice-bad" role="alert">
      <Shape tone="bad" /> No contact with the server since {formatTime(now.peek(), app.zone.value)}. What is
      shown is what was last heard; it is asked again by itself.
    </p>
  );
}

/** What of the product itself is not well. */
function Problems({ app }: { app: App }): JSX.Element | null {
  const problems = app.store.summary.value?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <section class="product-problems" aria-label="What is not well here">
      {problems.map((problem) => (
        <ProblemNote key={`${problem.code} ${problem.detail}`} problem={problem} />
      ))}
    </section>
  );
}

/** The region stays in the document: readers tell of what changes in it. */
function Said({ app }: { app: App }): JSX.Element {
  const text = app.said.value;
  return (
    <div class={text === '' ? 'said' : 'said shown'} role="status" aria-label="What was done">
      {text}
    </div>
  );
}
