/**
 * Keeps the mirror true: reads everything, or the backends that are in doubt and those where something is on its way out.
 */
import { problem, problemOf } from '../../model/problems.ts';
import type { Doubts } from './doubts.ts';
import { serverOf, type Backend, type Mirror, type Server } from './mirror.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { isLegalName } from './server-name.ts';
import { parseBackends, parseLimits, parseServersConn, parseServersState } from './tables.ts';

export interface UpkeepOptions {
  readonly api: RuntimeApi;
  readonly mirror: Mirror;
  readonly doubts: Doubts;
  /** Whether any mapping limits connections: they take a read of their own. */
  readonly readsLimits: () => boolean;
  /** Nothing is asked before the process that answers has been looked at and read. */
  readonly isTrue: () => boolean;
  /** Backends that nobody asked about were found changed. */
  readonly onChanged: (names: readonly string[]) => void;
}

/** From this many backends on, all are read at once. */
const manyBackends = 4;

export class Upkeep {
  readonly #options: UpkeepOptions;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Servers of ours are known. */
  get hasOwned(): boolean {
    return this.#options.mirror.owned()[Symbol.iterator]().next().done !== true;
  }

  /** Throws when not everything could be read; then nothing is changed. Returns the names that changed. To be called with the turn. */
  async readAll(): Promise<readonly string[]> {
    const { api, mirror, doubts } = this.#options;
    const [names = ''] = await api.read('show backend');
    const read = await this.#servers('', isAnythingLeaving(mirror));
    const backends = new Map<string, Backend>(
      parseBackends(names).map((name) => [name, read.get(name) ?? new Map<string, Server>()]),
    );
    doubts.clear();
    return mirror.replaceAll(backends);
  }

  /** Never rejects: what could not be read is left as a doubt. */
  async refresh(names: readonly string[]): Promise<void> {
    const { api, doubts } = this.#options;
    await api.take(async () => {
      if (!this.#options.isTrue()) return;
      const due = [...new Set(names)].filter((name) => isLegalName(name) && this.#isDue(name));
      try {
        if (due.length >= manyBackends) await this.#readAround(due);
        else for (const name of due) await this.#readBackend(name);
      } catch (thrown) {
        const { detail } = problemOf(thrown);
        for (const name of due) doubts.unknown(name, problem('loadBalancer.incomplete', detail));
      }
    });
  }

  async #readAround(due: readonly string[]): Promise<void> {
    const asked = new Set(due);
    this.#options.onChanged((await this.readAll()).filter((name) => !asked.has(name)));
  }

  /** In doubt, not known to be there, with connections to count, or read before limits mattered. */
  #isDue(name: string): boolean {
    const { mirror, doubts, readsLimits } = this.#options;
    const backend = mirror.backend(name);
    if (backend === undefined || doubts.has(name) || isLeaving(backend)) return true;
    return (
      readsLimits() && backend.values().some(({ own, limit }) => own !== undefined && limit === undefined)
    );
  }

  async #readBackend(name: string): Promise<void> {
    const { mirror, doubts } = this.#options;
    const before = mirror.backend(name);
    const read = await this.#servers(name, before !== undefined && isLeaving(before));
    mirror.replace(name, read.get(name));
    doubts.settle(name);
  }

  /** Servers of one backend, or of all that have any. */
  async #servers(only: string, counts: boolean): Promise<Map<string, Map<string, Server>>> {
    const { api } = this.#options;
    const backends = new Map<string, Map<string, Server>>();
    const [raw = ''] = await api.read(`show servers state ${only}`.trim());
    const rows = parseServersState(raw);
    if (rows === undefined) return backends;
    if (only !== '') backends.set(only, new Map());
    const [used, limits] = await this.#beside(only, counts);
    for (const row of rows) {
      const backend = row('be_name');
      const server = serverOf(row);
      const id = `${backend}/${server.name}`;
      const servers = backends.get(backend) ?? new Map<string, Server>();
      const connections = server.admin === 'enabled' ? undefined : used?.get(id);
      backends.set(backend, servers.set(server.name, { ...server, connections, limit: limits?.get(id) }));
    }
    return backends;
  }

  async #beside(only: string, counts: boolean) {
    const { api, readsLimits } = this.#options;
    const connections = async (): Promise<string> =>
      (await api.read(`show servers conn ${only}`.trim()))[0] ?? '';
    const statistics = async (): Promise<string> =>
      (await api.read(`show stat ${only === '' ? '-1' : only} 4 -1`))[0] ?? '';
    const used = counts ? parseServersConn(await connections()) : undefined;
    const limits = readsLimits() ? parseLimits(await statistics()) : undefined;
    return [used, limits] as const;
  }
}

/** Connections are counted of what takes no new ones. */
function isLeaving(backend: Backend): boolean {
  return backend.values().some(({ own, admin }) => own !== undefined && admin !== 'enabled');
}

function isAnythingLeaving(mirror: Mirror): boolean {
  return [...mirror.owned()].some((name) => isLeaving(mirror.backend(name) ?? new Map<string, Server>()));
}
