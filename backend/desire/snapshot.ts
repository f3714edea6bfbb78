/**
 * The desired state of one document, kept in step with its clusters: indexes, contributions and groups, without memory of
 * what was before. Loaded once, it has read every cluster; after that only what notices name.
 */
import type { ObservedKind } from '../model/cluster-records.ts';
import type { SourceNotice, SourceView } from '../model/source-view.ts';
import type { SourceName } from '../model/identity.ts';
import type { Document } from '../model/mapping.ts';
import { ClusterIndex } from './cluster-index.ts';
import type { Contributor } from './cluster-index.ts';
import { contributions } from './contribution.ts';
import { Groups } from './groups.ts';
import type { Ripple } from './groups.ts';
import { compileRules } from './rule.ts';
import type { Rule, Rules } from './rule.ts';

/** Services come before pods, so that every pod finds its Services by its labels. */
const loadOrder: readonly ObservedKind[] = [
  'Namespace',
  'Node',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'ReplicaSet',
  'Service',
  'Pod',
  'EndpointSlice',
  'LearnedEndpoint',
];

const silent: Ripple = {
  touching: () => undefined,
  changed: () => undefined,
  left: () => undefined,
  came: () => undefined,
};

/** Records that are looked at in one go while it is read. */
const stretch = 50;

export type Views = (cluster: SourceName) => SourceView | undefined;

/** Indexes of another snapshot, which know nothing of rules. Two that share one must not both take in notices. */
export type Lender = Pick<Snapshot, 'index'>;

export class Snapshot {
  readonly rules: Rules;
  readonly groups = new Groups();
  readonly #views: Views;
  readonly #lender: Lender | undefined;
  readonly #indexes = new Map<SourceName, ClusterIndex>();
  readonly #rulesOf = new Map<SourceName, Rule[]>();

  constructor(document: Document, views: Views, lender?: Lender) {
    this.#views = views;
    this.#lender = lender;
    this.rules = compileRules(document);
    for (const rule of [...this.rules.values()].flat())
      for (const cluster of rule.sources.keys())
        this.#rulesOf.set(cluster, [...(this.#rulesOf.get(cluster) ?? []), rule]);
  }

  /** Reads its clusters for the first time; yields after each stretch, for whoever has something more urgent to do. */
  *loading(): Generator<void> {
    for (const cluster of this.#rulesOf.keys()) yield* this.#load(cluster);
  }

  index(cluster: SourceName): ClusterIndex | undefined {
    return this.#indexes.get(cluster);
  }

  /** Takes in what the notices name; all indexes first, so that their order cannot matter. */
  apply(notices: readonly SourceNotice[], ripple: Ripple): void {
    const dirty = new Set<Contributor>();
    for (const { cluster, kind, path } of notices) this.#indexOf(cluster)?.observe(kind, path, dirty);
    for (const contributor of dirty) this.#recompute(contributor, ripple);
  }

  *#load(cluster: SourceName): Generator<void> {
    let count = 0;
    for (const contributor of this.#borrow(cluster) ?? (yield* this.#read(cluster))) {
      this.#recompute(contributor, silent);
      if ((count += 1) % stretch === 0) yield;
    }
  }

  #borrow(cluster: SourceName): Iterable<Contributor> | undefined {
    const view = this.#views(cluster);
    const index = this.#lender?.index(cluster);
    if (view === undefined || index?.isOf(view) !== true) return undefined;
    this.#indexes.set(cluster, index);
    return [...index.contributors()];
  }

  *#read(cluster: SourceName): Generator<void, Iterable<Contributor>> {
    const dirty = new Set<Contributor>();
    const view = this.#views(cluster);
    const index = this.#indexOf(cluster);
    if (view === undefined || index === undefined) return dirty;
    let count = 0;
    for (const kind of loadOrder)
      for (const { path } of view.all(kind)) {
        index.observe(kind, path, dirty);
        if ((count += 1) % stretch === 0) yield;
      }
    return dirty;
  }

  #indexOf(cluster: SourceName): ClusterIndex | undefined {
    const known = this.#indexes.get(cluster);
    const view = this.#views(cluster);
    if (known !== undefined || view === undefined || !this.#rulesOf.has(cluster)) return known;
    const made = new ClusterIndex(cluster, view);
    this.#indexes.set(cluster, made);
    return made;
  }

  #recompute(contributor: Contributor, ripple: Ripple): void {
    const index = this.#indexes.get(contributor.cluster);
    const record = index?.record(contributor);
    const rules = this.#rulesOf.get(contributor.cluster) ?? [];
    const found =
      index === undefined || record === undefined
        ? []
        : rules.flatMap((rule) => contributions(rule, record, index));
    this.groups.replace(contributor, found, ripple);
  }
}

/** As the clusters stand now. */
export function loadedSnapshot(document: Document, views: Views, lender?: Lender): Snapshot {
  const snapshot = new Snapshot(document, views, lender);
  const loading = snapshot.loading();
  while (loading.next().done !== true);
  return snapshot;
}
