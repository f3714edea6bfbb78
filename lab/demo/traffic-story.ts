/**
 * The part of the story that is about traffic: a Service that has a redirect policy on the fabric and a pool on the BIG-IP, and a pool
 * of what the fabric learned.
 */
import { isDeepStrictEqual } from 'node:util';
import { partition, type Stage } from './stage.ts';
import type { Step } from './step.ts';

const api = 'prod-a_shop_api';
const apiPool = `/${partition}/${api}`;
const machines = 'apps_vms';
const epgDn = 'uni/tn-k8s/ap-apps/epg-vms';
const theirs = '203.0.113.9:8080';
const drained = 'node-1';

export function trafficSteps(): Step[] {
  return [...service(), ...byHand(), nodeDrain(), ...learned()];
}

/** The pool has exactly the pods that stay, and what else is said. */
function poolInStep(stage: Stage, pods: number, extra: readonly string[] = []): string | undefined {
  const wanted = [...stage.stayingPods('shop', 'api-').map((address) => `${address}:8080`), ...extra].sort();
  const present = stage.members(api) ?? [];
  if (wanted.length !== pods + extra.length || !isDeepStrictEqual(present, wanted)) return undefined;
  return `the pool has ${present.length} members: ${present.slice(0, 2).join(', ')}, …`;
}

function service(): Step[] {
  let before: readonly string[] = [];
  let leftWith: number | undefined;
  return [
    {
      title: 'Traffic: a Service has a redirect policy and a pool',
      act({ cluster }) {
        cluster.deployment('shop', 'api', 6);
        cluster.service('shop', 'api');
      },
      see(stage) {
        const pool = poolInStep(stage, 6);
        const nodes = stage.destinations(api);
        if (pool === undefined || nodes?.length !== 3 || stage.healthGroups() < 3) return undefined;
        return `redirected to ${nodes.join(', ')}, each with its health group; ${pool}`;
      },
    },
    {
      title: 'Scale: from 6 to 9 pods',
      act: ({ cluster }) => cluster.scale('shop', 'api', 9),
      see: (stage) => poolInStep(stage, 9),
    },
    {
      title: 'Roll, while 40 connections go to one of the members: it drains first',
      act(stage) {
        before = stage.members(api) ?? [];
        const [member = ''] = before;
        stage.bigip.device.setConnections({ pool: apiPool, member }, 40, 20);
        stage.bigip.onCommit(({ changes }) => {
          if (changes.some(({ action, path }) => action === 'deleted' && path === `/${partition}/${member}`))
            leftWith = stage.bigip.device.connections({ pool: apiPool, member });
        });
        stage.cluster.rolloutRestart('shop', 'api');
      },
      see(stage) {
        const isOver = stage.members(api)?.every((member) => !before.includes(member));
        if (isOver !== true || leftWith !== 0) return undefined;
        return poolInStep(stage, 9) && `all 9 are new, and ${before[0] ?? ''} left with no connection open`;
      },
    },
  ];
}

function byHand(): Step[] {
  return [
    {
      title: 'By hand: someone deletes one of our members, and adds one of their own',
      act(stage) {
        const { device } = stage.bigip;
        const [ours = ''] = stage.members(api) ?? [];
        device.change({ members: [{ pool: apiPool, name: theirs }] });
        device.remove('member', `/${partition}/${ours}`, apiPool);
      },
      see: (stage) => poolInStep(stage, 9, [theirs]) && `ours is back, ${theirs} stays`,
    },
  ];
}

function nodeDrain(): Step {
  return {
    title: `Node drain: ${drained} takes no more pods, and those on it end`,
    act({ cluster }) {
      const node = cluster.get('Node', undefined, drained);
      if (node === undefined) throw new Error(`there is no ${drained}`);
      cluster.apply({ ...node, spec: { ...(node['spec'] as object), unschedulable: true } });
      for (const { spec, metadata } of cluster.list('Pod', 'shop') as unknown as PodOnNode[])
        if (spec.nodeName === drained) cluster.remove('Pod', 'shop', metadata.name);
    },
    see(stage) {
      const nodes = stage.destinations(api);
      const pool = poolInStep(stage, 9, [theirs]);
      return nodes?.length === 2 && pool !== undefined
        ? `redirected to ${nodes.join(' and ')} only; ${pool}`
        : undefined;
    },
  };
}

interface PodOnNode {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string };
}

function learned(): Step[] {
  const clone = machine(4, 102);
  const has = (stage: Stage, count: number): string | undefined => {
    const present = stage.members(machines);
    return present?.length === count ? `the pool has ${present.join(', ')}` : undefined;
  };
  return [
    {
      title: 'Learned: the fabric sees three machines in an EPG',
      act: ({ fabric }) => void fabric.endpoints.learn([machine(1, 101), machine(2, 101), machine(3, 102)]),
      see: (stage) => has(stage, 3),
    },
    {
      title: 'A clone of them starts',
      act: ({ fabric }) => void fabric.endpoints.learn(clone),
      see: (stage) => has(stage, 4),
    },
    {
      title: 'A leaf reloads: what only it saw is out of sight, and not taken for gone',
      act: ({ fabric }) => fabric.leaf.reload(101, { lagMs: 300, for: 3000, relearnMs: 500 }),
      see: (stage) => has(stage, 4),
      lasts: 4000,
    },
    {
      title: 'The clone ends: no leaf sees it any more',
      act: ({ fabric }) => fabric.endpoints.age(clone),
      see: (stage) => has(stage, 3),
    },
  ];
}

function machine(
  index: number,
  node: number,
): { readonly epgDn: string; readonly mac: string; readonly ips: string[]; readonly nodes: number[] } {
  return { epgDn, mac: `00:50:56:00:00:0${index}`, ips: [`10.9.0.${index}`], nodes: [node] };
}

/** What is on both systems, to be compared later. */
export function trafficOn(stage: Stage): readonly unknown[] {
  return [stage.destinations(api), stage.members(api), stage.members(machines)];
}

export function trafficEnd(): Step {
  return {
    title: 'The end of the other Service: its redirect policy goes, and of its pool what is ours',
    act({ cluster }) {
      cluster.remove('Service', 'shop', 'api');
      cluster.remove('Deployment', 'shop', 'api');
    },
    see: (stage) =>
      stage.destinations(api) === undefined && isDeepStrictEqual(stage.members(api), [theirs])
        ? `the policy is gone; the pool holds only ${theirs}, which is theirs`
        : undefined,
  };
}
