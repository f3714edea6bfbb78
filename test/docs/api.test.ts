import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemTable } from '../../backend/model/problems.ts';
import { openApi } from '../../backend/api/openapi.ts';
import { createRoutes } from '../../backend/api/routes.ts';
import { arrange } from '../../backend/api/api.fixture.ts';

interface Described {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly summary: string; readonly 'x-role': string }>>>
  >;
}

const text = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
const { paths } = openApi(createRoutes(arrange().options), '1.2.3') as unknown as Described;
const described = Object.entries(paths).flatMap(([path, there]) =>
  Object.entries(there).map(
    ([method, { summary, 'x-role': role }]) =>
      `| ${method.toUpperCase()} | \`${path}\` | ${role} | ${summary} |`,
  ),
);

describe('docs/api.md', () => {
  it('has every route with its role, as the OpenAPI document has it, and no other', () => {
    const rows = text.split('\n').filter((line) => /^\| [A-Z]+ \| `\//.test(line));

    assert.deepEqual([...rows].sort(), [...described].sort());
  });

  it('asks in its examples only for what there is', () => {
    const known = new Set(Object.keys(paths).map((path) => path.replace('/api/v1', '').split('/')[1]));

    const asked = [...text.matchAll(/\$api\/([a-z-]+)/g)].map(([, first = '']) => first);

    assert.ok(asked.length > 20);
    assert.deepEqual(
      asked.filter((first) => !known.has(first)),
      [],
    );
  });

  it('names codes and statuses as the one table of problems has them', () => {
    const codes = new Map<string, number>(
      Object.entries(problemTable).map(([code, { status }]) => [code, status]),
    );

    const named = [...text.matchAll(/(\d{3}) `((?:config|request|access|store)\.[a-z-]+)`/g)];

    assert.ok(named.length > 0);
    for (const [, status, code = ''] of named) assert.equal(codes.get(code), Number(status), code);
  });
});

describe('problems', () => {
  for (const [code, { title, next }] of Object.entries(problemTable))
    it(`${code} has a title and a next step`, () => {
      assert.match(title, /^[A-Z].*[^.]$/);
      assert.match(next, /\S.*[.!]$/s);
    });
});
