/**
 * The network of a container: a namespace of its own, linked to one that stands for its APIC, whose end of the link is the
 * default gateway. Nothing of it is seen in the machine's own network, so that nobody there notices that it comes and goes
 * (browsers drop their connections then), and addresses are those that an APIC has by default.
 *
 * What goes in and out is carried by relays: the APIC's port 443 to a socket in the file system, another such socket to
 * port 80 of the container, and some ports of the machine's loopback, under the same address, for systems of the lab.
 */
import { join } from 'node:path';
import { ip } from './command.ts';
import { namespaceName } from './names.ts';
import { startRelay, type Relay } from './relay.ts';

export interface NetworkOptions {
  readonly controller: number;
  /** For sockets. */
  readonly folder: string;
  /** Ports of the machine's loopback that are reached as the container's own. */
  readonly loopbackPorts: readonly number[];
}

export interface ContainerNetwork {
  readonly namespace: string;
  readonly gateway: string;
  readonly address: string;
  /** Where whoever plays the APIC listens. */
  readonly apicSocket: string;
  /** Leads to port 80 of the container. */
  readonly appSocket: string;
  /** What runs in the namespace and is not the container. */
  readonly relays: readonly number[];
  remove(): Promise<void>;
}

let made = 0;

export async function makeNetwork({
  controller,
  folder,
  loopbackPorts,
}: NetworkOptions): Promise<ContainerNetwork> {
  const index = (made += 2);
  const [apic, container] = [namespaceName(index), namespaceName(index + 1)];
  const [gateway, address] = [`172.${16 + controller}.0.1`, `172.${16 + controller}.0.2`];
  const socket = (name: string): string => join(folder, `${name}-${index}`);
  const [apicSocket, appSocket] = [socket('apic'), socket('app')];
  await ip('netns', 'add', apic);
  await ip('netns', 'add', container);
  await link({ apic, container, gateway, address });
  const ofApic = await startRelay(apic, [
    { listen: { host: gateway, port: 443 }, to: { path: apicSocket } },
    { listen: { path: appSocket }, to: { host: address, port: 80 } },
  ]);
  const outward = await relayLoopback(container, socket('loopback'), loopbackPorts);
  return {
    ...{ namespace: container, gateway, address, apicSocket, appSocket },
    relays: outward.map(({ pid }) => pid),
    async remove() {
      await Promise.all([ofApic, ...outward].map((relay) => relay.stop()));
      await ip('netns', 'del', container);
      await ip('netns', 'del', apic);
    },
  };
}

interface Ends {
  readonly apic: string;
  readonly container: string;
  readonly gateway: string;
  readonly address: string;
}

async function link({ apic, container, gateway, address }: Ends): Promise<void> {
  await ip(
    'link',
    'add',
    'bridge',
    'netns',
    apic,
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    container,
  );
  for (const [namespace, device, own] of [
    [apic, 'bridge', gateway],
    [container, 'eth0', address],
  ] as const) {
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
    await ip('-n', namespace, 'addr', 'add', `${own}/16`, 'dev', device);
    await ip('-n', namespace, 'link', 'set', device, 'up');
  }
  await ip('-n', container, 'route', 'add', 'default', 'via', gateway);
}

/** One on either side of the namespace. The one outside runs in this process's own, for which `ip` has no name. */
async function relayLoopback(namespace: string, socket: string, ports: readonly number[]): Promise<Relay[]> {
  if (ports.length === 0) return [];
  const routes = ports.map((port) => ({
    tcp: { host: '127.0.0.1', port },
    file: { path: `${socket}-${port}` },
  }));
  const outside = await startRelay(
    undefined,
    routes.map(({ tcp, file }) => ({ listen: file, to: tcp })),
  );
  const inside = await startRelay(
    namespace,
    routes.map(({ tcp, file }) => ({ listen: tcp, to: file })),
  );
  return [outside, inside];
}
