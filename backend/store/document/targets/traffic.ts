/** What targets that carry traffic have in common, as a document writes it. */
import { z } from 'zod';
import type { PoolTarget, Selection } from '../../../model/mapping.ts';
import type { Fault } from '../../../model/fault.ts';
import * as field from '../fields.ts';

export const traffic = {
  destinations: field.oneOf(['pod', 'node']).optional(),
  readiness: field.oneOf(['ready', 'serving']).default('ready'),
  families: field.families,
  minHealthy: field.atLeast.default({ share: 0.5 }),
  weights: field.flag.optional(),
};

/** How long what leaves may finish, unless the document says so; milliseconds. */
export function drain(
  forMs: number,
): z.ZodPrefault<
  z.ZodObject<{ for: z.ZodDefault<z.ZodType<number>>; then: z.ZodDefault<z.ZodType<'leave' | 'cut'>> }>
> {
  return z
    .strictObject({
      for: field.duration.default(forMs),
      then: field.oneOf(['leave', 'cut']).default('leave'),
    })
    .prefault({});
}

/** What is written of traffic, as the model says it. */
export interface WrittenTraffic {
  readonly destinations?: 'pod' | 'node' | undefined;
  readonly weights?: boolean | undefined;
  readonly drain: { readonly for: number; readonly then: 'leave' | 'cut' };
}

export function trafficOf(
  { destinations, weights, drain: { for: forMs, then } }: WrittenTraffic,
  kind: Selection['kind'],
): Pick<PoolTarget, 'destinations' | 'weights' | 'drain'> {
  const where = kind === 'node' ? 'node' : (destinations ?? 'pod');
  // A node counts for its backends where these were chosen; a mapping of nodes has one backend each.
  return {
    destinations: where,
    weights: weights ?? (where === 'node' && kind !== 'node'),
    drain: { forMs, then },
  };
}

/** Nodes have backends on them, learned endpoints are none. */
export function destinationFaults(
  at: string,
  { destinations }: WrittenTraffic,
  kind: Selection['kind'],
): Fault[] {
  const only = kind === 'aciEpg' ? 'pod' : kind === 'node' ? 'node' : destinations;
  if (destinations === undefined || destinations === only) return [];
  const expected = `${String(only)}, or nothing, since kind is ${kind}`;
  return [{ path: `${at}.destinations`, found: destinations, expected }];
}
