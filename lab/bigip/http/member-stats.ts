/** Statistics as `.../stats` shows them: nested entries whose names are URLs. */
import { members, nodes, pools } from '../config/kinds.ts';
import { splitMember } from '../config/names.ts';
import { nodePathOf } from '../config/references.ts';
import type { ConfigObject, Store } from '../config/store.ts';
import type { Connections } from '../status/connections.ts';
import { ruleOf, type HealthChecks, type Status } from '../status/health.ts';
import type { Json, Renderer } from './render.ts';

export interface StatsParts {
  readonly store: Store;
  readonly renderer: Renderer;
  readonly health: HealthChecks;
  readonly connections: Connections;
}

const zeros = [
  'connq.ageEdm',
  'connq.ageEma',
  'connq.ageHead',
  'connq.ageMax',
  'connq.depth',
  'connq.serviced',
  'curSessions',
  'serverside.bitsIn',
  'serverside.bitsOut',
  'serverside.maxConns',
  'serverside.pktsIn',
  'serverside.pktsOut',
  'serverside.totConns',
  'totRequests',
];

export class MemberStats {
  readonly #parts: StatsParts;

  constructor(parts: StatsParts) {
    this.#parts = parts;
  }

  ofMembers(pool: ConfigObject): Json {
    const { store, renderer } = this.#parts;
    const list = [...store.all('member', pool.path)];
    return {
      kind: 'tm:ltm:pool:members:memberscollectionstats',
      generation: store.generation,
      selfLink: renderer.link(`${renderer.collectionPath(members, pool.path)}/stats`),
      entries: Object.fromEntries(list.map((member) => this.#entry(members, member, this.#member(member)))),
    };
  }

  ofMember(member: ConfigObject): Json {
    return this.#single('tm:ltm:pool:members:membersstats', members, member, this.#member(member));
  }

  ofNode(node: ConfigObject): Json {
    const status = this.#parts.health.ofNode(node);
    return this.#single('tm:ltm:node:nodestats', nodes, node, {
      ...described({ addr: String(node.attributes['address']), tmName: node.path }),
      ...statusEntries(status),
      ...counted(0),
    });
  }

  ofPool(pool: ConfigObject): Json {
    const { store, health, connections } = this.#parts;
    const list = [...store.all('member', pool.path)];
    const statuses = list.map((member) => health.ofMember(member));
    const isUp = statuses.some(({ availability }) => availability === 'available');
    const isDown = list.length > 0 && statuses.every(({ availability }) => availability === 'offline');
    const total = list.reduce((sum, member) => sum + connections.of(pool.path, member.path), 0);
    return this.#single('tm:ltm:pool:poolstats', pools, pool, {
      ...described({
        tmName: pool.path,
        monitorRule: ruleOf(pool) ?? 'none',
        'status.availabilityState': isUp ? 'available' : isDown ? 'offline' : 'unknown',
        'status.enabledState': 'enabled',
        'status.statusReason': isUp
          ? 'The pool is available'
          : 'The children pool member(s) are not available',
      }),
      activeMemberCnt: { value: statuses.filter(({ availability }) => availability === 'available').length },
      memberCnt: { value: list.length },
      ...counted(total),
    });
  }

  #member(member: ConfigObject): Json {
    const { health, connections } = this.#parts;
    const pool = member.pool ?? '';
    const status = health.ofMember(member);
    return {
      ...described({
        addr: String(member.attributes['address']),
        nodeName: nodePathOf(member),
        poolName: pool,
      }),
      port: { value: splitMember(member.name).port },
      ...statusEntries(status),
      ...counted(connections.of(pool, member.path)),
    };
  }

  #single(kind: string, collection: typeof members, object: ConfigObject, entries: Json): Json {
    const { store, renderer } = this.#parts;
    const link = renderer.link(`${renderer.objectPath(collection, object)}/stats`);
    const [name, entry] = this.#entry(collection, object, entries, kind);
    return { kind, generation: store.generation, selfLink: link, entries: { [name]: entry } };
  }

  #entry(
    collection: typeof members,
    object: ConfigObject,
    entries: Json,
    kind = `${collection.restKind}stats`,
  ): [string, Json] {
    const { renderer } = this.#parts;
    const link = renderer.link(`${renderer.objectPath(collection, object)}/stats`);
    return [link.replace(/\?.*$/, ''), { nestedStats: { kind, selfLink: link, entries } }];
  }
}

function described(texts: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(texts).map(([name, description]) => [name, { description }]));
}

function counted(connections: number): Json {
  const none = Object.fromEntries(zeros.map((name) => [name, { value: 0 }]));
  return { ...none, 'serverside.curConns': { value: connections } };
}

const reasons = {
  available: 'Pool member is available',
  offline: 'Pool member has been marked down by a monitor',
  unknown: 'Pool member does not have service checking enabled',
};

function statusEntries({ state, session, rule, availability, enabled }: Status): Json {
  return described({
    monitorRule: rule ?? 'none',
    monitorStatus: state === 'user-down' ? 'forced-down' : state,
    sessionStatus: session === 'user-disabled' ? 'user-disabled' : 'enabled',
    'status.availabilityState': availability,
    'status.enabledState': enabled,
    'status.statusReason': state === 'user-down' ? 'Forced down' : reasons[availability],
  });
}
