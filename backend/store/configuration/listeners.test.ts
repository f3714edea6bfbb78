import assert from 'node:assert/strict';
import type { Document } from '../../model/mapping.ts';
import { problem } from '../../model/problems.ts';
import { Listeners } from './listeners.ts';

describe('listeners of the configuration', () => {
  const found = [problem('store.unwritable', 'disk')];

  it('of its problems are all told although one of them throws, and that is logged', () => {
    const listeners = new Listeners();
    const told: string[] = [];
    const logged: object[] = [];
    listeners.onProblem(() => {
      throw new Error('a bug');
    });
    listeners.onProblem(() => void told.push('second'));

    listeners.problems(found, { error: (fields) => void logged.push(fields) });

    assert.deepEqual(told, ['second']);
    assert.match(JSON.stringify(logged), /a bug/);
  });

  it('of its changes are all told although one of them throws, and the failure is returned', async () => {
    const listeners = new Listeners();
    const told: string[] = [];
    listeners.onChange(() => {
      throw new Error('a bug');
    });
    listeners.onChange(() => {
      told.push('second');
      return Promise.resolve();
    });

    const failure = await listeners.changed({} as Document);

    assert.deepEqual(told, ['second']);
    assert.match(failure?.detail ?? '', /a bug/);
  });
});
