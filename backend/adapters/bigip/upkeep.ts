/**
 * Keeps the mirror true: reads everything, or a few pools. What fails leaves its pool unknown; nothing is thrown out that could not be
 * read.
 *
 *     a full read asks                                  requests
 *     who the device is, and whether it is active       2
 *     partitions; tenants of AS3 (every five minutes)   1 (+ 1)
 *     nodes                                             1
 *     partitions with marks of ours (once, and whenever
 *     mappings use other partitions than before)        1
 *     pools of each partition that is used, no members  1 each
 *     members of pools that concern us                  1 each, at most three at a time
 *
 * Pools concern us when they carry our mark, are what rounds refresh, or hold members of ours. Members of ours in a pool of a person's that no mapping
 * wants any more show nowhere but in that pool: so the first read looks into every pool of a partition, where that is affordable. Partitions
 * are read that mappings use, and those where something of ours is left that no mapping names any more.
 */
import type { Clock } from '../../model/clock.ts';
import { isOfTheDevice, problemOfFailure } from './bigip-error.ts';
import type { Mirror, PartitionRecord } from './mirror.ts';
import { partitionOf, poolPath } from './names.ts';
import type { Log } from './options.ts';
import type { Filling } from './query.ts';
import type { As3Tenants, Reader } from './reader.ts';
import { carriesMark, isOff, type PoolHead, type PoolRecord } from './record.ts';

export interface UpkeepOptions {
  readonly reader: Reader;
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly log: Log;
  /** Throws unless the confirmed device answers, and its active unit; called before everything is read, and after. */
  readonly confirm: (when: 'before' | 'after') => Promise<void>;
}

/** Pools by name, without members. */
type Heads = ReadonlyMap<string, PoolHead>;

const atOnce = 3;
/** Up to this many pools of a partition are looked into by the first read. */
const mostScanned = 200;
const as3EveryMs = 300_000;

