/** Every address that is wanted somewhere, as a table that is sorted and filtered on the server. */
import { z } from 'zod';
import { exposedAddressSchema } from './models.ts';
import { list } from './shapes.ts';

const upTo = (most: number) => z.coerce.number().int().min(0).max(most);

export const addressQuerySchema = z.object({
  search: z.string().max(200).optional().describe('Part of the address, origin, node, mapping or target'),
  source: z.string().max(64).optional(),
  mapping: z.string().max(64).optional(),
  state: exposedAddressSchema.shape.state.optional(),
  sort: z.enum(['address', 'origin', 'source', 'node', 'state', 'mapping']).default('address'),
  descending: z.enum(['true', 'false']).default('false'),
  offset: upTo(10_000_000).default(0),
  limit: upTo(1000).default(100),
});

export const addressRowSchema = z.object({
  address: z.string(),
  addressKind: exposedAddressSchema.shape.addressKind,
  source: z.string(),
  origin: z.string().describe('pod shop/web-1, service shop/web …'),
  node: z.string().nullable(),
  state: exposedAddressSchema.shape.state,
  mappings: list(z.string()),
  targets: list(z.string()).describe('Keys of the target objects that want it'),
});

export const addressPageSchema = z.object({
  total: z.number().int().describe('That match'),
  of: z.number().int().describe('In all'),
  rows: list(addressRowSchema),
});

export type AddressQuery = z.output<typeof addressQuerySchema>;
export type AddressRow = z.infer<typeof addressRowSchema>;
export type AddressPage = z.infer<typeof addressPageSchema>;
