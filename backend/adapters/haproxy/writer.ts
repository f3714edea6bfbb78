/**
 * Writes one change at a time, and shows in the mirror what HAProxy accepted. A server is found by the name that carries our mark, so no
 * look is needed before it is removed: whatever has another name is not touched.
 *
 *     addItem      add, its health check, into service; undone when a step fails
 *     updateItem   weight, limit, state, and where it points if somebody changed that; under another mark it is added anew and the old
 *                  one cleared away
 *     removeItem   maintenance, delete; while it has connections: cut them and try again, or refuse and leave it in maintenance
 */
import type { Clock } from '../../model/clock.ts';
import type { InstanceId } from '../../model/identity.ts';
import type { Batch, Outcome } from '../../model/outcome.ts';
import type { Change } from '../../model/plan.ts';
import { problem, problemOf, type ProblemCode } from '../../model/problems.ts';
import type { DesiredItem } from '../../model/target-object.ts';
import {
  addCommands,
  cutCommand,
  deleteCommands,
  hasSucceeded,
  isCheck,
  placeCommand,
  setCommands,
  type Command,
} from './commands.ts';
import type { Counters } from './counters.ts';
import type { Doubts } from './doubts.ts';
import { isAstray, membersOf, type Backend, type Mirror, type Server } from './mirror.ts';
import type { Reply } from './replies.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { isLegalName, parseMemberName, serverId, serverName, type Place } from './server-name.ts';

export interface WriterOptions {
  readonly api: RuntimeApi;
  readonly mirror: Mirror;
  readonly doubts: Doubts;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly check: string | undefined;
  readonly instance: InstanceId;
  /** Nothing is written to a process that nobody has looked at. */
  readonly isTrue: () => boolean;
  readonly mayWrite?: (() => boolean) | undefined;
}

type Removal = Extract<Change, { type: 'removeItem' }>;

const accepted: Outcome = { result: 'accepted' };
/** What is cut, or idle, ends within moments; then it is tried again. */
const cutPausesMs = [5, 10, 20, 40, 80, 160];
const idlePausesMs = [2, 5];
const mostIdsTried = 5;
const busy = /still has connections/;

function refused(code: ProblemCode, detail: string): Outcome {
  return { result: 'refused', problem: problem(code, detail) };
}

/** A no in HAProxy's own words. */
function refusal(path: string, { text }: Reply): Outcome {
  if (text === 'Permission denied') return refused('loadBalancer.forbidden', text);
  if (text === 'No such backend.') return refused('pool.missing', path);
  return refused('pool.refused', `${path}: ${text.split('\n')[0] ?? ''}`);
}

/** Of commands that went as one line. */
interface Failure {
  readonly index: number;
  readonly reply: Reply;
}

