/** What travels between the product's thread and the one that keeps history. Times are milliseconds since the epoch. */
import type { HistoryPage, HistoryQuery, HolderModel } from '../../api/contract/history.ts';
import type { Problem } from '../../model/problems.ts';
import type { Row } from './rows.ts';

export interface Bounds {
  /** What is older is forgotten, milliseconds. */
  readonly keepForMs: number;
  /** The oldest is forgotten beyond this size of the file. */
  readonly bytes: number;
}

/** An item of ours that is there: `[key, item, address, mapping]`. */
export type SeenRow = readonly [key: string, item: string, address: string, mapping: string];

/** A part of all items that are there on a system. Means something only with all its parts, `total` in all. */
export interface SeenPart {
  readonly system: string;
  readonly at: number;
  /** The same for all parts. */
  readonly round: number;
  readonly first: number;
  readonly total: number;
  readonly items: readonly SeenRow[];
}

export type Entry = { readonly row: Row } | { readonly seen: SeenPart };

/** In the order in which it happened. All of it is stored, or nothing. */
export interface Batch {
  /** Counts up within `writer`; one that was stored already is not stored again. */
  readonly number: number;
  /** Of this process. */
  readonly writer: string;
  readonly entries: readonly Entry[];
}

export type Question =
  | { readonly ask: 'write'; readonly batch: Batch; readonly now: number }
  /** Lines that may be there already: one that is there in the same words is not put there again. */
  | { readonly ask: 'take'; readonly rows: readonly Row[]; readonly now: number }
  | { readonly ask: 'prune'; readonly bounds: Bounds; readonly now: number }
  | { readonly ask: 'search'; readonly query: HistoryQuery; readonly now: number }
  | {
      readonly ask: 'holders';
      readonly address: string;
      readonly at: number | undefined;
      readonly now: number;
    }
  | { readonly ask: 'close'; readonly now: number };

export interface Answers {
  readonly write: null;
  readonly take: null;
  readonly prune: null;
  readonly search: HistoryPage;
  readonly holders: readonly HolderModel[];
  readonly close: null;
}

export type ToThread = Question & { readonly id: number };

export type FromThread =
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly problem: Problem }
  /** The file was damaged, is set aside, and a new one begun. */
  | { readonly damaged: Problem };