export class Upkeep {
  readonly #options: UpkeepOptions;
  #targetPartitions: ReadonlySet<string> = new Set();
  /** Where pools of ours were found, mapped or not; undefined: to be looked for. */
  #markedPartitions: ReadonlySet<string> | undefined;
  /** What rounds asked for; from then on it is read along. */
  readonly #wanted = new Set<string>();
  readonly #scanned = new Set<string>();
  /** What lists of pools held, by partition. */
  readonly #fillings = new Map<string, Filling>();
  #as3: { readonly tenants: As3Tenants; readonly at: number } | undefined;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Partitions that mappings use; whether there is one among them that was not read. */
  use(partitions: ReadonlySet<string>): boolean {
    if (!isSame(partitions, this.#targetPartitions)) this.#markedPartitions = undefined;
    this.#targetPartitions = partitions;
    return [...partitions].some((partition) => !this.#scanned.has(partition));
  }

  /** Reads everything; answers names that are others now, or are readable again. */
  async readAll(signal: AbortSignal): Promise<readonly string[]> {
    await this.#readHead(signal);
    this.#markedPartitions ??= await this.#survey(signal);
    const { mirror } = this.#options;
    const changed: string[] = [];
    const listed = new Map<string, ReadonlySet<string>>();
    for (const partition of this.#partitions()) {
      const about = mirror.partitions.get(partition);
      if (about === undefined || about.owner !== undefined) continue;
      const heads = await this.#heads(partition, signal);
      changed.push(...(await this.#readPools(partition, heads, signal)));
      listed.set(partition, new Set(heads.keys()));
    }
    await this.#options.confirm('after');
    mirror.listed = listed;
    return changed;
  }

  /** Makes these true that are in doubt or were never read, and counts connections where something drains. Throws what is of the device. */
  async refresh(names: readonly string[], signal: AbortSignal): Promise<void> {
    const { mirror } = this.#options;
    for (const name of names) this.#wanted.add(name);
    const known = names.filter((name) => this.#isReadable(name));
    await eachOf(known, async (name) => {
      if (!mirror.isRead(name) || mirror.isInDoubt(name)) await this.readPool(name, signal);
      if (mirror.isDraining(name)) await this.#count(name, signal);
    });
  }

  /** Whether it is another one now. What fails is left as a doubt, or thrown when it is not of this pool alone. */
  async readPool(name: string, signal: AbortSignal): Promise<boolean> {
    const { reader, mirror } = this.#options;
    return this.#reading(name, () =>
      reader.pool(name, mirror.routeDomainOf, { signal, known: mirror.filling(name) }),
    );
  }

  async readNodes(signal?: AbortSignal): Promise<void> {
    const { reader, mirror, clock } = this.#options;
    const at = clock.monotonic();
    mirror.nodes.replace(await reader.nodes(mirror.routeDomainOf, mirror.nodes.filling, signal), at);
  }

  #isReadable(name: string): boolean {
    const about = this.#options.mirror.partitions.get(partitionOf(name));
    return poolPath(name) !== undefined && about?.owner === undefined && about !== undefined;
  }

  #partitions(): ReadonlySet<string> {
    const used = new Set([...this.#targetPartitions, ...(this.#markedPartitions ?? [])]);
    for (const name of this.#wanted) used.add(partitionOf(name));
    for (const { name } of this.#options.mirror.owned()) used.add(partitionOf(name));
    return used;
  }

  /** A list that is too long for the device must not keep it from being read: then it is asked for the next time. */
  async #survey(signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
    const { reader, log } = this.#options;
    try {
      return await reader.markedPartitions(signal);
    } catch (thrown) {
      if (isOfTheDevice(thrown) || signal.aborted) throw thrown;
      log('warn', 'partitions that no mapping uses could not be looked into', {
        problem: problemOfFailure(thrown),
      });
      return undefined;
    }
  }

  async #readHead(signal: AbortSignal): Promise<void> {
    const { reader, mirror, confirm } = this.#options;
    await confirm('before');
    const found = await reader.partitions(signal);
    const owners = await this.#owners(signal);
    mirror.partitions = new Map(
      [...found].map(([name, defaultRouteDomain]): [string, PartitionRecord] => [
        name,
        { defaultRouteDomain, owner: owners.get(name) },
      ]),
    );
    await this.readNodes(signal);
  }

  /** Whose partitions are. Folders speak only where AS3 cannot be asked: people make folders, too. */
  async #owners(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { reader, clock } = this.#options;
    const now = clock.monotonic();
    const isKnown = this.#as3 !== undefined && this.#as3.tenants !== 'unknown';
    if (this.#as3 === undefined || !isKnown || now - this.#as3.at >= as3EveryMs)
      this.#as3 = { tenants: await reader.as3(this.#as3?.tenants, signal), at: now };
    const { tenants } = this.#as3;
    if (tenants !== 'unknown') return tenants;
    const folders = await reader.applications(signal);
    const reasons = [...folders].map(([partition, folder]): [string, string] => [
      partition,
      `it holds ${folder}, as a tenant of AS3 does, and AS3 could not be asked`,
    ]);
    return new Map(reasons);
  }

  async #heads(partition: string, signal: AbortSignal): Promise<Heads> {
    const known = this.#fillings.get(partition) ?? 'unseen';
    const heads = await this.#options.reader.heads(partition, known, signal);
    this.#fillings.set(partition, heads.size === 0 ? 'empty' : 'filled');
    return heads;
  }

  async #readPools(partition: string, heads: Heads, signal: AbortSignal): Promise<readonly string[]> {
    const { mirror, log } = this.#options;
    const isScan = !this.#scanned.has(partition) && heads.size <= mostScanned;
    if (heads.size > mostScanned && !this.#scanned.has(partition))
      log('info', 'too many pools to look for members that no mapping wants', {
        partition,
        pools: heads.size,
      });
    const changed: string[] = [];
    await eachOf([...heads.values()], async (head) => {
      if ((isScan || this.#concerns(head)) && (await this.#readMembers(head, signal)))
        changed.push(head.name);
    });
    const missing = [...new Set([...mirror.names(), ...this.#wanted])].filter(
      (name) => partitionOf(name) === partition && !heads.has(name) && this.#isUncertain(name),
    );
    await eachOf(missing, async (name) => {
      if (await this.readPool(name, signal)) changed.push(name);
    });
    this.#scanned.add(partition);
    return changed;
  }

  #concerns({ name, mark }: PoolHead): boolean {
    const known = this.#options.mirror.get(name);
    return mark !== undefined || this.#wanted.has(name) || (known !== undefined && carriesMark(known));
  }

  /** It is not in the list, and was there, or was never read. */
  #isUncertain(name: string): boolean {
    const { mirror } = this.#options;
    if (poolPath(name) === undefined) return false;
    return mirror.get(name) !== undefined || !mirror.isRead(name) || mirror.isInDoubt(name);
  }

  #readMembers(head: PoolHead, signal: AbortSignal): Promise<boolean> {
    const { reader, mirror } = this.#options;
    const known = mirror.filling(head.name);
    const read = (): Promise<PoolRecord> => reader.filled(head, mirror.routeDomainOf, { signal, known });
    return this.#concerns(head) ? this.#reading(head.name, read) : this.#look(head.name, read);
  }

  /** Into a pool that is kept only if members of ours are in it: it would not be read again. */
  async #look(name: string, read: () => Promise<PoolRecord>): Promise<boolean> {
    const { mirror } = this.#options;
    const reading = mirror.begin(name);
    try {
      const record = await read();
      return carriesMark(record) && mirror.finish(name, reading, record);
    } catch (thrown) {
      if (isOfTheDevice(thrown)) throw thrown;
      this.#options.log('info', 'a pool was not looked into', {
        pool: name,
        problem: problemOfFailure(thrown),
      });
      return false;
    }
  }

  async #reading(name: string, read: () => Promise<PoolRecord | undefined>): Promise<boolean> {
    const { mirror } = this.#options;
    const reading = mirror.begin(name);
    try {
      return mirror.finish(name, reading, await read());
    } catch (thrown) {
      mirror.unknown(name, problemOfFailure(thrown));
      if (isOfTheDevice(thrown)) throw thrown;
      this.#options.log('warn', 'a pool could not be read', {
        pool: name,
        problem: problemOfFailure(thrown),
      });
      return false;
    }
  }

  /** A count that fails is no count; what drains then waits for its deadline. */
  async #count(name: string, signal: AbortSignal): Promise<void> {
    const { reader, mirror, log } = this.#options;
    const reading = mirror.begin(name);
    let counts: ReadonlyMap<string, number> = new Map();
    try {
      counts = await reader.connections(name, signal);
    } catch (thrown) {
      log('info', 'connections could not be counted', { pool: name, problem: problemOfFailure(thrown) });
    }
    const record = mirror.get(name);
    if (record !== undefined) mirror.counted(name, reading, countedIn(record, counts));
  }
}

function countedIn(record: PoolRecord, counts: ReadonlyMap<string, number>): PoolRecord {
  const items = new Map(record.items);
  for (const [id, item] of items) {
    const connections = isOff(item.attributes) ? counts.get(item.path) : undefined;
    const { connections: before, ...rest } = item;
    if (connections !== before) items.set(id, connections === undefined ? rest : { ...rest, connections });
  }
  return { ...record, items };
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}

/** A few at a time; after the first failure no other is begun. */
async function eachOf<Each>(all: readonly Each[], act: (each: Each) => Promise<void>): Promise<void> {
  const queue = [...all];
  const work = async (): Promise<void> => {
    for (let each = queue.shift(); each !== undefined; each = queue.shift()) await act(each);
  };
  const workers = Array.from({ length: Math.min(atOnce, all.length) }, () =>
    work().catch((thrown: unknown) => {
      queue.length = 0;
      throw thrown;
    }),
  );
  await Promise.all(workers);
}
