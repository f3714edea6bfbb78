import assert from 'node:assert/strict';
import { whyText } from './words.ts';

describe('why a line of the history is there', () => {
  for (const [why, shown] of [
    ['commandLine', 'command line of the server'],
    ['apic, 10.0.0.7', 'user of a fabric, 10.0.0.7'],
    ['somehow, 10.0.0.7', 'somehow, 10.0.0.7'],
    ['', ''],
  ] as const)
    it(`says of who acted how they were known: ${shown}`, () =>
      assert.equal(whyText({ kind: 'act', why }), shown));

  it('is as it was written of what nobody did', () =>
    assert.equal(whyText({ kind: 'change', why: 'local, or so' }), 'local, or so'));
});
