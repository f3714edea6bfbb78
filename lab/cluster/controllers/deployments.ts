/** Deployments: a ReplicaSet per template, and rolling from one to the next within surge and unavailability. */
import { createHash } from 'node:crypto';
import {
  controllerOf,
  isDeleting,
  keyOf,
  namespaceOf,
  sameJson,
  uidOf,
  type Deployment,
  type KubeObject,
  type PodTemplate,
  type ReplicaSet,
} from '../objects.ts';
import { kindOfResource } from '../kinds.ts';
import { ownedBy } from './pods.ts';
import { deploymentStatus } from './deployment-status.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

const hashLabel = 'pod-template-hash';
const revisionNote = 'deployment.kubernetes.io/revision';
const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function templateHash(template: PodTemplate): string {
  const digest = createHash('sha256').update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 9)].map((byte) => safeAlphabet.charAt(byte % safeAlphabet.length)).join('');
}

/** A count, or a share of `total`. */
export function resolveCount(value: number | string | undefined, total: number, up: boolean): number {
  if (typeof value === 'number') return value;
  const share = (Number.parseFloat(value ?? '0') * total) / 100;
  return up ? Math.ceil(share) : Math.floor(share);
}

function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[revisionNote] ?? 0);
}

function plainTemplate({ metadata, spec }: PodTemplate): unknown {
  return { metadata: { ...metadata, labels: { ...metadata?.labels, [hashLabel]: undefined } }, spec };
}

interface Bounds {
  readonly surge: number;
  readonly unavailable: number;
}

