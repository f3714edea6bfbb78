/**
 * What every page is given: who is there, what is known, and how to ask for more. Made in main.tsx and nowhere else.
 */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Zone } from '../logic/format.ts';
import type { TableView } from '../logic/table-view.ts';
import type { DrawerState } from './drawer-state.ts';
import type { Location } from './location.ts';
import type { Requests } from './requests.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import type { Theme } from './theme.ts';

export interface App {
  readonly requests: Requests;
  readonly store: Store;
  readonly session: Session;
  readonly location: Location;
  readonly drawer: DrawerState;
  readonly targets: TableView;
  readonly theme: Signal<Theme>;
  /** In which times are told. */
  readonly zone: Signal<Zone>;
  /** What was last done, in words; shown for a while, and read out. */
  readonly said: ReadonlySignal<string>;
  say(text: string): void;
  /** Reads the plan again now: after an act that changes it. */
  refreshPlan(): void;
}
