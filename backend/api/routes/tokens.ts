/** API tokens: what programs sign in with. */
import { z } from 'zod';
import { apiTokensSchema, createdTokenSchema, tokenRequestSchema } from '../contract/access.ts';
import { doneSchema } from '../contract/acts.ts';
import type { Access } from '../ports.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { called } from './fields.ts';

const path = '/api/v1/tokens';

export function tokenRoutes(access: Access): readonly Route[] {
  return [
    jsonRoute({
      method: 'GET',
      path,
      role: 'admin',
      summary: 'The API tokens that there are',
      response: { name: 'ApiTokens', schema: apiTokensSchema },
      handle: () => ({ body: { tokens: access.tokens() } }),
    }),
    jsonRoute({
      method: 'POST',
      path,
      role: 'admin',
      summary: 'A new API token; it is told this once',
      body: { name: 'TokenRequest', schema: tokenRequestSchema },
      response: { name: 'CreatedToken', schema: createdTokenSchema },
      errors: ['store.unwritable', 'store.stalled'],
      act: {
        verb: 'create token',
        object: ({ body }) => called('token', body.name),
        detail: ({ body }) => `${body.role}, ${body.days} days`,
      },
      handle: ({ body, person }) => ({ body: access.createToken(body, person) }),
    }),
    jsonRoute({
      method: 'DELETE',
      path: `${path}/:id`,
      role: 'admin',
      summary: 'Take an API token back',
      params: z.object({ id: z.string().max(64, 'expected the id of a token') }),
      response: { name: 'Done', schema: doneSchema },
      errors: ['request.not-found', 'store.unwritable', 'store.stalled'],
      act: { verb: 'revoke token', object: ({ params }) => called('token', params.id) },
      handle({ params }) {
        access.revokeToken(params.id);
        return { body: { done: 'the token is of no use any more' } };
      },
    }),
  ];
}
