/**
 * One kind of one cluster as the API server offers it: its path, its decoder, and streams of frames under a guard.
 * What lists and watches are both made of.
 */
import type { Clock } from '../../model/clock.ts';
import type { SourceRecord, ClusterKind } from '../../model/cluster-records.ts';
import { apiErrorOf, incomplete } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import type { KindCounters } from './counters.ts';
import type { DecodeContext } from './decode.ts';
import { readFrames } from './frames.ts';
import type { Interner } from './interner.ts';
import { collectionPath, kindTable } from './kinds.ts';
import type { Limits } from './limits.ts';
import { field, raw, text, type Raw } from './raw.ts';
import { causeOfEnd, guardSilence } from './silence.ts';

export interface KindAccess {
  readonly kind: ClusterKind;
  readonly server: ApiServer;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly limits: Limits;
  readonly interner: Interner;
  readonly counters: KindCounters;
}

export interface Frame {
  type: string;
  object: { metadata: { resourceVersion: string; annotations: Record<string, string> } };
}

/** The record, or undefined (and counted) when the object has no name or uid. */
export function decodeObject(access: KindAccess, value: unknown): SourceRecord | undefined {
  const { kind, interner, counters } = access;
  const context: DecodeContext = { interner, onBadAddress: () => (counters.undecodable += 1) };
  const record = kindTable[kind].decode(value, context);
  if (record === undefined) counters.undecodable += 1;
  return record;
}

export interface StreamReading {
  readonly query: Readonly<Record<string, string>>;
  /** Longest time without a byte, from asking on. */
  readonly silenceMs: number;
  /** Answers whether to go on. Never called with an ERROR frame. */
  readonly onFrame: (frame: Raw<Frame>) => boolean;
  /** Called when the server accepted, and whenever bytes arrived. */
  readonly onContact?: () => void;
}

/** Reads a stream until it ends or `onFrame` has enough. */
export async function readStream(
  access: KindAccess,
  { query, silenceMs, onFrame, onContact }: StreamReading,
  signal: AbortSignal,
): Promise<void> {
  const { server, clock, counters } = access;
  const collection = collectionPath(access.kind);
  const guard = guardSilence(clock, silenceMs, signal);
  const onBytes = (bytes: number): void => {
    counters.bytes += bytes;
    guard.heard();
    onContact?.();
  };
  try {
    counters.connects += 1;
    const path = `${collection}?${new URLSearchParams(query).toString()}`;
    const body = await server.stream(path, guard.signal);
    guard.heard();
    onContact?.();
    await readFrames(body, (value) => onFrame(checkedFrame(value, collection)), { onBytes });
  } catch (thrown) {
    throw causeOfEnd(thrown, guard);
  } finally {
    guard.stop();
  }
}

const eventTypes: readonly (string | undefined)[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];

/** A frame that says something of an object; ERROR frames are thrown, whatever their code. */
function checkedFrame(value: unknown, what: string): Raw<Frame> {
  const frame = raw<Frame>(value);
  const type = text(field(frame, 'type'));
  if (type === 'ERROR') throw apiErrorOf(field(frame, 'object'), what);
  if (!eventTypes.includes(type)) throw incomplete(`${what}: a frame of no known type`);
  return frame;
}
