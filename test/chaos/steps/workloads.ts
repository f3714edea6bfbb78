/** What people do to a cluster on a working day. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../lab/cluster/cluster.ts';
import type { KubeObject } from '../../../lab/cluster/objects.ts';
import {
  freshName,
  pickOne,
  spell,
  takeOne,
  type Draw,
  type Script,
  type Stage,
  type Target,
} from './step.ts';

const namespaces = ['shop', 'shop', 'shop', 'pay', 'ops', 'grow'] as const;

function place(script: Script, prefix: string): Target {
  const { random, clusterCount } = script;
  return {
    cluster: random.below(clusterCount),
    namespace: random.pick(namespaces),
    name: freshName(script, prefix),
  };
}

export function clusterOf({ world }: Stage, { cluster }: Target): Cluster {
  const found = world.clusters[cluster];
  if (found === undefined) throw new Error(`there is no cluster ${cluster}`);
  return found;
}

export const deploy: Draw = (script) => {
  if (script.deployments.length > 8) return undefined;
  const target = place(script, 'web');
  const replicas = 1 + script.random.below(6);
  const front = script.random.chance(0.3);
  script.deployments.push(target);
  return {
    title: `deploy ${spell(target)} with ${replicas} pods${front ? ', front' : ''}`,
    act: (stage) =>
      clusterOf(stage, target).deployment(
        target.namespace,
        target.name,
        replicas,
        front ? { front: 'yes' } : {},
      ),
  };
};

/** It may have been made in a namespace that was on its way out. */
export function stands(stage: Stage, target: Target): boolean {
  return clusterOf(stage, target).get('Deployment', target.namespace, target.name) !== undefined;
}

const scale: Draw = (script) => {
  const target = pickOne(script, script.deployments);
  if (target === undefined) return undefined;
  const replicas = script.random.pick([0, 1, 2, 5, 8, 12]);
  return {
    title: `scale ${spell(target)} to ${replicas}`,
    act: (stage) => {
      if (stands(stage, target)) clusterOf(stage, target).scale(target.namespace, target.name, replicas);
    },
  };
};

const restart: Draw = (script) => {
  const target = pickOne(script, script.deployments);
  return (
    target && {
      title: `rolling restart of ${spell(target)}`,
      act: (stage) => {
        if (stands(stage, target)) clusterOf(stage, target).rolloutRestart(target.namespace, target.name);
      },
    }
  );
};

const deleteDeployment: Draw = (script) => {
  const target = takeOne(script, script.deployments);
  return (
    target && {
      title: `delete deployment ${spell(target)}`,
      act: (stage) => clusterOf(stage, target).remove('Deployment', target.namespace, target.name),
    }
  );
};

const container = {
  name: 'main',
  image: 'registry.example/app:1',
  ports: [{ name: 'web', containerPort: 8080 }],
};

function podOf({ namespace, name }: Target, labels: Readonly<Record<string, string>> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app: name, ...labels } },
    spec: { containers: [container] },
  };
}

const barePod: Draw = (script) => {
  const target = place(script, 'pod');
  script.pods.push(target);
  return {
    title: `bare pod ${spell(target)}`,
    act: (stage) => clusterOf(stage, target).apply(podOf(target)),
  };
};

const deletePod: Draw = (script) => {
  const target = takeOne(script, script.pods);
  return (
    target && {
      title: `delete pod ${spell(target)}`,
      act: (stage) => clusterOf(stage, target).remove('Pod', target.namespace, target.name),
    }
  );
};

function workload(kind: string, { namespace, name }: Target, more: object): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { namespace, name },
    spec: {
      ...more,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}

export const statefulSet: Draw = (script) => {
  const target = place(script, 'db');
  const replicas = 1 + script.random.below(4);
  script.statefulSets.push(target);
  return {
    title: `StatefulSet ${spell(target)} with ${replicas} pods`,
    act: (stage) =>
      clusterOf(stage, target).apply(
        workload('StatefulSet', target, {
          replicas,
          serviceName: target.name,
          podManagementPolicy: 'Parallel',
        }),
      ),
  };
};

