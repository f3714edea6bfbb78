/**
 * The OpenAPI 3.1 description, made from the table of routes and their schemas; never kept by hand.
 */
import { z } from 'zod';
import { problemTable } from '../model/problems.ts';
import type { ProblemCode } from '../model/problems.ts';
import { problemDetailsSchema } from './contract/models.ts';
import { envelopePath, envelopeSchema, envelopedSchema } from './envelope.ts';
import { sessionCookie } from './request-headers.ts';
import { problemDetails } from './problem-details.ts';
import type { Route } from './route.ts';

export function openApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const byPath = Map.groupBy(routes, ({ path }) => path.replace(/:(\w+)/g, '{$1}'));
  const paths = [...byPath].map(([path, there]) => [
    path,
    Object.fromEntries(there.map((route) => [route.method.toLowerCase(), operation(route)])),
  ]);
  return {
    openapi: '3.1.0',
    info: { title: 'aci-kube-sync', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths: { ...Object.fromEntries(paths), [envelopePath]: { post: envelopeOperation } },
    components: {
      schemas: componentSchemas(routes),
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        bearer: { type: 'http', scheme: 'bearer', description: 'A session or an API token' },
        appCenter: {
          type: 'apiKey',
          in: 'header',
          name: 'DevCookie',
          description: 'As App Center gives it to the page; with APIC-challenge beside it',
        },
      },
    },
  };
}

function operation(route: Route): object {
  return {
    operationId: operationId(route),
    tags: [route.path.split('/')[3] ?? 'probes'],
    summary: route.summary,
    'x-role': route.role,
    security: route.role === 'anyone' ? [{}] : [{ cookie: [] }, { bearer: [] }, { appCenter: [] }],
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...conditions(route),
    ],
    ...(route.body && { requestBody: { required: true, content: jsonContent(route.body.name) } }),
    responses: { ...goodResponses(route), ...errorResponses(route.errors) },
  };
}

function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/(api\/v1\/)?/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join(
    '',
  );
}

function jsonContent(name: string): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
}

function goodResponses(route: Route): object {
  const { response, followed, tagged } = route;
  const json = response.type === 'application/json' ? jsonContent(response.name) : undefined;
  const events = { 'text/event-stream': { schema: { type: 'string' } } };
  const text = { 'text/plain': { schema: { type: 'string' } } };
  const good = {
    description: 'OK',
    ...(tagged && {
      headers: { ETag: { schema: { type: 'string' }, description: 'Names what was answered' } },
    }),
    content: { ...(json ?? text), ...(followed && events) },
  };
  const unchanged = { 304: { description: 'It is as the ETag in If-None-Match says' } };
  return {
    200: good,
    ...Object.fromEntries(
      route.alsoAnswers.map((status) => [status, { ...good, description: 'Not so yet' }]),
    ),
    ...(route.method === 'GET' && tagged ? unchanged : {}),
  };
}

function errorResponses(errors: readonly ProblemCode[]): object {
  const byStatus = Map.groupBy(errors, (code) => problemTable[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `${code}: ${problemTable[code].title}`).join('; '),
        ...(status === 429 && {
          headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
        }),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(
              codes.map((code) => [code, { value: problemDetails({ code, detail: '…' }) }]),
            ),
          },
        },
      },
    ]),
  );
}

function parameters(schema: z.ZodObject, where: 'path' | 'query'): object[] {
  const json = z.toJSONSchema(schema, { io: 'input' });
  const required = new Set(json.required ?? []);
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.has(name),
    schema: property,
  }));
}

function conditions({ method, conditional, tagged }: Route): object[] {
  const header = (name: string, description: string): object => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  if (conditional)
    return [
      header(
        'If-Match',
        'The ETag, in quotes, of what is to be changed. This or If-None-Match must be there.',
      ),
      header('If-None-Match', '`*`: what is written must not be there yet.'),
    ];
  return method === 'GET' && tagged ? [header('If-None-Match', 'The ETag of what the caller has')] : [];
}

function componentSchemas(routes: readonly Route[]): object {
  const output = new Map<string, z.ZodType>([
    ['Problem', problemDetailsSchema],
    ['Enveloped', envelopedSchema],
  ]);
  const input = new Map<string, z.ZodType>([['Envelope', envelopeSchema]]);
  for (const { response, body } of routes) {
    if (response.type === 'application/json') name(output, response.name, response.schema);
    if (body !== undefined) name(input, body.name, body.schema);
  }
  return { ...jsonSchemas(output, 'output'), ...jsonSchemas(input, 'input') };
}

function name(named: Map<string, z.ZodType>, as: string, schema: z.ZodType): void {
  const other = named.get(as);
  if (other !== undefined && other !== schema) throw new Error(`two schemas are called ${as}`);
  named.set(as, schema);
}

function jsonSchemas(named: ReadonlyMap<string, z.ZodType>, io: 'input' | 'output'): object {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    // Their place in the document is their identity: an `$id` of this form would not be a valid one.
    Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]),
  );
}

const envelopeOperation = {
  operationId: 'postEnvelope',
  tags: ['envelope'],
  summary:
    'Any of the other requests, for proxies that pass fixed paths only; the inner answer is in the body',
  'x-role': 'anyone',
  security: [{}, { cookie: [] }, { appCenter: [] }],
  parameters: [],
  requestBody: { required: true, content: jsonContent('Envelope') },
  responses: {
    200: { description: 'The status of the answer is inside', content: jsonContent('Enveloped') },
  },
};
