/** What a Deployment reports of itself: counts, and the two conditions that `kubectl rollout status` reads. */
import type { Condition, Deployment, ReplicaSet, WorkloadStatus } from '../objects.ts';

export interface DeploymentFacts {
  readonly deployment: Deployment;
  readonly sets: readonly ReplicaSet[];
  readonly fresh: ReplicaSet | undefined;
  readonly unavailable: number;
  readonly stamp: string;
}

function condition(facts: DeploymentFacts, wanted: Condition): Condition {
  const known = facts.deployment.status.conditions?.find(({ type }) => type === wanted.type);
  const same = known !== undefined && known.status === wanted.status && known['reason'] === wanted['reason'];
  const turned = known?.status === wanted.status ? known['lastTransitionTime'] : facts.stamp;
  return {
    type: wanted.type,
    status: wanted.status,
    lastUpdateTime: same ? known['lastUpdateTime'] : facts.stamp,
    lastTransitionTime: turned,
    reason: wanted['reason'],
    message: wanted['message'],
  };
}

function sum(sets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number {
  return sets.reduce((total, set) => total + (set.status[field] ?? 0), 0);
}

function available(facts: DeploymentFacts, count: number): Condition {
  const enough = count >= facts.deployment.spec.replicas - facts.unavailable;
  return condition(facts, {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
  });
}

function progressing(facts: DeploymentFacts, done: boolean): Condition {
  const name = facts.fresh?.metadata.name ?? '';
  return condition(facts, {
    type: 'Progressing',
    status: 'True',
    reason: done ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
    message: `ReplicaSet "${name}" ${done ? 'has successfully progressed' : 'is progressing'}.`,
  });
}

function positive(fields: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value > 0));
}

export function deploymentStatus(facts: DeploymentFacts): WorkloadStatus {
  const { deployment, sets, fresh } = facts;
  const { replicas } = deployment.spec;
  const count = sum(sets, 'replicas');
  const availableReplicas = sum(sets, 'availableReplicas');
  const updated = fresh?.status.replicas ?? 0;
  const done = updated === replicas && count === replicas && availableReplicas === replicas;
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...positive({
      replicas: count,
      updatedReplicas: updated,
      readyReplicas: sum(sets, 'readyReplicas'),
      availableReplicas,
      unavailableReplicas: Math.max(0, count - availableReplicas),
    }),
    terminatingReplicas: sets.reduce((total, set) => total + (set.status.terminatingReplicas ?? 0), 0),
    conditions: [available(facts, availableReplicas), progressing(facts, done)],
  };
}
