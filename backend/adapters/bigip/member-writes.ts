/**
 * What is done to members: one request for each, never a list, which would replace all that are there and forget what monitors found.
 *
 *     change       requests
 *     addItem      POST. There already (409): read; ours: PATCH what differs; anybody else's: refused, and left alone
 *     updateItem   PATCH of what differs (a changed mark: read before, so that metadata of others stays)
 *     removeItem   read whose it is now; DELETE; where its node came to be with it and nobody of ours is left on it: read the node, DELETE it
 */
import { problem, ProblemError } from '../../model/problems.ts';
import type { Change } from '../../model/plan.ts';
import type { ItemId } from '../../model/target-object.ts';
import { formatMark } from '../../model/ownership-mark.ts';
import { codes, isAbsence, isBigIpError, isClearNo, isThereAlready } from './bigip-error.ts';
import { differing, memberBody, newMemberBody } from './bodies.ts';
import { sameMark, withMark } from './marks.ts';
import { parseItemName, partitionOf, splitMember } from './names.ts';
import type { Seat } from './nodes.ts';
import { paths } from './paths.ts';
import type { MemberItem, PoolRecord } from './record.ts';
import type { Parts } from './write-parts.ts';

type Add = Extract<Change, { type: 'addItem' }>;
type Update = Extract<Change, { type: 'updateItem' }>;
type Remove = Extract<Change, { type: 'removeItem' }>;

/** Older than this, the list of nodes is read again before it is said that there is none. */
const nodesForMs = 30_000;

export class MemberWrites {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async add({ key: { name }, item }: Add, signal: AbortSignal): Promise<void> {
    const { mirror, upkeep, clock } = this.#parts;
    const at = parseItemName(item.name);
    if (at === undefined) throw new ProblemError('pool.refused', `"${item.name}" is no address with a port`);
    if (clock.monotonic() - mirror.nodes.readAt > nodesForMs) await upkeep.readNodes(signal);
    try {
      await this.#create(name, item, at, signal);
    } catch (thrown) {
      if (!isBigIpError(thrown) || thrown.code !== codes.addressTaken) throw thrown;
      // Somebody made the node since nodes were read; on a usable one it goes the second time.
      const before = this.#seat(name, at);
      await upkeep.readNodes(signal);
      const seat = this.#seat(name, at);
      if (seat.path === before.path) throw this.#elsewhere(name, at, thrown);
      await this.#create(name, item, at, signal);
    }
  }

