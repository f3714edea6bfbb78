/**
 * A Service with pods behind it, and mappings that give traffic to them.
 */
import type { PodRecord, ServiceRecord } from '../../model/cluster-records.ts';
import type { Selection, Target } from '../../model/mapping.ts';
import type { DesiredState } from '../desired-state.ts';
import { ClusterWorld } from './cluster-world.ts';
import { desiredOf, documentOf, mapping, poolKey } from './documents.ts';

const byService = { kind: 'service', groupBy: 'service' } as const;
export const web = poolKey('web');

export function fed(
  world: ClusterWorld,
  targets: readonly Target[],
  from: Partial<Selection> = {},
): DesiredState {
  return desiredOf(documentOf([mapping('m', { from: { ...byService, ...from }, targets })]), world);
}

export interface Shop {
  readonly world: ClusterWorld;
  readonly service: ServiceRecord;
  readonly pods: readonly PodRecord[];
}

/** A Service `web` with pods on nodes of their own, whose slice the test makes. */
export function shop(pods: number, given: Parameters<ClusterWorld['service']>[2] = {}): Shop {
  const world = new ClusterWorld('a');
  const service = world.service('shop', 'web', given);
  const made = Array.from({ length: pods }, (_, index) => {
    world.node(`node-${index + 1}`, [`10.1.0.${index + 1}`]);
    return world.pod('shop', `p${index + 1}`, [`10.244.0.${index + 1}`], { node: `node-${index + 1}` });
  });
  return { world, service, pods: made };
}

export function told(desired: DesiredState, world: ClusterWorld): DesiredState {
  desired.apply(world.take());
  return desired;
}
