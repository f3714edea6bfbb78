import assert from 'node:assert/strict';
import supertest from 'supertest';
import { keyText } from '../model/identity.ts';
import { problemTable } from '../model/problems.ts';
import { arrange, web } from './api.fixture.ts';
import { createApi } from './express-api.ts';
import type { Route } from './route.ts';
import { createRoutes } from './routes.ts';

const routes = createRoutes(arrange().options);
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

/** What answers a question that does not fit into an address. */
const readsByPost = [
  'POST /api/v1/configuration/preview',
  'POST /api/v1/mappings/preview',
  'POST /api/v1/kubeconfig',
  'POST /api/v1/tests/check',
];

describe('table of routes', () => {
  for (const route of routes)
    it(`${nameOf(route)} declares who may call it, what it answers and what can go wrong`, () => {
      assert.ok(['anyone', 'viewer', 'operator', 'admin'].includes(route.role));
      assert.ok(route.summary.length > 0);
      assert.ok(route.response.type === 'text/plain' || route.response.name.length > 0);
      for (const code of route.errors) assert.ok(code in problemTable);
      if (route.role !== 'anyone') assert.ok(route.errors.includes('access.unknown'));
      assert.deepEqual(
        Object.keys(route.params.shape),
        [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name),
      );
    });

  it('lets nobody change anything unsigned, but to sign in and out', () => {
    const open = routes.filter(({ method, role }) => method !== 'GET' && role === 'anyone').map(nameOf);

    assert.deepEqual(open.sort(), [
      'DELETE /api/v1/session',
      'POST /api/v1/session',
      'POST /api/v1/session/claim',
    ]);
  });

  it('takes down every act, and only acts', () => {
    const silent = routes.filter(({ method, verb }) => method !== 'GET' && verb === undefined).map(nameOf);

    assert.deepEqual(silent.sort(), [...readsByPost].sort());
    assert.deepEqual(
      routes.filter(({ method, verb }) => method === 'GET' && verb !== undefined),
      [],
    );
  });

  it('asks what is to be changed wherever the document is', () => {
    const written = routes
      .filter(({ errors }) => errors.includes('config.invalid'))
      .filter(({ verb }) => verb !== 'test');
    const unconditional = written.filter(({ conditional }) => !conditional).map(nameOf);

    assert.deepEqual(unconditional, ['POST /api/v1/configuration/preview', 'POST /api/v1/kubeconfig']);
  });

  it('has no two routes that one request fits', () => {
    const fits = (one: string, other: string): boolean =>
      one === other || one.startsWith(':') || other.startsWith(':');
    const both = routes.flatMap((one, at) =>
      routes.slice(at + 1).filter((other) => {
        const [a, b] = [one.path.split('/'), other.path.split('/')];
        return (
          one.method === other.method && a.length === b.length && a.every((part, n) => fits(part, b[n] ?? ''))
        );
      }),
    );

    assert.deepEqual(both.map(nameOf), []);
  });

  it('answers on every route that reads what the route declares', async () => {
    const api = supertest(createApi(arrange().options));
    const queries: Record<string, string> = {
      '/api/v1/explain': '?address=10.244.0.1',
      '/api/v1/holders': '?address=10.244.0.1',
      '/api/v1/target': `?key=${encodeURIComponent(keyText(web))}`,
    };
    const names: Record<string, string> = {
      clusters: 'prod-a',
      fabrics: 'dc1',
      'load-balancers': 'f5-edge',
      mappings: 'shop',
    };

    for (const { path, response: declared } of routes.filter(({ method }) => method === 'GET')) {
      const name = names[path.split('/')[3] ?? ''] ?? '';
      const response = await api.get(
        path.replace(':name', name).replace(':revision', '1') + (queries[path] ?? ''),
      );

      assert.equal(response.status, 200, path);
      if (declared.type === 'application/json') declared.schema.parse(response.body);
    }
  });
});
