/** What is asked of a device, in its own words; answers decoded. Keeps nothing. */
import { ProblemError } from '../../model/problems.ts';
import { isAbsence, isBigIpError, isNotRegistered } from './bigip-error.ts';
import { isRecord, numberOf, recordsOf, statisticsOf, textOf, type Json } from './json.ts';
import { partitionOf, pathOfUrlKey } from './names.ts';
import { nodesPath, paths } from './paths.ts';
import type { Filling, Query } from './query.ts';
import {
  isMember,
  itemsOf,
  memberFields,
  memberOf,
  nodeFields,
  nodeOf,
  poolFields,
  poolHeadOf,
  type MemberItem,
  type NodeRecord,
  type PoolHead,
  type PoolRecord,
  type RouteDomainOf,
} from './record.ts';
import { metadataOf, type MetadataEntry } from './marks.ts';

/** Tenants of AS3 with whose declaration it is; `unknown`: it could not be asked. */
export type As3Tenants = ReadonlyMap<string, string> | 'unknown';

export class Reader {
  readonly #query: Query;

  constructor(query: Query) {
    this.#query = query;
  }

  /** Names with their default route domains. There is always one. */
  async partitions(signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const found = await this.#query.list(
      '/mgmt/tm/auth/partition?$select=name,fullPath,defaultRouteDomain',
      signal,
    );
    if (found.length === 0) throw new ProblemError('loadBalancer.incomplete', 'no partition is shown');
    return new Map(
      found.map((each) => [
        textOf(each['name']) || textOf(each['fullPath']),
        numberOf(each['defaultRouteDomain']) ?? 0,
      ]),
    );
  }

  /** What AS3 was last told; `before`: what it said the last time, for while it starts. */
  async as3(before: As3Tenants | undefined, signal?: AbortSignal): Promise<As3Tenants> {
    try {
      const said = await this.#query.get('/mgmt/shared/appsvcs/declare', signal);
      return said === undefined ? new Map() : tenantsOf(said);
    } catch (thrown) {
      if (before !== undefined && before !== 'unknown' && before.size > 0) return before;
      // AS3 is not installed, or is starting.
      if (isNotRegistered(thrown) && (await this.#isWithoutAs3(signal))) return new Map();
      if (isBigIpError(thrown) && thrown.status !== 401) return 'unknown';
      throw thrown;
    }
  }

  /** The device says what is installed, and AS3 is not. */
  async #isWithoutAs3(signal?: AbortSignal): Promise<boolean> {
    try {
      const said = await this.#query.get('/mgmt/shared/iapp/global-installed-packages', signal);
      const items = said?.['items'];
      return Array.isArray(items) && recordsOf(items).every((each) => each['appName'] !== 'f5-appsvcs');
    } catch (thrown) {
      if (isBigIpError(thrown) && thrown.status !== 401) return false;
      throw thrown;
    }
  }

  /** Partitions with a folder of an application in them, as AS3 makes them, and its name. */
  async applications(signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const found = await this.#query.list('/mgmt/tm/sys/folder?$select=name,fullPath', signal);
    const folders = found.map((each) => textOf(each['fullPath']));
    const inner = folders.filter((path) => path.split('/').length === 3 && !path.startsWith('/Common/'));
    return new Map(inner.map((path) => [path.split('/')[1] ?? '', path]));
  }

  async nodes(
    routeDomainOf: RouteDomainOf,
    known: Filling,
    signal?: AbortSignal,
  ): Promise<readonly NodeRecord[]> {
    const found = await this.#query.list(`${nodesPath}?$select=${nodeFields}`, signal, known);
    return found.map((each) => nodeOf(each, routeDomainOf));
  }

  async node(
    path: string,
    routeDomainOf: RouteDomainOf,
    signal?: AbortSignal,
  ): Promise<NodeRecord | undefined> {
    try {
      const found = await this.#query.get(paths.node(path), signal);
      return found === undefined ? undefined : nodeOf(found, routeDomainOf);
    } catch (thrown) {
      if (isAbsence(thrown)) return undefined;
      throw thrown;
    }
  }

  /** Every pool of a partition, without members. */
  async heads(
    partition: string,
    known: Filling,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, PoolHead>> {
    const path = `${paths.pools}?$filter=partition+eq+${encodeURIComponent(partition)}&$select=${poolFields}`;
    const found = await this.#query.list(path, signal, known);
    return new Map(found.map(poolHeadOf).map((head) => [head.name, head]));
  }

  /** Partitions in which a pool carries a mark, of all that we may read. */
  async markedPartitions(signal?: AbortSignal): Promise<ReadonlySet<string>> {
    const found = await this.#query.list(`${paths.pools}?$select=fullPath,metadata`, signal);
    const marked = found.map(poolHeadOf).filter(({ mark }) => mark !== undefined);
    return new Set(marked.map(({ name }) => partitionOf(name)));
  }

  /** Its members, complete. */
  async filled(head: PoolHead, routeDomainOf: RouteDomainOf, options: ReadOptions): Promise<PoolRecord> {
    const path = `${paths.members(head.name)}?$select=${memberFields}`;
    const found = await this.#query.list(path, options.signal, options.known);
    return { ...head, items: itemsOf(`/${head.name}`, found, routeDomainOf) };
  }

  /** undefined: it is certainly not there. */
  async pool(
    name: string,
    routeDomainOf: RouteDomainOf,
    options: ReadOptions,
  ): Promise<PoolRecord | undefined> {
    const found = await this.#query.one(`${paths.pool(name)}?$select=${poolFields}`, {
      signal: options.signal,
      wasSeen: options.known !== 'unseen',
    });
    return found === undefined ? undefined : this.filled(poolHeadOf(found), routeDomainOf, options);
  }

  /** Paths of its members as the pool itself tells them: another answer than their list. */
  async expanded(name: string, signal?: AbortSignal): Promise<readonly string[]> {
    const found = await this.#query.get(`${paths.pool(name)}?expandSubcollections=true`, signal);
    const reference = found?.['membersReference'];
    if (!isRecord(reference))
      throw new ProblemError('loadBalancer.incomplete', `${name}: no members are told`);
    return recordsOf(reference['items']).map((each) => textOf(each['fullPath']));
  }

  async poolMetadata(name: string, signal?: AbortSignal): Promise<readonly MetadataEntry[] | undefined> {
    const found = await this.#query.one(paths.pool(name), { signal, wasSeen: true });
    return found === undefined ? undefined : metadataOf(found['metadata']);
  }

  /** undefined: it is certainly not there. */
  async member(
    pool: string,
    path: string,
    routeDomainOf: RouteDomainOf,
    signal?: AbortSignal,
  ): Promise<{ readonly item: MemberItem; readonly metadata: readonly MetadataEntry[] } | undefined> {
    const found = await this.#query.one(paths.member(pool, path), {
      signal,
      wasSeen: true,
      isWhole: isMember,
    });
    if (found === undefined) return undefined;
    return { item: memberOf(found, routeDomainOf), metadata: metadataOf(found['metadata']) };
  }

  /** Connections by the path of the member. */
  async connections(pool: string, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const said = await this.#query.get(`${paths.members(pool)}/stats`, signal);
    const found = new Map<string, number>();
    for (const { link, entries } of statisticsOf(said)) {
      const key = /\/members\/([^/]+)(?:\/stats)?\/?$/.exec(link)?.[1];
      const count = connectionsOf(entries);
      if (key !== undefined && count !== undefined) found.set(pathOfUrlKey(key), count);
    }
    return found;
  }
}

export interface ReadOptions {
  /** What was known of its members. */
  readonly known: Filling;
  readonly signal?: AbortSignal | undefined;
}

function connectionsOf(entries: Json): number | undefined {
  const current = entries['serverside.curConns'];
  return isRecord(current) ? numberOf(current['value']) : undefined;
}

function tenantsOf(declaration: Json): ReadonlyMap<string, string> {
  const controls = declaration['controls'];
  const agent = isRecord(controls) ? textOf(controls['userAgent']) : '';
  const tenants = Object.entries(declaration).filter(
    // Its Common is the folder /Common/Shared only.
    ([name, value]) => name !== 'Common' && isRecord(value) && value['class'] === 'Tenant',
  );
  return new Map(
    tenants.map(([name]) => [name, agent === '' ? 'a tenant of AS3' : `a tenant of AS3, by ${agent}`]),
  );
}
