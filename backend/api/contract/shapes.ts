/** What the schemas of the contract share. */
import { z } from 'zod';

export function list<Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> {
  return z.array(item).readonly();
}

export const count = z.number().int().nonnegative();
export const time = z.number().describe('Milliseconds since the epoch, UTC');
