/**
 * The device as it is known now: partitions, nodes, and the pools that concern us.
 *
 * It becomes true by reads and by our own accepted writes. A read that overlaps with a write of the same pool may be older than it,
 * so it is left out, and the pool is read again when asked for. It asks nothing itself.
 */
import { problem, type Problem } from '../../model/problems.ts';
import { partitionOf, splitMember } from './names.ts';
import { Nodes } from './nodes.ts';
import type { Filling } from './query.ts';
import { carriesMark, isDraining, sameRecord, type PoolRecord } from './record.ts';

export interface PartitionRecord {
  readonly defaultRouteDomain: number;
  /** The product that owns it; undefined: nobody, as far as can be seen. */
  readonly owner: string | undefined;
}

/** A read under way. */
export interface Reading {
  readonly number: number;
  readonly version: number;
}

const notRead = problem('loadBalancer.incomplete', 'the pool has not been read yet');
const notWanted = problem(
  'loadBalancer.incomplete',
  'the pool is there, and what is in it is read once a mapping wants it',
);

export class Mirror {
  readonly nodes = new Nodes();
  partitions: ReadonlyMap<string, PartitionRecord> = new Map();
  /** Names of all pools of the partitions that were last read. */
  listed: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  /** undefined: read, and not there. */
  readonly #pools = new Map<string, PoolRecord | undefined>();
  readonly #doubts = new Map<string, Problem | undefined>();
  readonly #versions = new Map<string, number>();
  readonly #taken = new Map<string, number>();
  #readings = 0;

  routeDomainOf = (partition: string): number => this.partitions.get(partition)?.defaultRouteDomain ?? 0;

  get(name: string): PoolRecord | undefined {
    return this.#pools.get(name);
  }

  isRead(name: string): boolean {
    return this.#pools.has(name);
  }

  /** What its list of members held. */
  filling(name: string): Filling {
    const record = this.#pools.get(name);
    if (record === undefined) return 'unseen';
    return record.items.size === 0 ? 'empty' : 'filled';
  }

  /** Names of pools that were read, there or not. */
  names(): readonly string[] {
    return [...this.#pools.keys()];
  }

  *owned(): Iterable<PoolRecord> {
    for (const record of this.#pools.values()) if (record !== undefined && carriesMark(record)) yield record;
  }

  isDraining(name: string): boolean {
    const record = this.#pools.get(name);
    return record !== undefined && isDraining(record);
  }

  /** Why nothing can be said of it. */
  problem(name: string): Problem | undefined {
    const partition = partitionOf(name);
    const about = this.partitions.get(partition);
    if (about === undefined) return problem('pool.partition-missing', `partition ${partition}`);
    if (about.owner !== undefined)
      return problem('pool.partition-owned-by-other', `partition ${partition}: ${about.owner}`);
    return this.#doubts.get(name) ?? (this.#pools.has(name) ? undefined : this.#unread(name));
  }

  /** What was never read by itself is known as far as the list of its partition goes. */
  #unread(name: string): Problem | undefined {
    const names = this.listed.get(partitionOf(name));
    if (names === undefined || this.#doubts.has(name)) return notRead;
    return names.has(name) ? notWanted : undefined;
  }

  isInDoubt(name: string): boolean {
    return this.#doubts.has(name);
  }

  /** What is known may be behind. */
  suspect(name: string): void {
    if (!this.#doubts.has(name)) this.#doubts.set(name, undefined);
  }

  /** Nothing can be said until it was read. */
  unknown(name: string, why: Problem): void {
    this.#doubts.set(name, why);
  }

  begin(name: string): Reading {
    this.#readings += 1;
    return { number: this.#readings, version: this.#versions.get(name) ?? 0 };
  }

  /** Takes what was read, unless something newer is known; whether that is another record than before. */
  finish(name: string, reading: Reading, record: PoolRecord | undefined): boolean {
    if ((this.#taken.get(name) ?? 0) > reading.number) return false;
    if ((this.#versions.get(name) ?? 0) !== reading.version) {
      this.suspect(name);
      return false;
    }
    this.#taken.set(name, reading.number);
    this.#doubts.delete(name);
    const before = this.#pools.get(name);
    const next = withConnections(record, before);
    if (this.#pools.has(name) && sameRecord(before, next)) return false;
    this.#pools.set(name, next);
    return true;
  }

  /** A write is about to be sent, or was answered: reads that began before are of the past. */
  touch(name: string): void {
    this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1);
  }

  /** What we wrote and the device accepted. */
  write(name: string, record: PoolRecord | undefined): void {
    this.touch(name);
    this.#pools.set(name, record);
  }

  /** Connections that were counted; of no pool that was written meanwhile. */
  counted(name: string, reading: Reading, record: PoolRecord): void {
    if ((this.#versions.get(name) ?? 0) === reading.version) this.#pools.set(name, record);
  }

  /** Whether a member that is known, of any pool, stands on the node. */
  usesNode(path: string): boolean {
    for (const record of this.#pools.values())
      for (const member of record?.items.values() ?? [])
        if (splitMember(member.path).node === path) return true;
    return false;
  }

  /** Whether the node came to be with a member of ours that is still there. */
  madeNode(path: string): boolean {
    for (const record of this.#pools.values())
      for (const member of record?.items.values() ?? [])
        if (member.madeNode && splitMember(member.path).node === path) return true;
    return false;
  }
}

/** What was last counted stands while the member drains; it is counted again whenever somebody asks. */
function withConnections(
  record: PoolRecord | undefined,
  before: PoolRecord | undefined,
): PoolRecord | undefined {
  if (record === undefined || before === undefined) return record;
  let carried = false;
  const items = new Map(record.items);
  for (const [id, item] of items) {
    const connections = before.items.get(id)?.connections;
    if (connections === undefined || item.attributes['state'] === 'enabled') continue;
    items.set(id, { ...item, connections });
    carried = true;
  }
  return carried ? { ...record, items } : record;
}
