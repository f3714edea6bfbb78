/**
 * Watches every write to redirect policies and pools as it is committed, and says which of them should never have happened:
 *
 * - something was taken out of service, or away, that serves, and has for a while
 * - a member that is alive was taken away without a drain, or before its time and its connections were over
 * - for want of readiness alone, fewer were left in service than `minHealthy` asks for
 * - what carries no mark of ours was changed: members, pools, nodes
 * - a list of members was written, instead of one
 * - a destination named a health group that is not there, or one that is named was taken away
 *
 * Nobody knows at once; what changed only just is not judged, nor what came to be while a source was in trouble.
 */
import type { Change as ConfigChange, Commit as ConfigCommit } from '../../lab/bigip/config/store.ts';
import type { Commit } from '../../lab/fabric/store.ts';
import type { Item, TrafficWish } from '../oracle/traffic.ts';
import { drainMs, partition } from './config.ts';
import { isOurs } from './fabric-view.ts';
import { isSurplus } from './surplus.ts';
import { isOn, markOf, nameOf, presentTraffic } from './traffic-view.ts';
import type { World } from './world.ts';

const settledMs = 1500;
/** Trap: a pod that goes has a successor that is ready 50 ms later; a node that served nothing in between must be seen to. */
const sampleEveryMs = 25;
/** How much earlier than we a process may think that a time is over. */
const marginMs = 2000;

export interface TrafficWatch {
  trouble(): void;
  calm(): void;
  look(): void;
  forget(): void;
  stop(): void;
}

interface Found {
  readonly violations: string[];
  /** Prefixes that are handed from one to another at this moment. */
  readonly excused: ReadonlySet<string>;
}

export function watchTraffic(world: World, found: Found): TrafficWatch {
  const memory = new Memory(world);
  const judge = new Judge(world, memory, found);
  world.fabric.onCommit((commit) => {
    if (!commit.author.system) judge.fabric(commit);
  });
  world.balancer.onCommit((commit) => {
    if (commit.by === world.balancer.username) judge.balancer(commit);
  });
  return memory;
}

interface Seen {
  readonly standing: Item['standing'];
  readonly since: number;
  /** However it stood. */
  readonly aliveSince: number;
}

interface Whole {
  readonly text: string;
  readonly since: number;
}

/** What the oracle said of every item and object, and since when without a break. */
class Memory implements TrafficWatch {
  readonly #world: World;
  readonly #timer: NodeJS.Timeout;
  #seen = new Map<string, Seen>();
  /** By object: which of its items did not end, as text. */
  #wholes = new Map<string, Whole>();
  #troubledSince = Infinity;

  constructor(world: World) {
    this.#world = world;
    this.#timer = setInterval(() => this.look(), sampleEveryMs);
  }

  trouble(): void {
    this.#troubledSince = Math.min(this.#troubledSince, performance.now());
  }

  calm(): void {
    this.#troubledSince = Infinity;
  }

  forget(): void {
    this.#seen.clear();
    this.#wholes.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** It stands so now, and everybody can know. */
  isSettled({ id, items }: TrafficWish, name: string): boolean {
    const seen = this.#seen.get(`${id} ${name}`);
    return seen !== undefined && seen.standing === items.get(name)?.standing && this.#isKnown(seen.since);
  }

  /** It is alive, in whatever way. */
  isAlive({ id, items }: TrafficWish, name: string): boolean {
    const seen = this.#seen.get(`${id} ${name}`);
    return seen !== undefined && items.has(name) && this.#isKnown(seen.aliveSince);
  }

  /** Nothing came or went: how many must stay depends on nothing else. */
  isWholeSettled(wish: TrafficWish): boolean {
    const whole = this.#wholes.get(wish.id);
    return whole !== undefined && whole.text === textOf(wish) && this.#isKnown(whole.since);
  }

  #isKnown(since: number): boolean {
    return performance.now() - since >= settledMs && since < this.#troubledSince;
  }

  look(): void {
    const now = performance.now();
    const seen = new Map<string, Seen>();
    const wholes = new Map<string, Whole>();
    for (const wish of this.#world.trafficWishes().values()) {
      const text = textOf(wish);
      const whole = this.#wholes.get(wish.id);
      wholes.set(wish.id, whole?.text === text ? whole : { text, since: now });
      for (const [name, { standing }] of wish.items) {
        const id = `${wish.id} ${name}`;
        const known = this.#seen.get(id);
        const { aliveSince = now } = known ?? {};
        seen.set(id, known?.standing === standing ? known : { standing, since: now, aliveSince });
      }
    }
    this.#seen = seen;
    this.#wholes = wholes;
  }
}

function textOf({ items }: TrafficWish): string {
  const staying = [...items].filter(([, { standing }]) => standing !== 'ends').map(([name]) => name);
  return staying.sort().join();
}

/** Something that carried traffic until now. */
interface Loss {
  readonly id: string;
  readonly name: string;
  readonly act: 'took away' | 'turned off';
  /** How it stood on the system before. */
  readonly wasOn: boolean;
  /** Of a member that is taken away. */
  readonly path?: string;
}

