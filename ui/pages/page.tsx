/** The page: header, the stages at a glance, then a section per stage. */
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Store } from '../live/store.ts';
import { formatTime } from '../logic/format.ts';
import type { TableView } from '../logic/table-view.ts';
import { Shape } from '../parts/shape.tsx';
import { Drawer } from './drawer.tsx';
import type { DrawerContent } from './drawer.tsx';
import { Mappings } from './mappings.tsx';
import { Masthead } from './masthead.tsx';
import { Overview } from './overview.tsx';
import { Plan } from './plan.tsx';
import { Rounds } from './rounds.tsx';
import { Sources } from './sources.tsx';
import { Targets } from './targets.tsx';

export interface PageProps {
  readonly store: Store;
  readonly view: TableView;
  readonly drawer: ReadonlySignal<DrawerContent | undefined>;
  readonly onOpen: (key: string) => void;
  readonly onExplain: (address: string) => void;
  readonly onClose: () => void;
}

export function Page({ store, view, drawer, onOpen, onExplain, onClose }: PageProps): JSX.Element {
  return (
    <>
      <a class="skip" href="#targets">
        Skip to targets
      </a>
      <Masthead store={store} onExplain={onExplain} />
      <main>
        <LostNotice store={store} />
        <Stages store={store} view={view} onOpen={onOpen} />
      </main>
      <Drawer content={drawer} store={store} onOpen={onOpen} onClose={onClose} />
    </>
  );
}

function Stages({ store, view, onOpen }: Pick<PageProps, 'store' | 'view' | 'onOpen'>): JSX.Element {
  const summary = store.summary.value;
  if (summary === undefined) return <p class="first muted">Reading how things stand…</p>;
  return (
    <>
      <Overview store={store} summary={summary} />
      <Sources summary={summary} now={store.now.value} />
      <Mappings mappings={summary.mappings} />
      <Targets store={store} view={view} onOpen={onOpen} />
      <Plan plan={store.plan.value} />
      <Rounds runs={store.runs.value} />
    </>
  );
}

function LostNotice({ store }: { store: Store }): JSX.Element | null {
  if (store.contact.value !== 'lost') return null;
  return (
    <p class="lost" role="alert">
      <Shape tone="bad" /> No contact with the server since {formatTime(store.now.peek())}. What is shown is
      what was last heard; it is asked again by itself.
    </p>
  );
}