  #seat(name: string, at: NonNullable<ReturnType<typeof parseItemName>>): Seat {
    const { mirror } = this.#parts;
    const partition = partitionOf(name);
    return mirror.nodes.seat({ partition, routeDomain: mirror.routeDomainOf(partition) }, at);
  }

  #elsewhere(name: string, at: NonNullable<ReturnType<typeof parseItemName>>, cause: Error): Error {
    const { mirror } = this.#parts;
    const holder = mirror.nodes.holder(at.address, mirror.routeDomainOf(partitionOf(name)));
    const where = holder === undefined ? '' : ` It is node ${holder.path}.`;
    return new ProblemError('pool.address-elsewhere', `${cause.message}${where}`, { cause });
  }

  async #create(
    name: string,
    item: Add['item'],
    at: NonNullable<ReturnType<typeof parseItemName>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { mirror, send } = this.#parts;
    const seat = this.#seat(name, at);
    const madeNode = seat.makesNode || mirror.madeNode(splitMember(seat.path).node);
    const body = {
      name: seat.name,
      partition: seat.partition,
      address: at.address,
      ...newMemberBody(item.attributes),
      metadata: withMark(item.mark, [], madeNode),
    };
    try {
      await send({ method: 'POST', path: paths.members(name), body }, signal);
    } catch (thrown) {
      if (!isThereAlready(thrown)) throw thrown;
      return this.#takeOver(name, item, { path: seat.path, refusal: thrown }, signal);
    }
    const routeDomain = mirror.routeDomainOf(partitionOf(name));
    if (seat.makesNode) mirror.nodes.add(seat.partition, at.address, routeDomain);
    this.#show(name, {
      ...created,
      id: item.id,
      name: item.name,
      attributes: { ...created.attributes, ...item.attributes },
      mark: item.mark,
      address: at.address,
      path: seat.path,
      madeNode,
    });
  }

  /** It is there: our own, from a write whose answer was lost, or somebody else's. */
  async #takeOver(
    name: string,
    item: Add['item'],
    { path, refusal }: { readonly path: string; readonly refusal: Error },
    signal: AbortSignal,
  ): Promise<void> {
    const { reader, mirror, send } = this.#parts;
    const found = await reader.member(name, path, mirror.routeDomainOf, signal);
    if (found?.item.mark?.instance !== item.mark.instance)
      throw new ProblemError('object.foreign', `member ${path}: ${refusal.message}`, { cause: refusal });
    const { item: there, metadata } = found;
    const body = {
      ...memberBody(differing(item.attributes, there.attributes)),
      ...(!sameMark(there.mark, item.mark) && { metadata: withMark(item.mark, metadata) }),
    };
    if (Object.keys(body).length > 0)
      await send({ method: 'PATCH', path: paths.member(name, path), body }, signal);
    this.#show(name, { ...there, attributes: { ...there.attributes, ...item.attributes }, mark: item.mark });
  }

  async update({ key: { name }, item }: Update, signal: AbortSignal): Promise<void> {
    const { send } = this.#parts;
    const there = this.#there(name, item.id);
    const body: Record<string, unknown> = { ...memberBody(differing(item.attributes, there.attributes)) };
    if (!sameMark(there.mark, item.mark)) body['metadata'] = await this.#remarked(name, there, item, signal);
    if (Object.keys(body).length > 0)
      await send({ method: 'PATCH', path: paths.member(name, there.path), body }, signal);
    const { connections, ...rest } = there;
    const attributes = { ...there.attributes, ...item.attributes };
    const isOff = attributes['state'] !== 'enabled';
    this.#show(name, {
      ...rest,
      ...(isOff && connections !== undefined && { connections }),
      attributes,
      mark: item.mark,
    });
  }

  /** As the mirror knows it; ours, by any mark. */
  #there(name: string, id: ItemId): MemberItem {
    const there = this.#parts.mirror.get(name)?.items.get(id);
    if (there === undefined)
      throw new ProblemError('loadBalancer.unknown-outcome', `${id} is not known in ${name}`);
    if (there.mark === undefined) throw new ProblemError('mark.lost', `member ${there.path} of ${name}`);
    return there;
  }

  async #remarked(
    name: string,
    there: MemberItem,
    item: Update['item'],
    signal: AbortSignal,
  ): Promise<unknown> {
    const { reader, mirror } = this.#parts;
    const found = await reader.member(name, there.path, mirror.routeDomainOf, signal);
    if (found === undefined)
      throw new ProblemError('loadBalancer.unknown-outcome', `member ${there.path} of ${name} is gone`);
    if (found.item.mark === undefined)
      throw new ProblemError('mark.lost', `member ${there.path} of ${name} carries no mark now`);
    return withMark(item.mark, found.metadata);
  }

  async remove(change: Remove, signal: AbortSignal): Promise<void> {
    const { key, item, itemName, mark } = change;
    const { reader, mirror } = this.#parts;
    const { name } = key;
    const at = parseItemName(itemName);
    const path = mirror.get(name)?.items.get(item)?.path ?? (at && this.#seat(name, at).path);
    if (path === undefined) throw new ProblemError('pool.refused', `"${itemName}" is no address with a port`);
    const found = await reader.member(name, path, mirror.routeDomainOf, signal);
    if (found === undefined) {
      this.#forget(name, item);
      return;
    }
    if (!sameMark(found.item.mark, mark)) {
      const now = found.item.mark === undefined ? 'no mark' : formatMark(found.item.mark);
      throw new ProblemError('mark.lost', `member ${path} of ${name} carries ${now} now`);
    }
    await this.#delete(name, path, signal);
    this.#forget(name, item);
    if (found.item.madeNode) await this.#removeNode(splitMember(path).node, signal);
  }

  async #delete(name: string, path: string, signal: AbortSignal): Promise<void> {
    const { reader, mirror, send } = this.#parts;
    try {
      await send({ method: 'DELETE', path: paths.member(name, path) }, signal);
    } catch (thrown) {
      if (!isAbsence(thrown)) throw thrown;
      // It was there a moment ago: gone meanwhile, or a device that does not know its own objects.
      const left = await reader.member(name, path, mirror.routeDomainOf, signal);
      if (left !== undefined) throw new ProblemError('loadBalancer.unknown-outcome', thrown.text);
    }
  }

  /** Of no consequence to the change: what is in doubt stays. */
  async #removeNode(path: string, signal: AbortSignal): Promise<void> {
    const { reader, mirror, send, log } = this.#parts;
    if (mirror.usesNode(path)) return;
    try {
      const node = await reader.node(path, mirror.routeDomainOf, signal);
      if (node?.plain !== true) return;
      await send({ method: 'DELETE', path: paths.node(path) }, signal);
      mirror.nodes.remove(path);
    } catch (thrown) {
      const why = isBigIpError(thrown) ? thrown.text : String(thrown);
      log(isClearNo(thrown) ? 'debug' : 'info', 'a node stays', { node: path, why });
    }
  }

  #show(name: string, member: MemberItem): void {
    const record = this.#record(name);
    this.#parts.mirror.write(name, { ...record, items: new Map(record.items).set(member.id, member) });
  }

  #forget(name: string, item: ItemId): void {
    const record = this.#record(name);
    const items = new Map(record.items);
    items.delete(item);
    this.#parts.mirror.write(name, { ...record, items });
  }

  #record(name: string): PoolRecord {
    const record = this.#parts.mirror.get(name);
    if (record !== undefined) return record;
    const { code, detail } = problem('loadBalancer.unknown-outcome', `pool ${name} is not known`);
    throw new ProblemError(code, detail);
  }
}

const created = {
  kind: 'member',
  attributes: { state: 'enabled', weight: '1', priorityGroup: '0', connectionLimit: '0' },
} as const;
