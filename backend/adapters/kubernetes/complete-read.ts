/**
 * One complete list of one kind, believed only when the confirmed cluster answered before and after it.
 */
import type { CatalogueListener } from '../../observe/ports.ts';
import { problemOf } from '../../model/problems.ts';
import { incomplete } from './api-error.ts';
import type { IdentityGate } from './identity-gate.ts';
import type { KindAccess } from './kind-access.ts';
import { isStreamRefused, listByPages, listByStream } from './list.ts';
import type { CompleteList } from '../../observe/ports.ts';

/** Shared by the kinds of a cluster: what one learnt of the server, the others need not try. */
export interface ServerTraits {
  streamsLists: boolean;
}

export interface Follow {
  readonly access: KindAccess;
  readonly gate: IdentityGate;
  readonly listener: CatalogueListener;
  readonly traits: ServerTraits;
}

/** Where a watch may begin, and in which epoch of the gate that was learnt. */
export interface Position {
  readonly resourceVersion: string;
  readonly epoch: number;
}

/** Reads, checks and delivers; throws, and delivers nothing, when anything is in doubt. `beside`: a watch is live. */
export async function readCompletely(
  { access, gate, listener, traits }: Follow,
  beside: boolean,
  signal: AbortSignal,
): Promise<Position> {
  await gate.check(signal);
  const { epoch } = gate;
  const floor = gate.floor();
  const list = await readList(access, traits, signal);
  gate.admit(list.resourceVersion, floor);
  await gate.check(signal);
  if (gate.epoch !== epoch) throw incomplete(`${access.kind}: another cluster answered meanwhile`);
  signal.throwIfAborted();
  const { changed, missing } = listener.listed(access.kind, list);
  access.counters.lists += 1;
  if (beside) {
    access.counters.relists += 1;
    access.counters.listMisses += changed + missing;
  }
  return { resourceVersion: list.resourceVersion, epoch };
}

async function readList(
  access: KindAccess,
  traits: ServerTraits,
  signal: AbortSignal,
): Promise<CompleteList> {
  if (!traits.streamsLists) return listByPages(access, signal);
  try {
    return await listByStream(access, signal);
  } catch (thrown) {
    const isSilent = problemOf(thrown).code === 'cluster.silent';
    if (!isStreamRefused(thrown) && !isSilent) throw thrown;
    const list = await listByPages(access, signal);
    traits.streamsLists = false;
    return list;
  }
}
