/** Control of a cluster over HTTP, under /lab/: no token, JSON in and out. */
import { z } from 'zod';
import { ApiError } from './errors.ts';
import { sendJson, type Exchange } from './exchange.ts';
import { parseYamlBody, readBody } from './bodies.ts';
import { faultsSchema, noFaults, type Faults } from './faults.ts';
import { podAddressesPerNode } from './nodes.ts';
import type { Administrator } from './administrator.ts';
import type { LabClock } from './clock.ts';
import type { KubeObject } from './objects.ts';
import type { World } from './world.ts';

export interface ControlOptions {
  readonly administrator: Administrator;
  readonly faults: Faults;
  readonly clock: LabClock;
  readonly world: World;
  readonly addNodes: (count: number) => void;
  readonly settled: () => Promise<void>;
  readonly stats: () => unknown;
  readonly resetStats: () => void;
  readonly dropConnections: () => void;
}

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
const applySchema = z.union([objectSchema, z.array(objectSchema)]);
const named = z.strictObject({ namespace: z.string().optional(), name: z.string() });
const removeSchema = named.extend({ kind: z.string() });
const count = z.number().int().min(0);
const deploymentSchema = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  replicas: count,
  labels: z.record(z.string(), z.string()).optional(),
});
const scaleSchema = deploymentSchema.omit({ labels: true });
const clockSchema = z.strictObject({ rate: z.number().positive().optional(), advanceMs: count.optional() });
const loadSchema = z.strictObject({
  deployments: count,
  pods: count,
  namespace: z.string().default('load'),
  prefix: z.string().default('load'),
  /** Also a Service for each Deployment. */
  services: z.enum(['none', 'ClusterIP', 'LoadBalancer']).default('none'),
  /** Answer only when all pods are Ready. */
  wait: z.boolean().default(false),
});

type Handler = (body: unknown) => unknown;

function refused(code: number, message: string): ApiError {
  return new ApiError({ code, reason: code === 404 ? 'NotFound' : 'BadRequest', message });
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw refused(
    400,
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`.replace(/^: /, ''),
  );
}

async function load(options: ControlOptions, body: unknown): Promise<unknown> {
  const { deployments, pods, namespace, prefix, services, wait } = parsed(loadSchema, body);
  const { administrator, world, addNodes, settled } = options;
  const total = world.store.count('pods') + deployments * pods;
  // A quarter more than needed: a rolling update has more pods for a while.
  const nodes = Math.ceil((total * 1.3) / podAddressesPerNode);
  if (nodes > world.store.count('nodes')) addNodes(nodes);
  for (let index = 1; index <= deployments; index += 1) {
    const name = `${prefix}-${String(index).padStart(4, '0')}`;
    administrator.deployment(namespace, name, pods);
    if (services !== 'none') administrator.service(namespace, name, { type: services });
  }
  if (wait) await settled();
  return { deployments, pods: deployments * pods, nodes: world.store.count('nodes') };
}

type Handlers = Readonly<Record<string, Handler>>;

function objectHandlers({ administrator }: ControlOptions): Handlers {
  const apply: Handler = (body) => {
    const objects = parsed(applySchema, body) as unknown as KubeObject | KubeObject[];
    administrator.apply(objects);
    return { applied: Array.isArray(objects) ? objects.length : 1 };
  };
  return {
    'POST seed': apply,
    'POST apply': apply,
    'POST remove': (body) => {
      const { kind, namespace, name } = parsed(removeSchema, body);
      administrator.remove(kind, namespace, name);
      return { removed: name };
    },
    'POST deployment': (body) => {
      const { namespace, name, replicas, labels } = parsed(deploymentSchema, body);
      administrator.deployment(namespace, name, replicas, labels);
      return { name, replicas };
    },
    'POST scale': (body) => {
      const { namespace, name, replicas } = parsed(scaleSchema, body);
      administrator.scale(namespace, name, replicas);
      return { name, replicas };
    },
    'POST restart': (body) => {
      const { namespace = 'default', name } = parsed(named, body);
      administrator.rolloutRestart(namespace, name);
      return { restarted: name };
    },
  };
}

function faultHandlers({ faults, dropConnections, world }: ControlOptions): Handlers {
  return {
    'GET faults': () => faults.current,
    'POST faults': (body) => {
      const given = parsed(faultsSchema.partial(), body);
      faults.set(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
      return faults.current;
    },
    'DELETE faults': () => {
      faults.clear();
      return noFaults;
    },
    'POST compact': () => {
      world.store.compact();
      return { forgotten: world.store.forgotten };
    },
    'POST drop': () => {
      // After the answer is on its way: it travels on one of the connections.
      setImmediate(dropConnections);
      return { dropped: true };
    },
  };
}

function clockHandlers({ clock }: ControlOptions): Handlers {
  const clockNow = (): unknown => ({ now: new Date(clock.now()).toISOString(), rate: clock.rate() });
  return {
    'GET clock': clockNow,
    'POST clock': (body) => {
      const { rate, advanceMs } = parsed(clockSchema, body);
      if (rate !== undefined) clock.setRate(rate);
      if (advanceMs !== undefined) clock.advance(advanceMs);
      return clockNow();
    },
  };
}

function handlers(options: ControlOptions): Handlers {
  return {
    ...objectHandlers(options),
    ...faultHandlers(options),
    ...clockHandlers(options),
    'POST load': (body) => load(options, body),
    'GET stats': () => options.stats(),
    'DELETE stats': () => {
      options.resetStats();
      return options.stats();
    },
    'POST settled': async () => {
      await options.settled();
      return { settled: true };
    },
  };
}

export function createControl(options: ControlOptions): (exchange: Exchange) => Promise<void> {
  const known = handlers(options);
  return async (exchange) => {
    const { request, url } = exchange;
    const name = url.pathname.slice('/lab/'.length);
    const handler = known[`${request.method ?? 'GET'} ${name}`];
    if (handler === undefined) {
      const ways = Object.keys(known).map((way) => way.replace(' ', ' /lab/'));
      throw refused(404, `no such control; there are: ${ways.join(', ')}`);
    }
    const { bytes } = await readBody(request);
    const body = bytes.length === 0 ? {} : parseYamlBody(bytes);
    try {
      sendJson(exchange, 200, await handler(body));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw refused(400, error instanceof Error ? error.message : String(error));
    }
  };
}
