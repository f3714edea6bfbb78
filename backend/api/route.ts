/**
 * A route as a value: who may call it, what it takes, what it answers, what can go wrong, and what is taken down about it.
 * The pipeline (dispatch.ts) serves the table, whether a request came over HTTP or in an envelope.
 */
import { z } from 'zod';
import type { Person, Role, Via } from '../model/person.ts';
import { ProblemError, problemTable } from '../model/problems.ts';
import type { ProblemCode } from '../model/problems.ts';
import { requestFaults } from './faults.ts';
import type { Condition, Credentials, StartedSession } from './ports.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
export type RouteRole = 'anyone' | Role;

/** Parameters as they arrive, each a text. */
export type RawParameters = Readonly<Record<string, string>>;

export interface Answer<Body> {
  /** Other than the route's own. */
  readonly status?: number;
  readonly body: Body;
  /** Names the content; the same tag means the same content. */
  readonly tag?: string;
  /** A session begins (its cookie is set), or the one that there was ends (`ended`). */
  readonly session?: StartedSession | 'ended';
}

/** What of a request is checked against the route's schemas. */
export interface Sent {
  readonly params: RawParameters;
  readonly query: RawParameters;
  readonly body: unknown;
}

/** What of a request is known by other means. */
export interface Circumstances {
  /** undefined: nobody, or nobody was asked for. */
  readonly person: Person | undefined;
  readonly condition: Condition;
  /** The peer's address. */
  readonly from: string;
  readonly credentials: Credentials;
  /** The caller has gone, or we are. */
  readonly signal: AbortSignal;
}

export interface Asked<Params, Query, Body, Who> extends Omit<Circumstances, 'person'> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly person: Who;
}

/** Who is behind an act that nobody signed in does: whoever tries to sign in. */
export interface Claimed {
  readonly name: string;
  readonly via: Via;
}

/** What the audit says of an act. */
export interface Audited<Request> {
  /** `save mapping`. */
  readonly verb: string;
  /** `mapping shop`; empty where there is nothing to name. */
  readonly object?: (request: Request) => string;
  /** What is worth knowing beyond. Never a secret. */
  readonly detail?: (request: Request) => string;
  readonly claimed?: (request: Request) => Claimed;
}

/** A request that fits. */
export interface Call {
  readonly object: string;
  readonly detail: string;
  readonly claimed: Claimed | undefined;
  /** Throws `ProblemError`. */
  run(): Promise<Answer<unknown>>;
}

/** `acts`: takes the bucket of acts; `signIn`: the narrow one; `reads`: the wide one. */
export type Pace = 'reads' | 'acts' | 'signIn';

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly role: RouteRole;
  /** Whether it matters who asks, though anyone may. */
  readonly identified: boolean;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: { readonly name: string; readonly schema: z.ZodType } | undefined;
  /** Bytes. */
  readonly largestBody: number;
  readonly response:
    | { readonly type: 'application/json'; readonly name: string; readonly schema: z.ZodType }
    | { readonly type: 'text/plain' };
  /** Statuses other than 200 that carry the response. */
  readonly alsoAnswers: readonly number[];
  /** Every code that it may answer with, those of the pipeline included. */
  readonly errors: readonly ProblemCode[];
  /** Answers carry an ETag. */
  readonly tagged: boolean;
  /** A request must say what it changes, by `If-Match` or `If-None-Match: *`. */
  readonly conditional: boolean;
  /** Answers can be followed as server-sent events: asked again, with the answer's cursor, after every change. */
  readonly followed: boolean;
  /** undefined: it only reads, whatever its method. */
  readonly verb: string | undefined;
  readonly pace: Pace;
  /** Throws `request.invalid`. */
  accept(sent: Sent, circumstances: Circumstances): Call;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;
type Who<Needed extends RouteRole> = Needed extends 'anyone' ? Person | undefined : Person;
type AskedBy<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Needed extends RouteRole,
> = Asked<z.output<Params>, z.output<Query>, z.output<Body>, Who<Needed>>;

interface Definition<
  Needed extends RouteRole,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>
  extends
    Partial<
      Pick<
        Route,
        'identified' | 'largestBody' | 'tagged' | 'conditional' | 'followed' | 'pace' | 'alsoAnswers'
      >
    >,
    Pick<Route, 'method' | 'path' | 'summary'> {
  readonly role: Needed;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: { readonly name: string; readonly schema: Body };
  /** Those that its handler may throw; the pipeline's own come with what else is declared. */
  readonly errors?: readonly ProblemCode[];
  /** Of every route that changes something. */
  readonly act?: Audited<AskedBy<Params, Query, Body, Needed>>;
}

