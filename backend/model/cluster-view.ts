/**
 * A cluster as it is known now: what the reflectors hold, with its freshness. Read-only for everyone but `observe`.
 */
import type { ObservedKind, RecordOf } from './cluster-records.ts';
import type { Freshness } from './freshness.ts';
import type { ClusterName, ObjectPath } from './identity.ts';
import type { Problem } from './problems.ts';

export interface KindView {
  readonly freshness: Freshness;
  readonly count: number;
  /** When contact was last live, milliseconds since the epoch; 0 never. */
  readonly lastContact: number;
  readonly problem: Problem | undefined;
}

export interface ClusterView {
  readonly name: ClusterName;
  /** UID of kube-system; undefined until it has been read. */
  readonly identity: string | undefined;
  /** Reasons that concern the whole cluster: wrong identity, refused credentials, unreachable. */
  readonly problem: Problem | undefined;
  /** Worst freshness over these kinds; `unknown` when the identity is not the confirmed one. */
  freshness(kinds: Iterable<ObservedKind>): Freshness;
  kind(kind: ObservedKind): KindView;
  get<Kind extends ObservedKind>(kind: Kind, path: ObjectPath): RecordOf<Kind> | undefined;
  all<Kind extends ObservedKind>(kind: Kind): Iterable<RecordOf<Kind>>;
}

/**
 * How an object went or came, as far as it was positively seen.
 * - `listed` / `watched`: it is there.
 * - `deleted`: a watch that was live reported its deletion.
 * - `missing`: a complete list no longer has it, and nothing was seen of its end.
 */
export type Sighting = 'listed' | 'watched' | 'deleted' | 'missing';

/** What changed in a cluster: an identity and how it was seen, never an instruction. */
export interface ClusterNotice {
  readonly cluster: ClusterName;
  readonly kind: ObservedKind;
  readonly path: ObjectPath;
  readonly sighting: Sighting;
  /** When the notification carrying this arrived here, `Clock.now()`. */
  readonly at: number;
}
