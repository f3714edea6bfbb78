/**
 * The table of routes.
 */
import { z } from 'zod';
import type { KeyText } from '../model/identity.ts';
import { parseAddress } from '../model/ip.ts';
import { ProblemError } from '../model/problems.ts';
import type { StatusReader } from '../report/ports.ts';
import {
  differenceSchema,
  explanationSchema,
  liveSchema,
  planSchema,
  readySchema,
  runsSchema,
  statusSchema,
  targetSchema,
} from './contract/models.ts';
import { openApi } from './openapi.ts';
import type { Readiness } from './ports.ts';
import { jsonRoute } from './route.ts';
import type { Route } from './route.ts';

export interface RoutesOptions {
  readonly version: string;
  readonly status: StatusReader;
  readonly metrics: { render(): Promise<{ readonly type: string; readonly body: string }> };
  readonly ready: () => Readiness;
}

const none = z.object({});
const upTo = (most: number, otherwise: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce
    .number(`expected a number from 0 to ${most}`)
    .int(`expected a whole number from 0 to ${most}`)
    .min(0, `expected a number from 0 to ${most}`)
    .max(most, `expected a number from 0 to ${most}`)
    .default(otherwise);

export function createRoutes(options: RoutesOptions): readonly Route[] {
  const routes: Route[] = [
    ...readRoutes(options.status),
    ...probeRoutes(options),
    jsonRoute({
      path: '/api/v1/openapi.json',
      role: 'anyone',
      summary: 'This description',
      query: none,
      response: { name: 'OpenApi', schema: z.record(z.string(), z.unknown()) },
      errors: ['request.invalid'],
      handle: () => ({ body: openApi(routes, options.version) }),
    }),
  ];
  return routes;
}

function readRoutes(status: StatusReader): Route[] {
  return [...wholeRoutes(status), ...detailRoutes(status)];
}

function wholeRoutes(status: StatusReader): Route[] {
  return [
    jsonRoute({
      path: '/api/v1/status',
      role: 'viewer',
      summary: 'Sources, systems, mappings and target objects as they stand',
      query: none,
      response: { name: 'Status', schema: statusSchema },
      errors: ['request.invalid'],
      handle() {
        const body = status.status();
        return { body, tag: body.cursor };
      },
    }),
    jsonRoute({
      path: '/api/v1/plan',
      role: 'viewer',
      summary: 'What is due, what is held, and why',
      query: z.object({ limit: upTo(100_000, 200).describe('Changes listed per group; counts are whole') }),
      response: { name: 'Plan', schema: planSchema },
      errors: ['request.invalid'],
      handle({ limit }) {
        const body = status.plan(limit);
        return { body, tag: `${body.version}.${limit}` };
      },
    }),
    jsonRoute({
      path: '/api/v1/runs',
      role: 'viewer',
      summary: 'The last rounds, newest first',
      query: z.object({ limit: upTo(200, 50) }),
      response: { name: 'Runs', schema: runsSchema },
      errors: ['request.invalid'],
      handle: ({ limit }) => ({ body: { runs: status.runs(limit) } }),
    }),
    jsonRoute({
      path: '/api/v1/events',
      role: 'viewer',
      summary: 'What changed since a cursor; as server-sent events when asked for text/event-stream',
      query: z.object({ after: z.string().max(60, 'expected a cursor that came from here').optional() }),
      response: { name: 'Difference', schema: differenceSchema },
      errors: ['request.invalid'],
      followed: true,
      handle: ({ after }) => ({ body: status.since(after) }),
    }),
  ];
}

function detailRoutes(status: StatusReader): Route[] {
  return [
    jsonRoute({
      path: '/api/v1/target',
      role: 'viewer',
      summary: 'One target object with its items, wanted and present, each with why it is there',
      query: z.object({ key: z.string('expected the key of a target object'), limit: upTo(100_000, 1000) }),
      response: { name: 'Target', schema: targetSchema },
      errors: ['request.invalid', 'request.not-found'],
      handle({ key, limit }) {
        const body = status.target(key as KeyText, limit);
        if (body === undefined) throw new ProblemError('request.not-found', `no target object ${key}`);
        return { body };
      },
    }),
    jsonRoute({
      path: '/api/v1/explain',
      role: 'viewer',
      summary: 'Why an address is where it is',
      query: z.object({
        address: z.string('expected an IPv4 or IPv6 address').transform((text, context) => {
          const address = parseAddress(text);
          if (address !== undefined) return address;
          context.addIssue(`expected an IPv4 or IPv6 address, found ${JSON.stringify(text.slice(0, 60))}`);
          return z.NEVER;
        }),
      }),
      response: { name: 'Explanation', schema: explanationSchema },
      errors: ['request.invalid'],
      handle: ({ address }) => ({ body: status.explain(address) }),
    }),
  ];
}

function probeRoutes({ ready, metrics }: RoutesOptions): Route[] {
  return [
    jsonRoute({
      path: '/livez',
      role: 'anyone',
      summary: 'The process answers',
      query: none,
      response: { name: 'Live', schema: liveSchema },
      errors: [],
      handle: () => ({ body: { live: true } }),
    }),
    jsonRoute({
      path: '/readyz',
      role: 'anyone',
      summary: 'It has read everything once; 503 until then',
      query: none,
      response: { name: 'Ready', schema: readySchema },
      errors: [],
      handle() {
        const body = ready();
        return { status: body.ready ? 200 : 503, body };
      },
    }),
    {
      method: 'GET',
      path: '/metrics',
      role: 'viewer',
      summary: 'Figures for Prometheus',
      query: none,
      response: { type: 'text/plain' },
      errors: ['internal.bug'],
      followed: false,
      call: async () => ({ body: (await metrics.render()).body }),
    },
  ];
}