interface JsonDefinition<
  Needed extends RouteRole,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Response extends z.ZodType,
> extends Definition<Needed, Params, Query, Body> {
  readonly response: { readonly name: string; readonly schema: Response };
  readonly handle: (
    asked: AskedBy<Params, Query, Body, Needed>,
  ) => Answer<z.input<Response>> | Promise<Answer<z.input<Response>>>;
}

/** A route that answers JSON; its handler is held to the schemas by the compiler. */
export function jsonRoute<
  Needed extends RouteRole,
  Response extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
>(definition: JsonDefinition<Needed, Params, Query, Body, Response>): Route {
  const response = { type: 'application/json', ...definition.response } as const;
  return routeOf(definition, response, async (asked) => definition.handle(asked));
}

export function textRoute<Needed extends Role>(
  definition: Definition<Needed, Nothing, Nothing, Nothing> & {
    readonly handle: () => Promise<Answer<string>>;
  },
): Route {
  return routeOf(definition, { type: 'text/plain' }, () => definition.handle());
}

const mebibyte = 1024 * 1024;

function routeOf<
  Needed extends RouteRole,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
>(
  definition: Definition<Needed, Params, Query, Body>,
  response: Route['response'],
  handle: (asked: AskedBy<Params, Query, Body, Needed>) => Promise<Answer<unknown>>,
): Route {
  const { method, path, role, summary, body, act } = definition;
  const { params = nothing, pace = method === 'GET' ? 'reads' : 'acts' } = definition;
  // Made once: a schema compiles itself when it is first used.
  const query = (definition.query ?? nothing).strict();
  const { largestBody = mebibyte, alsoAnswers = [], errors = [] } = definition;
  const shape: Omit<Route, 'errors' | 'accept'> = {
    ...{ method, path, role, summary, body, response, params, query, pace, largestBody, alsoAnswers },
    identified: role !== 'anyone' || definition.identified === true,
    tagged: definition.tagged === true,
    conditional: definition.conditional === true,
    followed: definition.followed === true,
    verb: act?.verb,
  };
  return {
    ...shape,
    errors: allErrors(shape, errors),
    accept(sent, circumstances) {
      const asked = {
        ...circumstances,
        ...checked(shape, sent),
        person: whoever(role, circumstances.person),
        // The three schemas and `whoever` have just made it so; the compiler cannot follow them through `shape`.
      } as unknown as AskedBy<Params, Query, Body, Needed>;
      return {
        object: act?.object?.(asked) ?? '',
        detail: act?.detail?.(asked) ?? '',
        claimed: act?.claimed?.(asked),
        run: () => handle(asked),
      };
    },
  };
}

function whoever(role: RouteRole, person: Person | undefined): Person | undefined {
  if (role !== 'anyone' && person === undefined)
    throw new ProblemError('access.unknown', 'no session and no token');
  return person;
}

function checked(
  { params, query, body }: Pick<Route, 'params' | 'query' | 'body'>,
  sent: Sent,
): { readonly params: unknown; readonly query: unknown; readonly body: unknown } {
  const results = [
    params.safeParse(sent.params),
    query.safeParse(sent.query),
    (body?.schema ?? nothing).safeParse(sent.body ?? (body === undefined ? {} : undefined)),
  ] as const;
  const faults = [
    ...requestFaults(results[0].error, sent.params),
    ...requestFaults(results[1].error, sent.query, Object.keys(query.shape)),
    ...requestFaults(results[2].error, sent.body),
  ];
  if (faults.length > 0) {
    const detail = faults
      .map(({ path, expected }) => `${path === '' ? 'the body' : path}: ${expected}`)
      .join('; ');
    throw new ProblemError('request.invalid', detail, { faults });
  }
  return { params: results[0].data, query: results[1].data, body: results[2].data };
}

/** What the pipeline may say on its own, by what the route is. */
function allErrors(
  { role, identified, method, body, conditional }: Omit<Route, 'errors' | 'accept'>,
  own: readonly ProblemCode[],
): readonly ProblemCode[] {
  const codes: ProblemCode[] = ['request.invalid', 'request.too-many', 'internal.bug', ...own];
  if (identified) codes.push('access.unavailable');
  if (role !== 'anyone') codes.push('access.unknown');
  if (role === 'operator' || role === 'admin') codes.push('access.role');
  if (method !== 'GET') codes.push('access.origin', 'request.type', 'request.too-large');
  if (body !== undefined) codes.push('request.type');
  if (conditional) codes.push('config.condition', 'config.changed');
  return [...new Set(codes)].sort(
    (a, b) => problemTable[a].status - problemTable[b].status || a.localeCompare(b),
  );
}
