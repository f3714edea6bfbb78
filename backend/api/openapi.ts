/**
 * The OpenAPI 3.1 description, made from the table of routes and their schemas; never kept by hand.
 */
import { z } from 'zod';
import { problemTable } from '../model/problems.ts';
import type { ProblemCode } from '../model/problems.ts';
import { problemDetailsSchema } from './contract/models.ts';
import type { Route } from './route.ts';

export function openApi(routes: readonly Route[], version: string): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: 'aci-kube-sync', version },
    paths: Object.fromEntries(routes.map((route) => [route.path, { get: operation(route) }])),
    components: { schemas: componentSchemas(routes) },
  };
}

function operation(route: Route): object {
  const { response, errors } = route;
  const content =
    response.type === 'application/json'
      ? { schema: { $ref: `#/components/schemas/${response.name}` } }
      : { schema: { type: 'string' } };
  return {
    summary: route.summary,
    'x-role': route.role,
    parameters: parameters(route),
    responses: {
      200: {
        description: 'OK',
        content: {
          [response.type]: content,
          ...(route.followed ? { 'text/event-stream': content } : {}),
        },
      },
      ...errorResponses(errors),
    },
  };
}

function errorResponses(errors: readonly ProblemCode[]): object {
  const byStatus = Map.groupBy(errors, (code) => problemTable[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `${code}: ${problemTable[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function parameters(route: Route): object[] {
  const schema = z.toJSONSchema(route.query, { io: 'input' });
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.has(name),
    schema: property,
  }));
}

function componentSchemas(routes: readonly Route[]): object {
  const registry = z.registry<{ id: string }>();
  registry.add(problemDetailsSchema, { id: 'Problem' });
  for (const { response } of routes)
    if (response.type === 'application/json') registry.add(response.schema, { id: response.name });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'output',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return schemas;
}
