import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeFault } from '../../backend/store/document/fault.ts';
import { parseDocument } from '../../backend/store/document/parse-document.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

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

  it('the README names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

    const named = [...read('README.md').matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(
      (match) => match[1] ?? '',
    );

    assert.ok(named.length > 3);
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    );
  });
});
