/** The page at the current place; titles the document, and brings the focus to where the page begins. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Route, Switch } from 'wouter-preact';
import type { App } from '../../live/app.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/section.tsx';
import type { PageEntry, Params } from '../page-entry.ts';

interface OutletProps {
  readonly app: App;
  readonly pages: readonly PageEntry[];
}

export function Outlet({ app, pages }: OutletProps): JSX.Element {
  const { path } = app.location.place.value;
  useArrival(path);
  return (
    <Switch>
      {pages.map((entry) => (
        <Route key={entry.path} path={entry.path}>
          {(params) => <Page key={path} app={app} entry={entry} params={definedOf(params)} />}
        </Route>
      ))}
      <Route>
        <Nowhere />
      </Route>
    </Switch>
  );
}

/** Not at the first page: there the focus is where the browser puts it. */
function useArrival(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [path]);
}

function Page({ app, entry, params }: { app: App; entry: PageEntry; params: Params }): JSX.Element {
  const { query } = app.location.place.value;
  const title = typeof entry.title === 'string' ? entry.title : entry.title(params);
  useTitle(title);
  const Component = entry.component;
  if (!app.session.may(entry.role)) return <Closed title={title} app={app} entry={entry} />;
  return <Component app={app} params={params} query={query} />;
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · aci-kube-sync`;
  }, [title]);
}

function Closed({ title, app, entry }: { title: string; app: App; entry: PageEntry }): JSX.Element {
  const person = app.session.person.value;
  return (
    <>
      <PageHead title={title} />
      <Empty title={`This page is for the role ${entry.role}`}>
        You are here as {person?.name ?? 'nobody'} with the role {person?.role ?? 'none'}. An administrator
        gives roles under Settings, Access.
      </Empty>
    </>
  );
}

function Nowhere(): JSX.Element {
  useTitle('No such page');
  return (
    <>
      <PageHead title="No such page" />
      <Empty title="Nothing is at this address">
        It may have been renamed. <a href="#/">To the overview</a>
      </Empty>
    </>
  );
}

function definedOf(params: Readonly<Record<string, string | undefined>>): Params {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) if (value !== undefined) found[name] = value;
  return found;
}