function boundsOf({ spec }: Deployment): Bounds {
  const rolling = spec.strategy.rollingUpdate;
  const surge = resolveCount(rolling?.maxSurge, spec.replicas, true);
  const unavailable = resolveCount(rolling?.maxUnavailable, spec.replicas, false);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

class DeploymentController implements Controller {
  readonly name = 'deployments';
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  keysOf(change: Parameters<Controller['keysOf']>[0]): string[] {
    if (change.resource === 'deployments') return [change.key];
    if (change.resource !== 'replicasets') return [];
    const owner = controllerOf(change.object);
    return owner?.kind === 'Deployment' ? [`${namespaceOf(change.object)}/${owner.name}`] : [];
  }

  reconcile(key: string): void {
    const deployment = this.#world.store.getByKey('deployments', key);
    if (deployment === undefined || isDeleting(deployment)) return;
    const sets = this.#sets(deployment);
    const known = sets.find((set) =>
      sameJson(plainTemplate(set.spec.template), plainTemplate(deployment.spec.template)),
    );
    const old = sets.filter((set) => set !== known);
    const fresh = known ?? this.#create(deployment, old);
    this.#number(deployment, fresh, old);
    if (deployment.spec.paused !== true || old.every((set) => set.spec.replicas === 0)) {
      this.#roll(deployment, fresh, old);
      this.#forgetHistory(deployment, old);
    }
    this.#report(key);
  }

  #sets(deployment: Deployment): ReplicaSet[] {
    return this.#world.store.dependentsOf(uidOf(deployment), 'replicasets');
  }

  #create(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet {
    const { template, selector, replicas } = deployment.spec;
    const hash = templateHash(template);
    const { surge } = boundsOf(deployment);
    const taken = old.reduce((sum, set) => sum + set.spec.replicas, 0);
    const recreate = deployment.spec.strategy.type === 'Recreate';
    const room = recreate && taken > 0 ? 0 : Math.max(0, Math.min(replicas, replicas + surge - taken));
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    return this.#world.lifecycle.create('replicasets', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: namespaceOf(deployment),
        labels,
        annotations: this.#notes(deployment, Math.max(0, ...old.map(revisionOf)) + 1),
        ownerReferences: [ownedBy(deployment)],
      },
      spec: {
        replicas: room,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
  }

  #notes(deployment: Deployment, revision: number): Record<string, string> {
    const { replicas } = deployment.spec;
    return {
      'deployment.kubernetes.io/desired-replicas': String(replicas),
      'deployment.kubernetes.io/max-replicas': String(replicas + boundsOf(deployment).surge),
      [revisionNote]: String(revision),
    };
  }

  /** The newest set carries the highest revision, and the Deployment repeats it. */
  #number(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): void {
    const highest = Math.max(0, ...old.map(revisionOf));
    const revision = revisionOf(fresh) > highest ? revisionOf(fresh) : highest + 1;
    this.#annotate('replicasets', fresh, this.#notes(deployment, revision));
    this.#annotate('deployments', deployment, { [revisionNote]: String(revision) });
  }

  #annotate(
    resource: 'replicasets' | 'deployments',
    object: KubeObject,
    notes: Record<string, string>,
  ): void {
    const current = this.#world.store.getByKey(resource, keyOf(object)) ?? object;
    const annotations = { ...current.metadata.annotations, ...notes };
    if (sameJson(annotations, current.metadata.annotations)) return;
    this.#world.store.put(resource, { ...current, metadata: { ...current.metadata, annotations } });
  }

  #scale(set: ReplicaSet, replicas: number): void {
    const current = this.#world.store.getByKey('replicasets', keyOf(set));
    const kind = kindOfResource('replicasets');
    if (current === undefined || kind === undefined || current.spec.replicas === replicas) return;
    this.#world.lifecycle.replace(kind, current, { ...current, spec: { ...current.spec, replicas } });
  }

  #roll(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): void {
    const { replicas, strategy } = deployment.spec;
    const remaining = old.filter((set) => set.spec.replicas > 0 || (set.status.replicas ?? 0) > 0);
    if (strategy.type === 'Recreate') {
      for (const set of remaining) this.#scale(set, 0);
      const ending = old.some(
        (set) => (set.status.replicas ?? 0) + (set.status.terminatingReplicas ?? 0) > 0,
      );
      if (remaining.length === 0 && !ending) this.#scale(fresh, replicas);
      return;
    }
    if (remaining.length === 0) return this.#scale(fresh, replicas);
    if (fresh.spec.replicas > replicas) return this.#scale(fresh, replicas);
    const { surge } = boundsOf(deployment);
    const total = fresh.spec.replicas + old.reduce((sum, set) => sum + set.spec.replicas, 0);
    const room = Math.min(replicas - fresh.spec.replicas, replicas + surge - total);
    if (room > 0) this.#scale(fresh, fresh.spec.replicas + room);
    this.#shrinkOld(deployment, fresh, remaining);
  }

  /** Takes from old sets what stays above the least number of available pods: unready pods first, then the oldest set. */
  #shrinkOld(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): void {
    const least = deployment.spec.replicas - boundsOf(deployment).unavailable;
    const wanted = [fresh, ...old].reduce((sum, set) => sum + set.spec.replicas, 0);
    const freshLacks = fresh.spec.replicas - (fresh.status.availableReplicas ?? 0);
    let spare = wanted - least - freshLacks;
    if (spare <= 0) return;
    for (const set of [...old].sort((a, b) => revisionOf(a) - revisionOf(b))) {
      const taken = Math.min(spare, set.spec.replicas);
      spare -= taken;
      if (taken > 0) this.#scale(set, set.spec.replicas - taken);
    }
  }

  #forgetHistory(deployment: Deployment, old: readonly ReplicaSet[]): void {
    const idle = old.filter((set) => set.spec.replicas === 0 && (set.status.replicas ?? 0) === 0);
    const excess = idle.length - (deployment.spec.revisionHistoryLimit ?? 10);
    if (excess <= 0) return;
    const oldest = [...idle].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, excess);
    for (const set of oldest) this.#world.lifecycle.remove('replicasets', keyOf(set));
  }

  #report(key: string): void {
    const deployment = this.#world.store.getByKey('deployments', key);
    if (deployment === undefined) return;
    const sets = this.#sets(deployment);
    const fresh = sets.reduce<ReplicaSet | undefined>(
      (newest, set) => (newest === undefined || revisionOf(set) > revisionOf(newest) ? set : newest),
      undefined,
    );
    const { unavailable } = boundsOf(deployment);
    const status = deploymentStatus({
      deployment,
      sets,
      fresh,
      unavailable,
      stamp: this.#world.clock.stamp(),
    });
    this.#world.lifecycle.report('deployments', deployment, status);
  }
}

export function deployments(world: World): Controller {
  return new DeploymentController(world);
}
