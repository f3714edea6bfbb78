import assert from 'node:assert/strict';
import { savedText } from './saved-text.ts';

describe('what is said of a save', () => {
  it('is that it was, and why it is not in force', () => {
    const problem = {
      code: 'internal.bug',
      title: 'A fault of ours',
      detail: 'saved, and not in force yet: no',
      next: 'Report it.',
    };

    assert.equal(savedText({ name: 'web', problem: null }), 'web was saved');
    assert.equal(savedText({ name: 'web', problem }), 'web – saved, and not in force yet: no. Report it.');
  });
});
