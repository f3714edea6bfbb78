/**
 * Why an address left: judged from what was seen of the record that carried it, and of the records that it rested on.
 */
import type { ObjectRef, ObservedKind } from '../model/cluster-records.ts';
import type { SourceNotice, SourceView } from '../model/source-view.ts';
import type { ExposedAddress } from '../model/target-object.ts';
import type { Contributor } from './cluster-index.ts';
import { namespaceOf, type Cause, type Judge, type MissingCause } from './departures.ts';
import { groupOwner } from './desired-object.ts';
import type { GroupEntry, Member } from './groups.ts';
import type { Views } from './snapshot.ts';
import type { Workload } from './workload.ts';

/** How the records that notices name were seen; a deletion that was seen outweighs what came after it. */
export class Sightings {
  readonly #deleted = new Set<string>();

  constructor(notices: readonly SourceNotice[]) {
    for (const { cluster, kind, path, sighting } of notices)
      if (sighting === 'deleted') this.#deleted.add(`${cluster}|${kind}|${path}`);
  }

  wasDeleted(cluster: string, { kind, path }: Pick<ObjectRef, 'kind' | 'path'>): boolean {
    return this.#deleted.has(`${cluster}|${kind}|${path}`);
  }
}

/** What had the address, and the node that it was on: where nodes are the destinations, it needs that one alone. */
export type Carried = Pick<ExposedAddress, 'origin' | 'node'>;

export interface Seen {
  readonly sightings: Sightings;
  readonly views: Views;
  readonly isUnlisted: Judge['isUnlisted'];
}

/**
 * Why a contribution ended. Its own deletion was seen; or it is still there, and so is all that it rested on: it no longer
 * qualifies; or something is not there any more, and then it depends on how that went.
 */
export function causeOf(
  { contributor, contribution }: Member,
  { origin, node }: Carried,
  { sightings, views, isUnlisted }: Seen,
): Cause {
  const { cluster } = contributor;
  const from = { cluster, ref: origin };
  const view = views(cluster);
  const isListed = contributor.kind === 'EndpointSlice';
  const service = isListed ? contribution.rests.find(({ kind }) => kind === 'Service') : undefined;
  if (service !== undefined && isThere(view, origin, 'Pod') && isThere(view, service, 'Service'))
    if (isUnlisted(cluster, origin, service)) return unlisted(contributor, origin, service);
  const deleted = contributor.kind === 'LearnedEndpoint' ? 'aged-out' : 'deleted';
  if (sightings.wasDeleted(cluster, contributor)) return { how: 'seen', explanation: deleted, from };
  const rests = contribution.rests.filter(({ kind, path }) => kind !== 'Node' || path === node);
  const needed = [contribution.record, ...rests];
  const absent = needed.find((ref) => view?.get(ref.kind as ObservedKind, ref.path) === undefined);
  if (absent === undefined) return { how: 'seen', explanation: 'no-longer-qualifies', from };
  const last = absent.kind === 'Node' ? { cluster, ref: absent } : from;
  if (sightings.wasDeleted(cluster, absent)) return { how: 'seen', explanation: 'deleted', from: last };
  return { ...missing(contributor, absent, contribution.workload), from: last };
}

/** A pod that is missing is asked for by its workload, which also says how many pods there should be. */
function missing(
  { cluster, path }: Contributor,
  absent: ObjectRef,
  workload: Workload | undefined,
): Omit<MissingCause, 'from'> {
  const shared = { how: 'missing', cluster, namespace: namespaceOf(path), absent } as const;
  const asked = absent.kind === 'Pod' ? workload : undefined;
  return { ...shared, ref: asked?.ref ?? absent, workload: asked };
}

/**
 * A slice says what a controller made of pods and Services. When it no longer lists a pod that is there and selected, it is the
 * controller that is in doubt, or whoever deleted the slice, and not the pod.
 */
function unlisted({ cluster, path }: Contributor, pod: ObjectRef, service: ObjectRef): MissingCause {
  return {
    how: 'missing',
    cluster,
    namespace: namespaceOf(path),
    absent: pod,
    ref: service,
    workload: undefined,
    behind: service,
    from: { cluster, ref: pod },
  };
}

function isThere(view: SourceView | undefined, ref: ObjectRef, kind: 'Pod' | 'Service'): boolean {
  return ref.kind === kind && view?.get(kind, ref.path)?.uid === ref.uid;
}

/** The name of a group went to another group: that alone explains nothing of what the first had in it. */
export function lostName(group: GroupEntry, { cluster, origin }: ExposedAddress): Cause {
  const ref = groupOwner(group)?.ref ?? origin;
  const namespace = namespaceOf(origin.path);
  const from = { cluster, ref: origin };
  return { how: 'missing', cluster, namespace, absent: undefined, ref, workload: undefined, from };
}
