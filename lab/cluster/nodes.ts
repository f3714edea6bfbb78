/** Nodes of a simulated cluster: each with an address of its own and a subnet for pods of each family. */
import { addressAt, parseRange, subnetAt } from './ranges.ts';
import type { World } from './world.ts';

const podsPerNode = { v4: 24, v6: 64 } as const;
/** How many pods a node's IPv4 subnet has addresses for; the first is the node's own end. */
export const podAddressesPerNode = 253;

function statusOf(name: string, address: string, stamp: string): Record<string, unknown> {
  const size = { cpu: '8', memory: '32Gi', pods: String(podAddressesPerNode) };
  return {
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ],
    capacity: size,
    allocatable: size,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        lastHeartbeatTime: stamp,
        lastTransitionTime: stamp,
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
      },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    nodeInfo: {
      machineID: '',
      systemUUID: '',
      bootID: '',
      kernelVersion: '6.1.0',
      osImage: 'Lab Linux',
      containerRuntimeVersion: 'containerd://2.1.0',
      kubeletVersion: 'v1.36.0-lab',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}

/** Gives a function that adds nodes until there are `count`; it stops where the subnets end. */
export function createNodes(
  world: World,
  podCidrs: { readonly v4: string; readonly v6: string },
  nodeCidr: string,
): (count: number) => void {
  const v4 = parseRange(podCidrs.v4);
  const v6 = parseRange(podCidrs.v6);
  const own = parseRange(nodeCidr);
  return (count) => {
    for (let index = world.store.count('nodes'); index < count; index += 1) {
      const subnets = [subnetAt(v4, podsPerNode.v4, index), subnetAt(v6, podsPerNode.v6, index)];
      const podCIDRs = subnets.filter((subnet) => subnet !== undefined);
      const [podCIDR] = podCIDRs;
      if (podCIDR === undefined || podCIDRs.length < 2) return;
      const name = `node-${index + 1}`;
      world.lifecycle.create('nodes', {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
        spec: { podCIDR, podCIDRs },
        status: statusOf(name, addressAt(own, index + 11), world.clock.stamp()),
      });
    }
  };
}
