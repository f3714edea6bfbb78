/** Control of the simulator by HTTP, under `/lab`, without a login. Bad input gets 400 with a sentence. */
import { z } from 'zod';
import { timestamp, type LabClock } from '../../clock.ts';
import type { Device } from '../device.ts';
import { DeviceError } from '../errors.ts';
import { readFaults, type Faults } from '../faults.ts';
import type { BigipSeed } from '../seed.ts';
import { json, type Reply } from './reply.ts';
import type { BigipRequest } from './request.ts';

type Handler = (request: BigipRequest) => unknown;

class Refused extends Error {}

const positive = z.number().positive();
const whole = z.number().int().nonnegative();
const shapes = {
  clock: z.strictObject({ rate: positive.optional(), advanceMs: positive.optional() }),
  connections: z.strictObject({
    pool: z.string(),
    member: z.string(),
    count: whole,
    endPerSecond: z.number().nonnegative().optional(),
  }),
  health: z.strictObject({ where: z.string(), health: z.enum(['up', 'down']) }),
  restart: z.strictObject({
    downMs: whole.optional(),
    pageMs: whole.optional(),
    unregisteredMs: whole.optional(),
    lostMs: whole.optional(),
    lyingMs: whole.optional(),
  }),
  object: z.strictObject({ kind: z.string(), path: z.string(), pool: z.string().optional() }),
  as3: z.strictObject({
    version: z.string().nullable(),
    tenants: z.array(z.string()).optional(),
    userAgent: z.string().optional(),
  }),
  user: z.strictObject({
    name: z.string(),
    password: z.string(),
    role: z.enum(['admin', 'resource-admin', 'manager', 'operator', 'guest']),
    partitions: z.array(z.string()).optional(),
  }),
  identity: z.record(
    z.enum([
      'hostname',
      'version',
      'build',
      'chassisId',
      'machineId',
      'baseMac',
      'managementIp',
      'marketingName',
    ]),
    z.string().optional(),
  ),
};

export class Control {
  readonly #routes: Readonly<Record<string, Handler>>;

  constructor(device: Device, faults: Faults, clock: LabClock) {
    this.#routes = {
      'POST /lab/seed': ({ body }) => done(() => device.seed(readJson(body) as BigipSeed)),
      'GET /lab/objects': ({ query }) =>
        device.objects(query.get('kind') ?? 'pool', query.get('pool') ?? undefined),
      'POST /lab/remove': ({ body }) => {
        const { kind, path, pool } = read(shapes.object, body);
        return { removed: device.remove(kind, path, pool) };
      },
      'GET /lab/stats': () => device.stats(),
      'POST /lab/stats/reset': () => done(() => device.resetStats()),
      'GET /lab/faults': () => faults.active(),
      'POST /lab/faults': ({ body }) => {
        const wanted = readFaults(readJson(body));
        if (typeof wanted === 'string') throw new Refused(wanted);
        faults.set(wanted);
        return faults.active();
      },
      'DELETE /lab/faults': () => done(() => faults.clear()),
      'POST /lab/connections': ({ body }) => {
        const { pool, member, count, endPerSecond } = read(shapes.connections, body);
        return done(() => device.setConnections({ pool, member }, count, endPerSecond));
      },
      'POST /lab/health': ({ body }) => {
        const { where, health } = read(shapes.health, body);
        return done(() => device.setHealth(where, health));
      },
      'POST /lab/reboot': ({ body }) => done(() => device.reboot(read(shapes.restart, body))),
      'POST /lab/restart-mcpd': ({ body }) => done(() => device.restartMcpd(read(shapes.restart, body))),
      'POST /lab/flush-tokens': () => done(() => device.flushTokens()),
      'POST /lab/identity': ({ body }) => device.setIdentity(read(shapes.identity, body)),
      'POST /lab/as3': ({ body }) => done(() => device.setAs3(read(shapes.as3, body))),
      'POST /lab/users': ({ body }) => done(() => device.addUser(read(shapes.user, body))),
      'GET /lab/clock': () => clockOf(clock),
      'POST /lab/clock': ({ body }) => {
        const { rate, advanceMs } = read(shapes.clock, body);
        if (rate !== undefined) clock.setRate(rate);
        if (advanceMs !== undefined) clock.advance(advanceMs);
        return clockOf(clock);
      },
    };
  }

  answer(request: BigipRequest): Reply {
    const key = `${request.method} ${request.path}`;
    const handler = Object.hasOwn(this.#routes, key) ? this.#routes[key] : undefined;
    try {
      if (handler) return json(handler(request));
      throw new Refused(`no such control; known: ${Object.keys(this.#routes).join(', ')}`);
    } catch (error) {
      if (error instanceof Refused || error instanceof DeviceError)
        return json({ problem: error.message }, 400);
      throw error;
    }
  }
}

function done(action: () => void): { done: true } {
  action();
  return { done: true };
}

function readJson(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused('the body is not JSON');
  }
}

function read<T>(shape: z.ZodType<T>, body: string): T {
  const result = shape.safeParse(readJson(body));
  if (result.success) return result.data;
  throw new Refused(z.prettifyError(result.error));
}

function clockOf(clock: LabClock): { now: string; rate: number } {
  return { now: timestamp(clock.now()), rate: clock.rate };
}
