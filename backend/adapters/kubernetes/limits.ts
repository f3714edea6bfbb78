/**
 * The numbers of following a cluster, all in milliseconds unless they say otherwise.
 */
export interface Limits {
  /** Objects in one page of a list. */
  readonly pageSize: number;
  /** A watch is asked to end by itself after a random time between these, in seconds. */
  readonly watchSeconds: readonly [least: number, most: number];
  /** A watch without a byte for so long is opened again; bookmarks come about once a minute. */
  readonly watchSilenceMs: number;
  /** A streaming list without a byte for so long is read in pages instead. */
  readonly listSilenceMs: number;
  /** A watch that ends sooner counts as a failure, so that a server which ends them at once is not stormed. */
  readonly shortWatchMs: number;
  /** Everything is listed again, beside the watch, about so often. */
  readonly relistMs: number;
  /** Of ordinary requests, one page of a list among them. */
  readonly requestMs: number;
  readonly backOffFloorMs: number;
  readonly backOffBaseMs: number;
  /** A server that is back is taken up this much later at most; each kind asks about twice in that time. */
  readonly backOffMostMs: number;
}

export const usualLimits: Limits = {
  pageSize: 500,
  watchSeconds: [300, 600],
  watchSilenceMs: 75_000,
  listSilenceMs: 10_000,
  shortWatchMs: 5_000,
  relistMs: 600_000,
  requestMs: 30_000,
  backOffFloorMs: 50,
  backOffBaseMs: 500,
  backOffMostMs: 15_000,
};
