/** What a person may do while it runs. */
import {
  approveRequestSchema,
  doneSchema,
  identityRequestSchema,
  pauseRequestSchema,
  refuseRequestSchema,
  resyncRequestSchema,
} from '../contract/acts.ts';
import type { ProblemCode } from '../../model/problems.ts';
import type { Acts } from '../ports.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { called } from './fields.ts';

const done = { name: 'Done', schema: doneSchema };
const errors = [
  'request.not-found',
  'plan.changed',
  'plan.incomplete',
  'store.unwritable',
] as const satisfies readonly ProblemCode[];

export function actRoutes(acts: Acts): readonly Route[] {
  return [...decisionRoutes(acts), ...runningRoutes(acts)];
}

function decisionRoutes(acts: Acts): Route[] {
  return [
    jsonRoute({
      method: 'POST',
      path: '/api/v1/approve',
      role: 'operator',
      summary: 'Let the first plan of a mapping, or exactly what waits under a fingerprint, be carried out',
      body: { name: 'Approve', schema: approveRequestSchema },
      response: done,
      errors,
      act: {
        verb: 'approve',
        object: ({ body }) => called('mapping', body.mapping),
        detail: ({ body }) => body.fingerprint ?? 'the first plan',
      },
      handle: ({ body, person }) => ({
        body: { done: acts.approve(body.mapping, body.fingerprint, person) },
      }),
    }),
    jsonRoute({
      method: 'POST',
      path: '/api/v1/refuse',
      role: 'operator',
      summary: 'Go on holding exactly what waits under a fingerprint',
      body: { name: 'Refuse', schema: refuseRequestSchema },
      response: done,
      errors,
      act: {
        verb: 'refuse',
        object: ({ body }) => called('mapping', body.mapping),
        detail: ({ body }) => [body.fingerprint, body.reason].filter(Boolean).join(': '),
      },
      handle: ({ body: { mapping, fingerprint, reason }, person }) => ({
        body: { done: acts.refuse(mapping, fingerprint, { ...person, reason }) },
      }),
    }),
  ];
}

function runningRoutes(acts: Acts): Route[] {
  return [
    jsonRoute({
      method: 'POST',
      path: '/api/v1/pause',
      role: 'operator',
      summary: 'Stop all writing, or let it go on',
      body: { name: 'Pause', schema: pauseRequestSchema },
      response: done,
      errors,
      act: { verb: 'pause', detail: ({ body }) => (body.paused ? 'on' : 'off') },
      handle: ({ body, person }) => ({ body: { done: acts.setPaused(body.paused, person) } }),
    }),
    jsonRoute({
      method: 'POST',
      path: '/api/v1/identity',
      role: 'operator',
      summary: 'Confirm that the one that answers now under a name is the right one',
      body: { name: 'Identity', schema: identityRequestSchema },
      response: done,
      errors: [...errors, 'request.identity'],
      act: {
        verb: 'confirm identity',
        object: ({ body }) => body.name,
        detail: ({ body }) => body.identity,
      },
      handle: ({ body, person }) => ({
        body: { done: acts.confirmIdentity(body.name, body.identity, person) },
      }),
    }),
    jsonRoute({
      method: 'POST',
      path: '/api/v1/resync',
      role: 'operator',
      summary: 'Read a source or system again now',
      body: { name: 'Resync', schema: resyncRequestSchema },
      response: done,
      errors,
      act: { verb: 'resync', object: ({ body }) => body.name },
      handle: ({ body }) => ({ body: { done: acts.resync(body.name) } }),
    }),
  ];
}
