/** Every address, everything that happened, and who held an address when. */
import { addressPageSchema, addressQuerySchema } from '../contract/addresses.ts';
import {
  historyPageSchema,
  historyQuerySchema,
  holdersQuerySchema,
  holdersSchema,
} from '../contract/history.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import type { RoutesOptions } from './options.ts';

export function pastRoutes({
  addresses,
  history,
}: Pick<RoutesOptions, 'addresses' | 'history'>): readonly Route[] {
  return [
    jsonRoute({
      method: 'GET',
      path: '/api/v1/addresses',
      role: 'viewer',
      summary: 'Every address that is wanted somewhere, a page of them',
      query: addressQuerySchema,
      response: { name: 'Addresses', schema: addressPageSchema },
      handle: ({ query }) => ({ body: addresses.addresses(query) }),
    }),
    jsonRoute({
      method: 'GET',
      path: '/api/v1/history',
      role: 'viewer',
      summary: 'What happened, newest first: changes, rounds that did something, what people did',
      query: historyQuerySchema,
      response: { name: 'History', schema: historyPageSchema },
      errors: ['store.unwritable', 'store.stalled', 'store.unreadable'],
      handle: async ({ query }) => ({ body: await history.search(query) }),
    }),
    jsonRoute({
      method: 'GET',
      path: '/api/v1/holders',
      role: 'viewer',
      summary: 'Who held an address, at a time or ever',
      query: holdersQuerySchema,
      response: { name: 'Holders', schema: holdersSchema },
      errors: ['store.unwritable', 'store.stalled', 'store.unreadable'],
      handle: async ({ query }) => ({ body: { holders: await history.holders(query.address, query.at) } }),
    }),
  ];
}
