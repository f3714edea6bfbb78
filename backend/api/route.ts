/**
 * A route as a value: what it takes, what it answers, what can go wrong. Express serves the table, and an envelope can,
 * without either knowing the other.
 */
import type { z } from 'zod';
import type { ProblemCode } from '../model/problems.ts';
import { parseQuery } from './query.ts';

/** Who may call it. `anyone`: probes and the page itself; `viewer`: whoever may look. */
export type Role = 'anyone' | 'viewer';

/** Query parameters as they arrive: each a text, the last one when repeated. */
export type RawQuery = Readonly<Record<string, string>>;

export interface Answer<Body> {
  readonly status?: number;
  readonly body: Body;
  /** Names the content; the same tag means the same content. */
  readonly tag?: string;
}

export interface Route {
  readonly method: 'GET';
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly query: z.ZodObject;
  /** What a 200 carries. */
  readonly response:
    | { readonly type: 'application/json'; readonly name: string; readonly schema: z.ZodType }
    | { readonly type: 'text/plain' };
  readonly errors: readonly ProblemCode[];
  /** Answers can be followed as server-sent events: asked again, with the answer's cursor, after every change. */
  readonly followed: boolean;
  /** `query` has not been checked yet. Throws `ProblemError`. */
  call(query: RawQuery): Promise<Answer<unknown>>;
}

interface RouteDefinition<Query extends z.ZodObject, Response extends z.ZodType> extends Omit<
  Route,
  'method' | 'query' | 'response' | 'call' | 'followed'
> {
  readonly query: Query;
  readonly response: { readonly name: string; readonly schema: Response };
  readonly followed?: boolean;
  readonly handle: (query: z.output<Query>) => Answer<z.input<Response>>;
}

/** A route that answers JSON; its handler is held to the schemas by the compiler. */
export function jsonRoute<Query extends z.ZodObject, Response extends z.ZodType>(
  definition: RouteDefinition<Query, Response>,
): Route {
  const { handle, response, query, ...rest } = definition;
  return {
    followed: false,
    ...rest,
    method: 'GET',
    query,
    response: { type: 'application/json', ...response },
    call: async (raw) => handle(await parseQuery(query, raw)),
  };
}