const deleteStatefulSet: Draw = (script) => {
  const target = takeOne(script, script.statefulSets);
  return (
    target && {
      title: `delete StatefulSet ${spell(target)}`,
      act: (stage) => clusterOf(stage, target).remove('StatefulSet', target.namespace, target.name),
    }
  );
};

const daemonSet: Draw = (script) => {
  const target = place(script, 'agent');
  return {
    title: `DaemonSet ${spell(target)}`,
    act: (stage) => clusterOf(stage, target).apply(workload('DaemonSet', target, {})),
  };
};

const service: Draw = (script) => {
  const target = place(script, 'svc');
  const external = script.random.pick([undefined, '198.51.100', '2001:DB8:50:0::', '203.0.113']);
  const ip = external && `${external}${external.includes(':') ? '' : '.'}${(script.names % 250) + 1}`;
  const behind = pickOne(script, script.deployments)?.name ?? 'nobody';
  script.services.push(target);
  return {
    title: `Service ${spell(target)} for ${behind}${ip === undefined ? '' : ` with the external address ${ip}`}`,
    act: (stage) =>
      clusterOf(stage, target).service(target.namespace, target.name, {
        type: 'LoadBalancer',
        selector: { app: behind },
        spec: ip === undefined ? {} : { externalIPs: [ip] },
      }),
  };
};

const deleteService: Draw = (script) => {
  const target = takeOne(script, script.services);
  return (
    target && {
      title: `delete Service ${spell(target)}`,
      act: (stage) => clusterOf(stage, target).remove('Service', target.namespace, target.name),
    }
  );
};

const deleteNamespace: Draw = (script) => {
  const cluster = script.random.below(script.clusterCount);
  const id = `delete namespace c${cluster + 1} pay`;
  if (script.touched.has(id)) return undefined;
  script.touched.add(id);
  const { deployments, statefulSets, services, pods, balanced } = script;
  for (const list of [deployments, statefulSets, services, pods, balanced])
    for (const target of list.filter((each) => each.cluster === cluster && each.namespace === 'pay'))
      list.splice(list.indexOf(target), 1);
  return {
    title: id,
    async act(stage) {
      const lab = clusterOf(stage, { cluster, namespace: '', name: '' });
      if (lab.get('Namespace', undefined, 'pay') === undefined) return;
      lab.remove('Namespace', undefined, 'pay');
      await within(2000, () => lab.get('Namespace', undefined, 'pay') === undefined);
    },
  };
};

/** Waits for it, and goes on without it when it does not come. */
export async function within(patienceMs: number, holds: () => boolean): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (!holds() && performance.now() < end) await sleep(10);
  return holds();
}

/** Flapping within one bout could make a late but honest removal look false, so each object is relabelled once. */
const relabelDeployment: Draw = (script) => {
  const target = pickOne(script, script.deployments);
  if (target === undefined || script.touched.has(`label ${spell(target)}`)) return undefined;
  script.touched.add(`label ${spell(target)}`);
  const tier = script.random.pick(['internal', 'public']);
  return {
    title: `label ${spell(target)} tier=${tier}`,
    act: (stage) => relabel(stage, 'Deployment', target, { tier }),
  };
};

const relabelNamespace: Draw = (script) => {
  const target: Target = {
    cluster: script.random.below(script.clusterCount),
    namespace: '',
    name: script.random.pick(['pay', 'ops']),
  };
  if (script.touched.has(`label ${spell(target)}`)) return undefined;
  script.touched.add(`label ${spell(target)}`);
  const team = script.random.pick(['web', 'nobody']);
  return {
    title: `label namespace ${spell(target)} team=${team}`,
    act: (stage) => relabel(stage, 'Namespace', target, { team }),
  };
};

function relabel(stage: Stage, kind: string, target: Target, labels: Readonly<Record<string, string>>): void {
  const cluster = clusterOf(stage, target);
  const found = cluster.get(kind, target.namespace === '' ? undefined : target.namespace, target.name);
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  const metadata = { ...found.metadata, labels: { ...found.metadata.labels, ...labels } };
  cluster.apply({ ...found, metadata });
}