export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  write({ changes }: Batch, signal: AbortSignal): Promise<Outcome> {
    return this.#options.api.take(async () => {
      for (const change of changes) {
        const outcome = await this.#tried(change, signal);
        if (outcome.result !== 'accepted') return outcome;
      }
      return accepted;
    });
  }

  /** With the turn: what stands beside the member that took its place goes, once nothing uses it any more. */
  async clearSurplus(): Promise<void> {
    for (const { backend, server } of [...this.#options.mirror.surplus(this.#options.instance)])
      await this.#delete(backend, server.name);
  }

  async #tried(change: Change, signal: AbortSignal): Promise<Outcome> {
    const { counters, isTrue, mayWrite, doubts } = this.#options;
    const { name } = change.key;
    if (signal.aborted || !isTrue()) {
      doubts.uncertain(name);
      return { result: 'unknown', problem: problem('loadBalancer.unreachable', 'it was not sent') };
    }
    if (mayWrite?.() === false)
      return { result: 'unknown', problem: problem('write.paused', 'it was paused before this was sent') };
    counters.writes += 1;
    try {
      const outcome = await this.#one(change);
      // A clear no may mean that the mirror is behind.
      if (outcome.result !== 'accepted') doubts.uncertain(name);
      return outcome;
    } catch (thrown) {
      const lost = problem('loadBalancer.unknown-outcome', problemOf(thrown).detail);
      doubts.unknown(name, lost);
      return { result: 'unknown', problem: lost };
    }
  }

  async #one(change: Change): Promise<Outcome> {
    const { name } = change.key;
    const backend = this.#options.mirror.backend(name);
    if (backend === undefined || !isLegalName(name)) return refused('pool.missing', name);
    switch (change.type) {
      case 'addItem':
        return this.#add(name, backend, change.item);
      case 'updateItem':
        return this.#update(name, backend, change.item);
      case 'removeItem':
        return this.#remove(name, change);
      case 'createObject':
      case 'updateObject':
      case 'deleteObject':
        return refused(
          'pool.refused',
          `${name}: a backend is made and removed in HAProxy's configuration only`,
        );
    }
  }

  async #add(backend: string, servers: Backend, item: DesiredItem): Promise<Outcome> {
    const { check, mirror } = this.#options;
    const place = parseMemberName(item.name);
    if (place === undefined) return refused('pool.refused', `${item.name} is no address and port`);
    if (check !== undefined && !isCheck(check)) return refused('pool.refused', `check: ${check}`);
    const name = serverName(item.mark, place);
    const path = `${backend}/${name}`;
    const taken = new Set(servers.values().map((server) => server.id));
    for (let attempt = 1; ; attempt += 1) {
      const id = serverId(place, (each) => taken.has(each));
      const failure = await this.#send(addCommands({ path, place, id, attributes: item.attributes, check }));
      if (failure === undefined) {
        mirror.put(backend, serverAfter({ name, id, place }, item));
        return accepted;
      }
      if (failure.index > 0) await this.#send(deleteCommands(path, false));
      const isIdTaken = failure.index === 0 && failure.reply.text.includes('custom id');
      if (!isIdTaken || attempt === mostIdsTried) return refusal(path, failure.reply);
      taken.add(id);
    }
  }

  /** Returns the first that was refused. */
  async #send(commands: readonly Command[]): Promise<Failure | undefined> {
    const replies = await this.#options.api.run(...commands.map(({ text }) => text));
    for (const [index, command] of commands.entries()) {
      const reply = replies[index];
      if (reply !== undefined && !hasSucceeded(command, reply)) return { index, reply };
    }
    return undefined;
  }

  async #update(backend: string, servers: Backend, item: DesiredItem): Promise<Outcome> {
    const { mirror } = this.#options;
    const before = membersOf(servers).get(item.id);
    const place = parseMemberName(item.name);
    if (before?.own === undefined || place === undefined)
      return refused('pool.missing', `${item.name} in ${backend}`);
    if (before.own.mark.instance !== item.mark.instance)
      return refused('mark.lost', `${backend}/${before.name} is of another installation now`);
    if (before.name !== serverName(item.mark, place)) return this.#replace(backend, before, item);
    const path = `${backend}/${before.name}`;
    const failure = await this.#send([
      ...(isAstray(before) ? [placeCommand(path, place)] : []),
      ...setCommands(path, item.attributes),
    ]);
    if (failure !== undefined) return refusal(path, failure.reply);
    mirror.put(backend, serverAfter({ name: before.name, id: before.id, place }, item));
    return accepted;
  }

  /** A name cannot be changed. The new one serves before the old one stops; what is left of that goes with `clearSurplus`. */
  async #replace(backend: string, before: Server, item: DesiredItem): Promise<Outcome> {
    const servers = this.#options.mirror.backend(backend) ?? new Map<string, Server>();
    const outcome = await this.#add(backend, servers, item);
    if (outcome.result === 'accepted') await this.#delete(backend, before.name);
    return outcome;
  }

  async #remove(backend: string, change: Removal): Promise<Outcome> {
    const { clock } = this.#options;
    const place = parseMemberName(change.itemName);
    if (place === undefined) return refused('pool.refused', `${change.itemName} is no address and port`);
    // By what the plan took it for, whoever stands for the member now.
    const name = serverName(change.mark, place);
    const path = `${backend}/${name}`;
    let last = await this.#delete(backend, name);
    for (const pauseMs of change.cut ? cutPausesMs : idlePausesMs) {
      if (last === undefined || !busy.test(last.text)) break;
      if (change.cut) await this.#send([cutCommand(path)]);
      await clock.sleep(pauseMs);
      last = await this.#delete(backend, name);
    }
    if (last === undefined) return accepted;
    return busy.test(last.text) ? refused('pool.member-busy', path) : refusal(path, last);
  }

  /** Returns what stood against it; undefined: it is gone. */
  async #delete(backend: string, name: string): Promise<Reply | undefined> {
    const { mirror } = this.#options;
    const before = mirror.backend(backend)?.get(name);
    const commands = deleteCommands(`${backend}/${name}`, before?.admin === 'maint');
    const failure = await this.#send(commands);
    if (failure === undefined || failure.reply.text === 'No such server.') {
      mirror.remove(backend, name);
      return undefined;
    }
    const isDeletion = failure.index === commands.length - 1;
    if (isDeletion && before !== undefined) mirror.put(backend, { ...before, admin: 'maint' });
    return failure.reply;
  }
}

interface Written {
  readonly name: string;
  readonly id: number;
  readonly place: Place;
}

function serverAfter({ name, id, place }: Written, { attributes, mark }: DesiredItem): Server {
  return {
    name,
    id,
    address: place.address,
    port: place.port,
    admin:
      attributes['state'] === 'drain' || attributes['state'] === 'maint' ? attributes['state'] : 'enabled',
    weight: attributes['weight'] ?? '1',
    limit: attributes['connectionLimit'],
    own: { mark: { ...mark, source: '-' }, place },
  };
}
