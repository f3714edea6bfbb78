import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemTable } from '../../backend/model/problems.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/troubleshooting.md'), 'utf8');

const inCell = (words: string): string => words.replaceAll('|', '\\|');

describe('docs/troubleshooting.md', () => {
  it('has every code with title and next step, as the one table of problems has them, and no other', () => {
    const expected = Object.entries(problemTable).map(
      ([code, { title, next }]) => `| \`${code}\` | ${inCell(title)} | ${inCell(next)} |`,
    );

    const rows = text.split('\n').filter((line) => /^\| `[a-zA-Z-]+\.[a-z-]+` \|/.test(line));

    assert.deepEqual(rows.toSorted(), expected.toSorted());
  });
});
