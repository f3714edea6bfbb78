import assert from 'node:assert/strict';
import { problemTable } from '../model/problems.ts';
import { arrange } from './api.fixture.ts';
import { openApi } from './openapi.ts';
import { createRoutes } from './routes.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: object;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-role': string;
  readonly security: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

interface Described {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object; readonly securitySchemes: object };
}

const routes = createRoutes(arrange().options);
// As a client reads it: what does not survive JSON is not there.
const document = JSON.parse(JSON.stringify(openApi(routes, '1.2.3'))) as Described;
const operations = Object.entries(document.paths).flatMap(([path, there]) =>
  Object.entries(there).map(([method, operation]) => ({ path, method, operation })),
);

function* nodes(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const inner of Object.values(value)) yield* nodes(inner);
}

function resolved(ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((within, part) => (within as Record<string, unknown> | undefined)?.[part], document);
}

describe('OpenAPI document', () => {
  it('describes every route, and the envelope', () => {
    const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    const there = routes.map(({ path, method }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);

    assert.equal(document.openapi, '3.1.0');
    assert.deepEqual(described.sort(), [...there, 'POST /proxy.json'].sort());
  });

  it('refers to nothing that is not in it, and carries no identifiers that a client would fetch', () => {
    const refs = [...nodes(document)].flatMap((node) =>
      typeof node['$ref'] === 'string' ? [node['$ref']] : [],
    );

    assert.ok(refs.length > routes.length);
    for (const ref of refs) assert.ok(ref.startsWith('#/') && resolved(ref) !== undefined, ref);
    for (const node of nodes(document)) assert.ok(typeof node['$id'] !== 'string', String(node['$id']));
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);

    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-z][A-Za-z0-9]+$/);
  });

  for (const { path, method, operation } of operations)
    it(`${method} ${path} tells parameters, body, answers, problems and role as a client needs them`, () => {
      const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      const keys = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`);

      assert.deepEqual(
        inPath.map(({ name }) => name),
        places,
      );
      assert.ok(inPath.every(({ required }) => required));
      assert.equal(new Set(keys).size, keys.length);
      assert.ok(operation.parameters.every(({ schema }) => Object.keys(schema).length > 0));
      assert.equal(method === 'get' && operation.requestBody !== undefined, false);
      assert.ok(operation.responses['200']?.content);
      assert.ok(Object.values(operation.responses).every(({ description }) => description.length > 0));
      assert.equal(
        operation['x-role'] === 'anyone',
        operation.security.some((each) => Object.keys(each).length === 0),
      );
      for (const scheme of operation.security.flatMap(Object.keys))
        assert.ok(scheme in document.components.securitySchemes);
    });

  it('gives an example of every problem under its own status', () => {
    const examples = [...nodes(document.paths)].flatMap((node) => {
      const { code, status } = (node['value'] ?? {}) as { readonly code?: string; readonly status?: number };
      return code === undefined ? [] : [{ code, status }];
    });

    assert.ok(examples.length > routes.length);
    for (const { code, status } of examples)
      assert.equal(problemTable[code as keyof typeof problemTable].status, status);
  });

  it('has a schema for every body and every answer', () => {
    for (const { body, response } of routes) {
      if (body !== undefined) assert.ok(body.name in document.components.schemas, body.name);
      if (response.type === 'application/json')
        assert.ok(response.name in document.components.schemas, response.name);
    }
  });
});
