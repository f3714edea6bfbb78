import assert from 'node:assert/strict';
import { problemOf } from '../model/problems.ts';
import { OpenStreams } from './open-streams.ts';

function refusal(body: () => unknown): string {
  try {
    body();
    return 'none';
  } catch (thrown) {
    const { code, detail } = problemOf(thrown);
    return `${code}: ${detail}`;
  }
}

describe('open streams', () => {
  it('of one person take no more than a tenth of all', () => {
    const open = new OpenStreams();
    for (let count = 0; count < 20; count += 1) open.enter('local ann');

    assert.match(
      refusal(() => open.enter('local ann')),
      /^request.too-many: 20 streams of yours/,
    );
    assert.equal(
      refusal(() => open.enter('local bob')),
      'none',
    );
  });

  it('are bounded for all together too', () => {
    const open = new OpenStreams();
    for (let count = 0; count < 200; count += 1) open.enter(`local person ${count}`);

    assert.match(
      refusal(() => open.enter('local ann')),
      /^request.too-many: 200 streams are open/,
    );
  });

  it('make room when they close', () => {
    const open = new OpenStreams();
    const closed = Array.from({ length: 20 }, () => open.enter('local ann'));

    closed[0]?.();

    assert.equal(
      refusal(() => open.enter('local ann')),
      'none',
    );
    assert.notEqual(
      refusal(() => open.enter('local ann')),
      'none',
    );
  });
});
