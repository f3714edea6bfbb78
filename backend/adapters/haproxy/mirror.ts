/**
 * What is known of every backend and its servers, and the same in the words of rounds. Changed only by what HAProxy said: a reply to
 * a read, or to a write.
 */
import type { InstanceId, SystemName, TargetKey } from '../../model/identity.ts';
import { parseAddress, type IpAddress } from '../../model/ip.ts';
import { problem, type Problem } from '../../model/problems.ts';
import { itemId, type ActualItem, type ActualObject, type ItemId } from '../../model/target-object.ts';
import { memberName, parseServerName, type OwnName } from './server-name.ts';
import type { Row } from './tables.ts';

export interface Server {
  readonly name: string;
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly admin: AdminState;
  readonly weight: string;
  /** undefined: not read, since no mapping limits connections. */
  readonly limit?: string | undefined;
  /** Counted for what takes no new traffic; undefined where nobody asked. */
  readonly connections?: number | undefined;
  /** What its name says, when it is one that we give. */
  readonly own: OwnName | undefined;
}

export type AdminState = 'enabled' | 'drain' | 'maint';
export type Backend = ReadonlyMap<string, Server>;

const maintenance = 0x23;
const draining = 0x18;

/** 0x04 only says what the configuration began with. */
function adminState(bits: number): AdminState {
  if ((bits & maintenance) !== 0) return 'maint';
  return (bits & draining) === 0 ? 'enabled' : 'drain';
}

export function serverOf(row: Row): Server {
  const name = row('srv_name');
  return {
    name,
    id: Number(row('srv_id')),
    address: row('srv_addr'),
    port: Number(row('srv_port')),
    admin: adminState(Number(row('srv_admin_state'))),
    weight: row('srv_uweight'),
    own: parseServerName(name),
  };
}

/** Whether it points where its name says. */
export function isAstray({ own, address, port }: Server): boolean {
  return own !== undefined && (own.place.port !== port || parseAddress(address) !== own.place.address);
}

export class Mirror {
  readonly #system: SystemName;
  readonly #backends = new Map<string, Map<string, Server>>();
  readonly #answered = new Map<string, ActualObject>();

  constructor(system: SystemName) {
    this.#system = system;
  }

  backend(name: string): Backend | undefined {
    return this.#backends.get(name);
  }

  /** Everything was read; returns the names of backends that differ from what was known. */
  replaceAll(read: ReadonlyMap<string, Backend>): readonly string[] {
    const names = new Set([...this.#backends.keys(), ...read.keys()]);
    return [...names].filter((name) => this.replace(name, read.get(name)));
  }

  /** One backend was read; undefined: there is none. Returns whether that is news. */
  replace(name: string, read: Backend | undefined): boolean {
    const isNews = fingerprint(this.#backends.get(name)) !== fingerprint(read);
    this.#answered.delete(name);
    if (read === undefined) this.#backends.delete(name);
    else this.#backends.set(name, new Map(read));
    return isNews;
  }

  put(backend: string, server: Server): void {
    this.#backends.get(backend)?.set(server.name, server);
    this.#answered.delete(backend);
  }

  remove(backend: string, server: string): void {
    this.#backends.get(backend)?.delete(server);
    this.#answered.delete(backend);
  }

  /** Backends that hold a server of any installation of this product. */
  *owned(): Iterable<string> {
    for (const [name, servers] of this.#backends)
      if (servers.values().some(({ own }) => own !== undefined)) yield name;
  }

  /**
   * Of this installation, several may stand for one member: where a mapping took it over from another. The one that serves best is the
   * member, be it of another installation; what is of that is never surplus here.
   */
  *surplus(instance: InstanceId): Iterable<{ readonly backend: string; readonly server: Server }> {
    for (const [backend, servers] of this.#backends) {
      const chosen = new Set(membersOf(servers).values());
      for (const server of servers.values())
        if (server.own?.mark.instance === instance && !chosen.has(server)) yield { backend, server };
    }
  }

  object(name: string): ActualObject | undefined {
    const servers = this.#backends.get(name);
    if (servers === undefined) return undefined;
    const known = this.#answered.get(name);
    if (known !== undefined) return known;
    const object = objectOf({ system: this.#system, kind: 'pool', name }, servers);
    this.#answered.set(name, object);
    return object;
  }
}

function fingerprint(backend: Backend | undefined): string | undefined {
  if (backend === undefined) return undefined;
  return [...backend.values()]
    .map((server) =>
      [server.name, server.id, server.address, server.port, server.admin, server.weight, server.limit].join(),
    )
    .sort()
    .join(' ');
}

function objectOf(key: TargetKey, servers: Backend): ActualObject {
  const items = new Map([...membersOf(servers)].map(([id, server]) => [id, itemOf(id, server)]));
  const foreign = [...servers.values()].filter(({ own }) => own === undefined);
  return {
    key,
    exists: true,
    mark: undefined,
    attributes: {},
    items,
    foreignChildren: foreign.length,
    reachability: undefined,
    problems: foreign.length === 0 ? [] : [foreignProblem(key.name, foreign)],
  };
}

/** The server that stands for each member. */
export function membersOf(servers: Backend): Map<ItemId, Server> {
  const members = new Map<ItemId, Server>();
  for (const server of servers.values()) {
    const id = itemIdOf(server);
    const other = members.get(id);
    if (other === undefined || rank(server) > rank(other)) members.set(id, server);
  }
  return members;
}

const ranks: Readonly<Record<AdminState, number>> = { enabled: 2, drain: 1, maint: 0 };

function rank(server: Server): number {
  return (server.own === undefined ? 0 : 10) + ranks[server.admin];
}

function itemIdOf({ own, address, port }: Server): ItemId {
  if (own !== undefined) return itemId('member', memberName(own.place));
  const parsed = parseAddress(address);
  return itemId(
    'member',
    parsed === undefined ? `${address}:${port}` : memberName({ address: parsed, port }),
  );
}

function itemOf(id: ItemId, server: Server): ActualItem {
  const { own, admin, weight, limit, connections } = server;
  const address: IpAddress | undefined = own?.place.address ?? parseAddress(server.address);
  return {
    id,
    kind: 'member',
    name: id.slice('member:'.length),
    attributes: {
      state: isAstray(server) ? 'astray' : admin,
      weight,
      ...(limit !== undefined && { connectionLimit: limit }),
    },
    mark: own?.mark,
    address,
    ...(connections !== undefined && { connections }),
  };
}

const mostNamed = 5;

function foreignProblem(backend: string, foreign: readonly Server[]): Problem {
  const named = foreign.slice(0, mostNamed).map(({ name }) => name);
  const more = foreign.length > mostNamed ? ` and ${foreign.length - mostNamed} more` : '';
  return problem('pool.foreign-member', `${backend}: ${named.join(', ')}${more}`);
}
