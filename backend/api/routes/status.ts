/** How things stand: what is there, what is due, what was done lately, and why. */
import { z } from 'zod';
import type { KeyText } from '../../model/identity.ts';
import { parseAddress } from '../../model/ip.ts';
import { ProblemError } from '../../model/problems.ts';
import type { StatusReader } from '../../report/ports.ts';
import {
  differenceSchema,
  explanationSchema,
  planSchema,
  runsSchema,
  statusSchema,
  targetSchema,
} from '../contract/models.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { upTo } from './fields.ts';

export function statusRoutes(status: StatusReader): readonly Route[] {
  return [...wholeRoutes(status), ...detailRoutes(status)];
}

function wholeRoutes(status: StatusReader): Route[] {
  return [
    jsonRoute({
      method: 'GET',
      path: '/api/v1/status',
      role: 'viewer',
      summary: 'Sources, systems, mappings and target objects as they stand',
      response: { name: 'Status', schema: statusSchema },
      tagged: true,
      handle() {
        const body = status.status();
        return { body, tag: body.cursor };
      },
    }),
    jsonRoute({
      method: 'GET',
      path: '/api/v1/plan',
      role: 'viewer',
      summary: 'What is due, what is held, and why',
      query: z.object({ limit: upTo(100_000, 200).describe('Changes listed per group; counts are whole') }),
      response: { name: 'Plan', schema: planSchema },
      tagged: true,
      handle({ query: { limit } }) {
        const body = status.plan(limit);
        return { body, tag: `${body.version}.${limit}` };
      },
    }),
    jsonRoute({
      method: 'GET',
      path: '/api/v1/runs',
      role: 'viewer',
      summary: 'The last rounds, newest first',
      query: z.object({ limit: upTo(200, 50) }),
      response: { name: 'Runs', schema: runsSchema },
      handle: ({ query }) => ({ body: { runs: status.runs(query.limit) } }),
    }),
    jsonRoute({
      method: 'GET',
      path: '/api/v1/events',
      role: 'viewer',
      summary: 'What changed since a cursor; as server-sent events when asked for text/event-stream',
      query: z.object({ after: z.string().max(60, 'expected a cursor that came from here').optional() }),
      response: { name: 'Difference', schema: differenceSchema },
      followed: true,
      handle: ({ query }) => ({ body: status.since(query.after) }),
    }),
  ];
}

const address = z.string('expected an IPv4 or IPv6 address').transform((text, context) => {
  const parsed = parseAddress(text);
  if (parsed !== undefined) return parsed;
  context.addIssue(`expected an IPv4 or IPv6 address, found ${JSON.stringify(text.slice(0, 60))}`);
  return z.NEVER;
});

function detailRoutes(status: StatusReader): Route[] {
  return [
    jsonRoute({
      method: 'GET',
      path: '/api/v1/target',
      role: 'viewer',
      summary: 'One target object with its items, wanted and present, each with why it is there',
      query: z.object({
        key: z.string('expected the key of a target object').max(1000, 'expected at most 1000 characters'),
        limit: upTo(100_000, 1000),
      }),
      response: { name: 'Target', schema: targetSchema },
      errors: ['request.not-found'],
      handle({ query: { key, limit } }) {
        const body = status.target(key as KeyText, limit);
        if (body === undefined) throw new ProblemError('request.not-found', `no target object ${key}`);
        return { body };
      },
    }),
    jsonRoute({
      method: 'GET',
      path: '/api/v1/explain',
      role: 'viewer',
      summary: 'Why an address is where it is',
      query: z.object({ address }),
      response: { name: 'Explanation', schema: explanationSchema },
      handle: ({ query }) => ({ body: status.explain(query.address) }),
    }),
  ];
}
