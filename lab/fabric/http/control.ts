/** Control of the simulator by HTTP, under `/lab`, without a login. Bad input gets 400 with a sentence. */
import { ApicError } from '../model/errors.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { json, type Reply } from './reply.ts';
import type { FabricRequest } from './request.ts';
import type { LabClock } from '../../clock.ts';
import { timestamp } from '../../clock.ts';
import { readFaults, type Faults } from '../faults.ts';
import type { EndpointControl } from '../endpoints/endpoints.ts';
import type { LeafControl } from '../endpoints/leaves.ts';
import { Refused } from '../refused.ts';
import type { MoBody } from '../seed.ts';
import type { FabricStats } from '../stats.ts';

type Handler = (request: FabricRequest) => unknown;

/** What of the fabric is controlled from outside. */
interface Controlled {
  seed(tree: MoBody | readonly MoBody[]): void;
  get(dn: string): object | undefined;
  remove(dn: string): void;
  stats(): FabricStats;
  resetStats(): void;
  dropSockets(): void;
  expireSessions(): void;
  readonly endpoints: EndpointControl;
  readonly leaf: LeafControl;
}

export class Control {
  readonly #routes: Readonly<Record<string, Handler>>;
  readonly #fabric: Controlled;

  constructor(fabric: Controlled, faults: Faults, clock: LabClock) {
    this.#fabric = fabric;
    this.#routes = {
      'POST /lab/seed': ({ body }) => done(() => fabric.seed(readTree(body))),
      'GET /lab/stats': () => fabric.stats(),
      'POST /lab/stats/reset': () => done(() => fabric.resetStats()),
      'GET /lab/faults': () => faults.active(),
      'POST /lab/faults': ({ body }) => {
        const wanted = readFaults(readJson(body));
        if (typeof wanted === 'string') throw new Refused(wanted);
        faults.set(wanted);
        return faults.active();
      },
      'DELETE /lab/faults': () => done(() => faults.clear()),
      'POST /lab/drop-sockets': () => done(() => fabric.dropSockets()),
      'POST /lab/expire-sessions': () => done(() => fabric.expireSessions()),
      'GET /lab/clock': () => readClock(clock),
      'POST /lab/clock': ({ body }) => {
        setClock(clock, readJson(body));
        return readClock(clock);
      },
      ...endpointRoutes(fabric),
    };
  }

  answer(request: FabricRequest): Reply {
    try {
      return json(JSON.stringify(this.#handle(request)));
    } catch (error) {
      if (error instanceof Refused || error instanceof ApicError) return problem(400, error.message);
      throw error;
    }
  }

  #handle(request: FabricRequest): unknown {
    const key = `${request.method} ${request.path}`;
    const handler = Object.hasOwn(this.#routes, key) ? this.#routes[key] : undefined;
    if (handler) return handler(request);
    if (!request.path.startsWith('/lab/mo/')) {
      throw new Refused(
        `no such control; known: ${Object.keys(this.#routes).join(', ')}, GET|DELETE /lab/mo/<dn>`,
      );
    }
    return this.#mo(request.method, request.path.slice('/lab/mo/'.length));
  }

  #mo(method: string, dn: string): unknown {
    if (method === 'DELETE') return done(() => this.#fabric.remove(dn));
    if (method !== 'GET') throw new Refused('only GET and DELETE on /lab/mo/<dn>');
    const view = this.#fabric.get(dn);
    if (view === undefined) throw new Refused(`there is no object ${dn}`);
    return view;
  }
}

function done(action: () => void): { done: true } {
  action();
  return { done: true };
}

function problem(status: number, message: string): Reply {
  return json(JSON.stringify({ problem: message }), status);
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused('the body is not JSON');
  }
}

/** The shape is checked where the tree is written. */
function readTree(body: string): MoBody[] {
  const value = readJson(body);
  return (Array.isArray(value) ? value : [value]) as MoBody[];
}

function readClock(clock: LabClock): { now: string; rate: number } {
  return { now: timestamp(clock.now()), rate: clock.rate };
}

function setClock(clock: LabClock, wanted: unknown): void {
  if (typeof wanted !== 'object' || wanted === null)
    throw new Refused('expected {"rate": n} or {"advanceMs": n}');
  for (const [key, value] of Object.entries(wanted) as [string, unknown][]) {
    if (typeof value !== 'number' || !(value > 0)) throw new Refused(`${key} must be a number above 0`);
    if (key === 'rate') clock.setRate(value);
    else if (key === 'advanceMs') clock.advance(value);
    else throw new Refused(`'${key}' is not understood; known: rate, advanceMs`);
  }
}
