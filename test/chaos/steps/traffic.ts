/** What happens to backends that are given traffic: Services that change, pods and nodes that are ready and not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../lab/cluster/cluster.ts';
import type { KubeObject } from '../../../lab/cluster/objects.ts';
import { freshName, pickOne, spell, takeOne, type Draw, type Stage, type Target } from './step.ts';
import { clusterOf, isOrdinary, isReady, setReady } from './workloads.ts';

const dualStack = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };
/** Until the watchman can tell that things are as they are. */
const lastingMs = 2000;

export const balance: Draw = (script) => {
  const behind = pickOne(script, script.deployments);
  if (behind === undefined || script.balanced.length > 6) return undefined;
  const target = { ...behind, name: freshName(script, 'vip') };
  const isDual = script.random.chance(0.5);
  script.balanced.push(target);
  return {
    title: `Service ${spell(target)} balances ${behind.name}${isDual ? ', both families' : ''}`,
    act: (stage) => put(stage, target, { selector: { app: behind.name }, targetPort: 8080, isDual }),
  };
};

interface Wish {
  readonly selector: Readonly<Record<string, string>>;
  readonly targetPort: number;
  readonly isDual?: boolean;
}

function put(stage: Stage, target: Target, { selector, targetPort, isDual = false }: Wish): void {
  const lab = clusterOf(stage, target);
  const namespace = lab.get('Namespace', undefined, target.namespace);
  if (namespace?.metadata.deletionTimestamp !== undefined) return;
  lab.service(target.namespace, target.name, {
    type: 'NodePort',
    selector,
    ports: [{ name: 'http', port: 80, targetPort }],
    ...(isDual && { spec: dualStack }),
  });
}

const editPort: Draw = (script) => {
  const target = pickOne(script, script.balanced);
  const targetPort = script.random.pick([8080, 8081, 8082]);
  return target && edit(target, `now leads to port ${targetPort}`, (service) => ({ ...service, targetPort }));
};

const editSelector: Draw = (script) => {
  const target = pickOne(script, script.balanced);
  const near = script.deployments.filter(
    (each) => each.cluster === target?.cluster && each.namespace === target.namespace,
  );
  const behind = pickOne(script, near);
  if (target === undefined || behind === undefined) return undefined;
  return edit(target, `now balances ${behind.name}`, (service) => ({
    ...service,
    selector: { app: behind.name },
  }));
};

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly targetPort?: number }[];
}

function edit(target: Target, what: string, change: (now: Wish) => Wish): ReturnType<Draw> {
  return {
    title: `Service ${spell(target)} ${what}`,
    act(stage) {
      const found = clusterOf(stage, target).get('Service', target.namespace, target.name);
      if (found === undefined) return;
      const { selector = {}, ports } = found['spec'] as ServiceSpec;
      put(stage, target, change({ selector, targetPort: ports?.[0]?.targetPort ?? 8080 }));
    },
  };
}

const deleteBalanced: Draw = (script) => {
  const target = takeOne(script, script.balanced);
  return (
    target && {
      title: `delete Service ${spell(target)}`,
      act: (stage) => clusterOf(stage, target).remove('Service', target.namespace, target.name),
    }
  );
};

/** Probes fail, of some pods of a Deployment or of all; then they are well again, or when everything is healed. */
const failProbes: Draw = (script) => {
  const target = pickOne(script, script.balanced);
  const share = script.random.pick([0.3, 0.6, 1]);
  const lasts = script.random.chance(0.5);
  return (
    target && {
      title: `probes of ${share * 100} % of the pods behind ${spell(target)} fail${lasts ? ' for a while' : ''}`,
      async act(stage) {
        const lab = clusterOf(stage, target);
        const pods = podsBehind(lab, target);
        const those = pods.slice(0, Math.ceil(share * pods.length));
        for (const pod of those) probe(lab, pod, 'true');
        stage.healing.push(() => {
          for (const pod of those) probe(lab, pod, 'false');
        });
        if (lasts) await sleep(lastingMs);
      },
    }
  );
};

const flap: Draw = (script) => {
  const target = pickOne(script, script.balanced);
  return (
    target && {
      title: `a pod behind ${spell(target)} flaps`,
      async act(stage) {
        const lab = clusterOf(stage, target);
        const [pod] = podsBehind(lab, target);
        if (pod === undefined) return;
        for (const failing of ['true', 'false', 'true', 'false']) {
          probe(lab, pod, failing);
          await sleep(60);
          stage.watchman.look();
        }
      },
    }
  );
};

function podsBehind(lab: Cluster, { namespace, name }: Target): KubeObject[] {
  const service = lab.get('Service', namespace, name);
  const { selector = {} } = (service?.['spec'] ?? {}) as ServiceSpec;
  return lab
    .list('Pod', namespace)
    .filter((pod) => isOrdinary(pod) && isReady(pod))
    .filter(({ metadata }) =>
      Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value),
    );
}

function probe(lab: Cluster, { metadata: { namespace, name } }: KubeObject, failing: string): void {
  const now = lab.get('Pod', namespace, name);
  if (now === undefined || now.metadata.deletionTimestamp !== undefined) return;
  const annotations = { ...now.metadata.annotations, 'lab/not-ready': failing };
  lab.apply({ ...now, metadata: { ...now.metadata, annotations } });
}

const nodeNotReady: Draw = (script) => {
  const target = drawNode(script.random.below(script.clusterCount), script.random.below(3));
  const lasts = script.random.chance(0.5);
  return {
    title: `node ${spell(target)} is not ready${lasts ? ' for a while' : ''}`,
    async act(stage) {
      const lab = clusterOf(stage, target);
      setReady(lab, target.name, 'False');
      stage.healing.push(() => {
        setReady(lab, target.name, 'True');
      });
      if (lasts) await sleep(lastingMs);
    },
  };
};

const cordon: Draw = (script) => {
  const target = drawNode(script.random.below(script.clusterCount), script.random.below(3));
  return {
    title: `node ${spell(target)} is cordoned`,
    act(stage) {
      const lab = clusterOf(stage, target);
      setSchedulable(lab, target.name, false);
      stage.healing.push(() => {
        setSchedulable(lab, target.name, true);
      });
    },
  };
};

function drawNode(cluster: number, index: number): Target {
  return { cluster, namespace: '', name: `node-${1 + index}` };
}

function setSchedulable(lab: Cluster, name: string, schedulable: boolean): void {
  const node = lab.get('Node', undefined, name);
  if (node !== undefined)
    lab.apply({ ...node, spec: { ...(node['spec'] as object), unschedulable: !schedulable } });
}

export const trafficSteps: readonly Draw[] = [
  balance,
  balance,
  balance,
  editPort,
  editSelector,
  deleteBalanced,
  failProbes,
  failProbes,
  flap,
  nodeNotReady,
  cordon,
];
