/** The kinds of target that a mapping may have, and how a document writes each. */
import { z } from 'zod';
import type { Target } from '../../../model/mapping.ts';
import type { Fault } from '../../../model/fault.ts';
import { externalEpgForm } from './external-epg.ts';
import type { Surroundings, TargetForm } from './form.ts';
import { poolForm } from './pool.ts';
import { redirectPolicyForm } from './redirect-policy.ts';

const forms = { externalEpg: externalEpgForm, redirectPolicy: redirectPolicyForm, pool: poolForm };

export const to = z
  .strictObject({
    externalEpg: forms.externalEpg.schema.optional(),
    redirectPolicy: forms.redirectPolicy.schema.optional(),
    pool: forms.pool.schema.optional(),
  })
  .refine((written) => Object.values(written).some((each) => each !== undefined), {
    error: `at least one of ${Object.keys(forms).join(', ')}`,
  });

type Written = z.output<typeof to>;

export function targetFaults(at: string, written: Written, around: Surroundings): Fault[] {
  return each(written).flatMap(([kind, form, target]) => form.faults(`${at}.to.${kind}`, target, around));
}

export function targetsOf(written: Written, around: Surroundings): Target[] {
  return each(written).flatMap(([, form, target]) => form.targets(target, around));
}

/** Each row with its own written target, which the compiler cannot follow over a union. */
function each(written: Written): [string, TargetForm<z.ZodType>, unknown][] {
  return Object.entries(forms).flatMap(([kind, form]): [string, TargetForm<z.ZodType>, unknown][] => {
    const target = written[kind as keyof typeof forms];
    return target === undefined ? [] : [[kind, form, target]];
  });
}
