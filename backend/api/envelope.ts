/**
 * Requests in an envelope, for proxies that pass fixed paths only and take our statuses for their own:
 * `POST /proxy.json {method, path, query, headers, body}` answers 200 with `{status, headers, body}`. An envelope holds no other.
 */
import { z } from 'zod';
import { ProblemError } from '../model/problems.ts';
import type { ApiRequest, Dispatcher, Reply } from './dispatch.ts';
import { requestFaults } from './faults.ts';
import { deepest, parseJson } from './json-body.ts';

export const envelopePath = '/proxy.json';

const text = z.string('expected a text').max(16_384, 'expected at most 16384 characters');

/** Of the headers, those that are ours to read; others are left out. */
const innerHeaders = ['authorization', 'if-match', 'if-none-match', 'accept', 'devcookie', 'apic-challenge'];
/** What the proxy or the browser says of the request itself. */
const outerHeaders = ['cookie', 'devcookie', 'apic-challenge', 'host', 'origin', 'sec-fetch-site'];

export const envelopeSchema = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'], 'expected GET, HEAD, PUT, POST or DELETE'),
  path: text.startsWith('/', 'expected a path that begins with /').describe('/api/v1/plan'),
  query: z.record(z.string(), text).default({}),
  headers: z
    .record(z.string(), text)
    .default({})
    .describe(`Of them count: ${innerHeaders.join(', ')}`),
  body: z.unknown().optional(),
});

export const envelopedSchema = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

type Enveloped = z.infer<typeof envelopedSchema>;

/** Bytes: the largest body of a route, and what is around it. */
export const largestEnvelope = 8 * 1024 * 1024 + 65_536;

export async function openEnvelope(outer: ApiRequest, dispatcher: Dispatcher): Promise<Enveloped> {
  try {
    return enveloped(await dispatcher.dispatch(await innerRequest(outer)));
  } catch (thrown) {
    return enveloped(dispatcher.refuse(thrown, outer));
  }
}

function enveloped({ status, headers, body }: Reply): Enveloped {
  const all = body === undefined ? headers : { ...headers, 'content-type': body.type };
  // A proxy that needs the envelope would not pass the cookie either; the session itself is in the body.
  const inner = Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'set-cookie'));
  if (body === undefined) return { status, headers: inner, body: null };
  return { status, headers: inner, body: 'json' in body ? body.json : body.text };
}

async function innerRequest(outer: ApiRequest): Promise<ApiRequest> {
  if (!/^application\/json\b/i.test(outer.headers['content-type'] ?? ''))
    throw new ProblemError('request.type', 'expected Content-Type: application/json');
  const { method, path, query, headers, body } = await envelopeOf(outer);
  const unsafe = method !== 'GET' && method !== 'HEAD';
  return {
    ...outer,
    method,
    path,
    query: new URLSearchParams(query),
    headers: {
      ...picked(outer.headers, outerHeaders),
      ...picked(lowerCase(headers), innerHeaders),
      ...(unsafe && { 'content-type': 'application/json' }),
    },
    body: (largest) => Promise.resolve(isLarger(body, largest) ? 'too large' : { json: body }),
  };
}

async function envelopeOf(outer: ApiRequest): Promise<z.output<typeof envelopeSchema>> {
  const body = await outer.body(largestEnvelope);
  if (body === 'too large')
    throw new ProblemError('request.too-large', `expected an envelope of at most ${largestEnvelope} bytes`);
  const sent = 'json' in body ? body.json : parseJson(body.bytes, deepest + 1);
  const parsed = envelopeSchema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const faults = requestFaults(parsed.error, sent);
  throw new ProblemError(
    'request.invalid',
    faults.map(({ path, expected }) => `${path}: ${expected}`).join('; '),
    {
      faults,
    },
  );
}

function isLarger(body: unknown, largest: number): boolean {
  return body !== undefined && Buffer.byteLength(JSON.stringify(body)) > largest;
}

function picked(headers: ApiRequest['headers'], names: readonly string[]): Record<string, string> {
  const found = names.flatMap((name) => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
