/**
 * How a kind of target is written in a document: its fields, what must fit together, and what it becomes. Another kind is another
 * file beside this one and a row in `registry.ts`.
 */
import type { z } from 'zod';
import type { SystemName } from '../../../model/identity.ts';
import type { GroupBy, Selection, Target } from '../../../model/mapping.ts';
import { placeholdersFor, placeholdersIn } from '../../../model/name-template.ts';
import type { Fault } from '../../../model/fault.ts';

/** What of the document a target may ask for. */
export interface Surroundings {
  readonly kind: Selection['kind'];
  readonly groupBy: GroupBy;
  readonly fabrics: readonly Named[];
  readonly loadBalancers: readonly (Named & { readonly kind: 'bigip' | 'haproxy' })[];
}

interface Named {
  readonly name: string;
}

export interface TargetForm<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** `at` is the target's path: `mappings[0].to.pool`. */
  faults(at: string, written: z.output<Schema>, around: Surroundings): Fault[];
  /** What it becomes once it has no fault: one target, or one for each address family. */
  targets(written: z.output<Schema>, around: Surroundings): Target[];
}

/** Its name, where it is given; else there must be just one. */
export function systemFaults(
  at: string,
  what: string,
  { found, known }: { readonly found: string | undefined; readonly known: readonly Named[] },
): Fault[] {
  if (found === undefined ? known.length === 1 : known.some(({ name }) => name === found)) return [];
  const names = known.length === 0 ? 'none is defined' : known.map(({ name }) => name).join(', ');
  return [{ path: at, found: found ?? 'nothing', expected: `the name of a ${what}: ${names}` }];
}

export function systemName(found: string | undefined, known: readonly Named[]): SystemName {
  return (found ?? known[0]?.name ?? '') as SystemName;
}

export function nameFaults(at: string, template: string, { groupBy }: Surroundings): Fault[] {
  const known: readonly string[] = placeholdersFor(groupBy);
  return placeholdersIn(template)
    .filter((placeholder) => !known.includes(placeholder))
    .map((placeholder) => ({
      path: `${at}.name`,
      found: `{${placeholder}}`,
      expected: `placeholders that follow from groupBy ${groupBy}: ${known.map((each) => `{${each}}`).join(' ')}`,
    }));
}
