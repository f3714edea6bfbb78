import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { problemTable } from '../../backend/model/problems.ts';
import { describeFault } from '../../backend/store/document/fault.ts';
import { parseDocument } from '../../backend/store/document/parse-document.ts';
import { documentSchema } from '../../backend/store/document/schema.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** `config.yaml` is a file. */
const fileEndings = new Set(['ts', 'json', 'yaml', 'md', 'db', 'access']);

/** Every key that a document may have, wherever. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && !Array.isArray(schema) ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

/** Texts in backticks, and blocks. */
const codeIn = (text: string): string => [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].join('\n');

/** As GitHub makes them of headings. */
function anchorsIn(text: string): string[] {
  const headings = text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('examples and documents', () => {
  for (const name of readdirSync(join(root, 'examples')).filter((each) =>
    read(`examples/${each}`).includes('\nmappings:'),
  ))
    it(`examples/${name} is a valid configuration`, () => {
      const result = parseDocument(read(`examples/${name}`));

      assert.deepEqual('faults' in result ? result.faults.map(describeFault) : [], []);
    });

  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'backend/README.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((each) => `docs/${each}`),
  ].filter((each) => each.endsWith('.md'));
  for (const path of documents)
    it(`${path} links only to files that are there`, () => {
      const links = [...read(path).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '');

      const dead = links.filter(
        (link) => !link.startsWith('https://') && !existsSync(join(root, dirname(path), link)),
      );

      assert.deepEqual(dead, []);
    });

  it('link to parts of documents by headings that are there', () => {
    const links = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)].map(([, file = '', anchor = '']) => ({
        path,
        to: file === '' ? path : join(dirname(path), file),
        anchor,
      })),
    );

    const dead = links.filter(
      ({ to, anchor }) => !to.startsWith('https:') && !anchorsIn(read(to)).includes(anchor),
    );

    assert.ok(links.length > 20);
    assert.deepEqual(dead, []);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/npm run (?:-s )?([a-z:]+)/g)].map((match) => match[1] ?? ''),
    );

    assert.ok(named.length > 3);
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    );
  });

  it('docs/architecture.md names only tests that exist', () => {
    const named = [...read('docs/architecture.md').matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(
      (match) => match[1] ?? '',
    );

    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((path) => ['', 'backend'].every((folder) => !existsSync(join(root, folder, path)))),
      [],
    );
  });

  it('docs/configuration.md names every key of the document', () => {
    const keys = new Set(keysOf(z.toJSONSchema(documentSchema, { io: 'input', unrepresentable: 'any' })));
    const code = codeIn(read('docs/configuration.md'));

    assert.ok(keys.size > 80);
    assert.deepEqual(
      [...keys].filter((key) => !new RegExp(`(?<!\\w)${key}(?!\\w)`).test(code)),
      [],
    );
  });

  it('name only problem codes that are in the table', () => {
    const kinds = new Set(Object.keys(problemTable).map((code) => code.split('.')[0]));

    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/`([a-z]+)\.([a-z]+(?:-[a-z]+)*)`/g)].flatMap(([, kind = '', rest = '']) =>
        kinds.has(kind) && !fileEndings.has(rest) ? [`${kind}.${rest}`] : [],
      ),
    );

    assert.ok(named.length > 1);
    assert.deepEqual(
      named.filter((code) => !(code in problemTable)),
      [],
    );
  });
});
