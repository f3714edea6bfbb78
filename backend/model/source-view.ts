/**
 * A source as it is known now: a cluster, or the endpoints that a fabric learned, with its freshness. Read-only for everyone but
 * `observe`.
 */
import type { ObservedKind, RecordOf } from './cluster-records.ts';
import type { Freshness } from './freshness.ts';
import type { SourceName, ObjectPath } from './identity.ts';
import type { Problem } from './problems.ts';

export interface KindView {
  readonly freshness: Freshness;
  readonly count: number;
  /** When contact was last live, milliseconds since the epoch; 0 never. */
  readonly lastContact: number;
  readonly problem: Problem | undefined;
}

export interface SourceView {
  readonly name: SourceName;
  /** Of a cluster the UID of kube-system, of a fabric what it says it is; undefined until it has been read. */
  readonly identity: string | undefined;
  /** Reasons that concern the whole source: wrong identity, refused credentials, unreachable. */
  readonly problem: Problem | undefined;
  /**
   * Worst freshness over these kinds; `unknown` when the identity is not the confirmed one. With a `scope` (the namespace of
   * records) only of what is in it, as far as the source can tell them apart.
   */
  freshness(kinds: Iterable<ObservedKind>, scope?: string): Freshness;
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
export interface SourceNotice {
  readonly cluster: SourceName;
  readonly kind: ObservedKind;
  readonly path: ObjectPath;
  readonly sighting: Sighting;
  /** When the notification carrying this arrived here, `Clock.now()`. */
  readonly at: number;
}
