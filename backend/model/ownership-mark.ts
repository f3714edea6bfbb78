/**
 * The mark that says an object on an outside system is ours:
 * `orchestrator:aci-kube-sync:<instance>:<mapping id>:<source id>`, at most 128 of [a-zA-Z0-9_.:-].
 * The source is `-` where several sources contribute.
 */
import type { InstanceId, ShortId } from './identity.ts';

export interface OwnershipMark {
  readonly instance: InstanceId;
  readonly mapping: ShortId;
  readonly source: ShortId | '-';
}

const prefix = 'orchestrator:aci-kube-sync';
const pattern = /^orchestrator:aci-kube-sync:([a-z0-9]{4,12}):([0-9a-f]{8}):([0-9a-f]{8}|-)$/;

export function formatMark(mark: OwnershipMark): string {
  return `${prefix}:${mark.instance}:${mark.mapping}:${mark.source}`;
}

/** The mark that `annotation` carries, or undefined when it is somebody else's or nobody's. */
export function parseMark(annotation: string): OwnershipMark | undefined {
  const match = pattern.exec(annotation);
  if (match === null) return undefined;
  const [, instance = '', mapping = '', source = ''] = match;
  return { instance: instance as InstanceId, mapping: mapping as ShortId, source: source as ShortId | '-' };
}