class Judge {
  readonly #world: World;
  readonly #memory: Memory;
  readonly #found: Found;
  /** By pool and member: when it was turned off, in the balancer's time. */
  readonly #offSince = new Map<string, number>();
  readonly #ourNodes = new Set<string>();

  constructor(world: World, memory: Memory, found: Found) {
    this.#world = world;
    this.#memory = memory;
    this.#found = found;
  }

  fabric({ changes }: Commit): void {
    for (const { kind, mo } of changes) {
      const group = mo.meta.name === 'vnsRsRedirectHealthGroup' ? mo.get('tDn') : '';
      if (kind !== 'deleted' && group !== '' && this.#world.fabric.get(group) === undefined)
        this.#say(`${mo.dn} names ${group}, which is not there`);
      if (kind !== 'deleted') continue;
      if (mo.meta.name === 'vnsRedirectHealthGroup' && this.#isNamed(mo.dn))
        this.#say(`took ${mo.dn} away, which is named`);
      if (mo.meta.name === 'vnsRedirectDest' && mo.parent !== undefined)
        this.#lost({ id: mo.parent.dn, name: mo.get('ip'), act: 'took away', wasOn: true });
    }
  }

  balancer(commit: ConfigCommit): void {
    const members = commit.changes.filter(({ kind }) => kind === 'member');
    if (members.length > 1) this.#say(`wrote ${members.length} members at once in ${members[0]?.pool ?? ''}`);
    for (const change of commit.changes) {
      this.#bounds(change);
      if (change.kind === 'node') this.#node(change);
      if (change.kind === 'member') this.#member(change, commit.at);
    }
  }

  #bounds({ action, kind, path, before, after }: ConfigChange): void {
    const what = `${action} ${kind} ${path}`;
    if (!path.startsWith(`/${partition}/`) || !['pool', 'member', 'node'].includes(kind)) this.#say(what);
    const object = before ?? after;
    if (kind !== 'node' && object !== undefined && !isOurs(markOf(object)))
      this.#say(`${what}, which carries '${markOf(object)}'`);
  }

  #node({ action, path }: ConfigChange): void {
    if (action === 'created') this.#ourNodes.add(path);
    else if (!this.#ourNodes.has(path)) this.#say(`${action} node ${path}, which it did not make`);
  }

  #member({ action, path, pool = '', before, after }: ConfigChange, at: number): void {
    if (before === undefined) return;
    const name = nameOf(before);
    const id = `${pool} ${path}`;
    if (action === 'deleted') {
      this.#lost({ id: pool, name, act: 'took away', wasOn: isOn(before), path });
      this.#offSince.delete(id);
    } else if (after !== undefined && isOn(before) && !isOn(after)) {
      this.#offSince.set(id, at);
      this.#lost({ id: pool, name, act: 'turned off', wasOn: true });
    }
  }

  #lost(loss: Loss): void {
    const { id, name, act } = loss;
    const wish = this.#world.trafficWishes().get(id);
    const item = wish?.items.get(name);
    if (wish === undefined || item === undefined || !this.#memory.isAlive(wish, name)) return;
    const [address = ''] = name.split(' ');
    const prefix = `${address}/${address.includes(':') ? 128 : 32}`;
    if (this.#found.excused.has(prefix) || isSurplus(this.#world.clusters, prefix)) return;
    if (item.standing !== 'serves') this.#left(loss, wish, item);
    else if (this.#memory.isSettled(wish, name)) this.#say(`${act} ${name} of ${id}, which serves`);
  }

  /** It is alive, and may go. */
  #left(loss: Loss, wish: TrafficWish, { standing }: Item): void {
    const { id, name, act, wasOn, path } = loss;
    if (act === 'took away' && path !== undefined) {
      if (wasOn) this.#say(`${act} ${name} of ${id}, which is alive, without a drain`);
      else if (this.#isCutShort(id, path)) this.#say(`${act} ${name} of ${id} before its drain was over`);
    }
    if (standing !== 'waits' || !wasOn || !this.#memory.isWholeSettled(wish)) return;
    const left = this.#inService(wish);
    if (left < wish.least) this.#say(`${act} ${name} of ${id}: ${left} are left, ${wish.least} must stay`);
  }

  #isCutShort(pool: string, member: string): boolean {
    const since = this.#offSince.get(`${pool} ${member}`);
    const { device, clock } = this.#world.balancer;
    if (since === undefined || clock.now() - since > drainMs - marginMs) return false;
    return device.connections({ pool, member }) > 0;
  }

  #inService({ id, items }: TrafficWish): number {
    const there = presentTraffic(this.#world).objects.get(id)?.items ?? new Map<string, never>();
    return [...there].filter(
      ([name, { isOn: on }]) => on && items.has(name) && items.get(name)?.standing !== 'ends',
    ).length;
  }

  #isNamed(group: string): boolean {
    return this.#world.fabric
      .subtree('uni/tn-k8s/svcCont', 'vnsRsRedirectHealthGroup')
      .some(({ attributes }) => attributes['tDn'] === group);
  }

  #say(text: string): void {
    this.#found.violations.push(text);
  }
}