const nodeFails: Draw = (script) => {
  const target = {
    cluster: script.random.below(script.clusterCount),
    namespace: '',
    name: `node-${1 + script.random.below(3)}`,
  };
  return {
    title: `node ${spell(target)} fails and is drained`,
    act(stage) {
      const cluster = clusterOf(stage, target);
      setReady(cluster, target.name, 'False');
      stage.healing.push(() => {
        setReady(cluster, target.name, 'True');
      });
      const here = (pod: KubeObject): boolean =>
        (pod['spec'] as { nodeName?: string }).nodeName === target.name;
      for (const pod of cluster.list('Pod').filter((each) => here(each) && isOrdinary(each)))
        cluster.remove('Pod', pod.metadata.namespace, pod.metadata.name);
    },
  };
};

export function setReady(cluster: Cluster, name: string, status: 'True' | 'False'): void {
  const node = cluster.get('Node', undefined, name);
  if (node !== undefined)
    cluster.apply({
      ...node,
      status: { ...(node['status'] as object), conditions: [{ type: 'Ready', status }] },
    });
}

/** The network gives the address of a pod that will not end to a new one, before the old one is gone. */
const reuseAddress: Draw = (script) => {
  const target = { ...place(script, 'heir'), namespace: 'shop' };
  const share = script.random.next();
  return {
    title: `pod ${spell(target)} gets the address of one that hangs in its end`,
    async act(stage) {
      const lab = clusterOf(stage, target);
      lab.apply(podOf(target));
      stage.healing.push(() => {
        lab.remove('Pod', target.namespace, target.name);
      });
      const heir = (): KubeObject | undefined => lab.get('Pod', target.namespace, target.name);
      if (!(await within(3000, () => isReady(heir())))) return;
      const pods = lab.list('Pod').filter((pod) => isOrdinary(pod) && ipsOf(pod).length === 2);
      const old = pods[Math.floor(share * pods.length)];
      if (old === undefined) return;
      for (const ip of ipsOf(old)) stage.watchman.excuse(`${ip}/${ip.includes(':') ? 128 : 32}`);
      hang(stage, lab, old);
      inherit(lab, heir(), ipsOf(old));
    },
  };
};

export function isOrdinary({ metadata }: KubeObject): boolean {
  return metadata.ownerReferences?.[0]?.kind === 'ReplicaSet' && metadata.deletionTimestamp === undefined;
}

export function isReady(pod: KubeObject | undefined): boolean {
  const { conditions = [] } = (pod?.['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function ipsOf(pod: Readonly<Record<string, unknown>>): string[] {
  const { podIPs = [] } = (pod['status'] ?? {}) as { podIPs?: readonly { ip: string }[] };
  return podIPs.map(({ ip }) => ip);
}

function hang(stage: Stage, lab: Cluster, pod: KubeObject): void {
  const { metadata } = pod;
  lab.apply({ ...pod, metadata: { ...metadata, finalizers: ['chaos/hangs'] } });
  lab.remove('Pod', metadata.namespace, metadata.name);
  stage.healing.push(() => {
    const now = lab.get('Pod', metadata.namespace, metadata.name);
    if (now !== undefined) lab.apply({ ...now, metadata: { ...now.metadata, finalizers: [] } });
  });
}

function inherit(lab: Cluster, heir: KubeObject | undefined, ips: readonly string[]): void {
  if (heir === undefined) return;
  const addresses = { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) };
  const startTime = new Date(lab.clock.now()).toISOString();
  lab.apply({ ...heir, status: { ...(heir['status'] as object), ...addresses, startTime } });
}

/** What is drawn often stands more than once. */
export const workloadSteps: readonly Draw[] = [
  deploy,
  deploy,
  deploy,
  scale,
  scale,
  scale,
  restart,
  restart,
  deleteDeployment,
  barePod,
  barePod,
  deletePod,
  statefulSet,
  deleteStatefulSet,
  daemonSet,
  service,
  service,
  deleteService,
  deleteNamespace,
  relabelDeployment,
  relabelNamespace,
  nodeFails,
  reuseAddress,
];
