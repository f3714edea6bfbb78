/**
 * Nodes: an address stands on one node of its route domain, whatever the partition, and members of every pool share it.
 *
 * Which nodes are ours: creating a member makes its node where there is none, and nothing on the node says so. Marking each would cost a
 * request for every member; instead the member carries a second entry in its metadata when no node of its address was known, or one that
 * is ours already, at the time. A node is deleted only when the last member that said so goes, the node looks untouched (named after its address,
 * no description, no metadata, no monitor), and the device, which knows all its users, agrees. In any doubt it stays.
 */
import type { IpAddress } from '../../model/ip.ts';
import { memberName, routedText } from './names.ts';
import type { Filling } from './query.ts';
import type { NodeRecord } from './record.ts';

export interface Seat {
  /** Of the member, which is that of its node. */
  readonly partition: string;
  readonly name: string;
  readonly path: string;
  /** The node comes to be with the member. */
  readonly makesNode: boolean;
}

export class Nodes {
  #byAddress = new Map<string, NodeRecord>();
  #byPath = new Map<string, NodeRecord>();
  /** When the list was read; `Clock.monotonic()`. */
  readAt = -Infinity;

  get filling(): Filling {
    if (this.readAt === -Infinity) return 'unseen';
    return this.#byPath.size === 0 ? 'empty' : 'filled';
  }

  replace(nodes: readonly NodeRecord[], at: number): void {
    this.#byAddress = new Map();
    this.#byPath = new Map();
    this.readAt = at;
    for (const node of nodes) this.#put(node);
  }

  at(path: string): NodeRecord | undefined {
    return this.#byPath.get(path);
  }

  holder(address: IpAddress, routeDomain: number): NodeRecord | undefined {
    return this.#byAddress.get(routedText({ address, routeDomain }));
  }

  /** Where a member for this address goes: on the node that has it, if the pool may use that. */
  seat(
    pool: { readonly partition: string; readonly routeDomain: number },
    { address, port }: { readonly address: IpAddress; readonly port: number },
  ): Seat {
    const holder = this.holder(address, pool.routeDomain);
    const isUsable =
      holder !== undefined &&
      !holder.inFolder &&
      (holder.partition === pool.partition || holder.partition === 'Common');
    const node = isUsable ? holder.name : address;
    const partition = isUsable ? holder.partition : pool.partition;
    const name = memberName(node, port);
    return { partition, name, path: `/${partition}/${name}`, makesNode: holder === undefined };
  }

  /** It came to be with a member of ours. */
  add(partition: string, address: IpAddress, routeDomain: number): void {
    this.#put({
      path: `/${partition}/${address}`,
      name: address,
      partition,
      inFolder: false,
      address: routedText({ address, routeDomain }),
      plain: true,
    });
  }

  remove(path: string): void {
    const node = this.#byPath.get(path);
    this.#byPath.delete(path);
    if (node?.address !== undefined) this.#byAddress.delete(node.address);
  }

  #put(node: NodeRecord): void {
    this.#byPath.set(node.path, node);
    if (node.address !== undefined) this.#byAddress.set(node.address, node);
  }
}
