import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everySabotage, nameOf } from './every-sabotage.ts';

const root = join(import.meta.dirname, '../..');

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

describe('sabotage', () => {
  it('breaks every law of docs/architecture.md', () => {
    const laws = [...textOf('docs/architecture.md').matchAll(/^\| (\d+) \|/gm)].map(([, law]) => Number(law));
    const broken = new Set(everySabotage.map(({ law }) => law));

    const unbroken = laws.filter((law) => !broken.has(law));

    assert.ok(laws.length >= 18);
    assert.deepEqual(unbroken, []);
  });

  it('finds what it breaks: where that has moved, it follows', () => {
    const lost = everySabotage.filter(({ file, find }) => textOf(file).split(find).length !== 2);

    assert.deepEqual(lost.map(nameOf), []);
  });
});
