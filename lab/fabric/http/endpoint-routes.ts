/** Endpoints and leaves under `/lab`: the bodies of requests are checked here, what they mean is checked below. */
import { z } from 'zod';
import type { EndpointControl } from '../endpoints/endpoints.ts';
import type { LeafControl } from '../endpoints/leaves.ts';
import { Refused } from '../refused.ts';
import type { FabricRequest } from './request.ts';

type Routes = Readonly<Record<string, (request: FabricRequest) => unknown>>;

const name = { epgDn: z.string(), mac: z.string() };
const attachment = {
  nodes: z.array(z.int()).optional(),
  path: z.string().optional(),
  encap: z.string().optional(),
};
const endpoint = z.strictObject({
  ...name,
  ...attachment,
  ips: z.array(z.string()).optional(),
  baseEpgDn: z.string().optional(),
  lcC: z.string().optional(),
});
const milliseconds = z.number().min(0).optional();
const outage = { node: z.int(), first: z.enum(['endpoints', 'node']).optional(), lagMs: milliseconds };

const bodies = {
  learn: z.union([endpoint, z.array(endpoint)]),
  address: z.strictObject({ ...name, ip: z.string() }),
  move: z.strictObject({ ...name, ...attachment }),
  name: z.strictObject(name),
  noise: z.strictObject(name).optional(),
  reload: z.strictObject({ ...outage, for: milliseconds, relearnMs: milliseconds }),
  outage: z.strictObject(outage),
  node: z.strictObject({ node: z.int() }),
};

export function endpointRoutes(fabric: { endpoints: EndpointControl; leaf: LeafControl }): Routes {
  const { endpoints, leaf } = fabric;
  return {
    'GET /lab/endpoints': () => endpoints.list(),
    'POST /lab/endpoints': on(bodies.learn, (learned) => ({ learned: endpoints.learn(learned) })),
    'POST /lab/endpoints/add-ip': on(bodies.address, ({ ip, ...who }) => endpoints.addIp(who, ip)),
    'POST /lab/endpoints/remove-ip': on(bodies.address, ({ ip, ...who }) => endpoints.removeIp(who, ip)),
    'POST /lab/endpoints/move': on(bodies.move, ({ epgDn, mac, ...to }) =>
      endpoints.move({ epgDn, mac }, to),
    ),
    'POST /lab/endpoints/age': on(bodies.name, (who) => endpoints.age(who)),
    'POST /lab/endpoints/noise': on(bodies.noise, (who) => endpoints.noise(who)),
    'POST /lab/leaf/reload': on(bodies.reload, ({ node, ...how }) => leaf.reload(node, how)),
    'POST /lab/leaf/decommission': on(bodies.outage, ({ node, ...how }) => leaf.decommission(node, how)),
    'POST /lab/leaf/commission': on(bodies.node, ({ node }) => leaf.commission(node)),
  };
}

/** Answers what `act` returns, or that it is done. */
function on<Body>(schema: z.ZodType<Body>, act: (body: Body) => unknown) {
  return ({ body }: FabricRequest): unknown => {
    const read = schema.safeParse(parsed(body));
    if (!read.success) throw new Refused(z.prettifyError(read.error));
    return act(read.data) ?? { done: true };
  };
}

function parsed(body: string): unknown {
  try {
    return body === '' ? undefined : JSON.parse(body);
  } catch {
    throw new Refused('the body is not JSON');
  }
}
