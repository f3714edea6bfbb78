import assert from 'node:assert/strict';
import { csvOf } from './csv.ts';

describe('a table as text', () => {
  it('quotes what would end a cell', () => {
    assert.equal(csvOf(['a', 'b'], [['x,y', 'say "no"']]), 'a,b\n"x,y","say ""no"""');
  });

  it('has no cell that a spreadsheet would run', () => {
    assert.equal(csvOf(['a'], [['=1+1'], ['@x'], ['-3']]), "a\n'=1+1\n'@x\n'-3");
  });
});
