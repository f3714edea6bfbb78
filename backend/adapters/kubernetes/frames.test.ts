import assert from 'node:assert/strict';
import fc from 'fast-check';
import { problemOf } from '../../model/problems.ts';
import { readFrames, type FrameOptions } from './frames.ts';

// eslint-disable-next-line @typescript-eslint/require-await -- a body is asynchronous by its type
async function* inPieces(text: string, cuts: readonly number[]): AsyncGenerator<Buffer, void, undefined> {
  const bytes = Buffer.from(text, 'utf8');
  let start = 0;
  for (const cut of [...cuts, bytes.length]
    .map((each) => Math.min(each, bytes.length))
    .sort((a, b) => a - b)) {
    yield bytes.subarray(start, cut);
    start = cut;
  }
}

async function framesOf(
  text: string,
  cuts: readonly number[] = [],
  options: FrameOptions = {},
): Promise<unknown[]> {
  const frames: unknown[] = [];
  await readFrames(
    inPieces(text, cuts),
    (frame) => {
      frames.push(frame);
      return true;
    },
    options,
  );
  return frames;
}

async function codeOf(reading: Promise<unknown>): Promise<string> {
  return reading.then(
    () => 'no problem',
    (thrown: unknown) => problemOf(thrown).code,
  );
}

describe('frames', () => {
  it('come out as they went in, wherever the body is cut into pieces', async () => {
    const bodies = fc.array(fc.jsonValue(), { maxLength: 8 });
    const cuts = fc.array(fc.nat(400), { maxLength: 12 });

    await fc.assert(
      fc.asyncProperty(bodies, cuts, async (values, at) => {
        const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');

        const frames = await framesOf(text, at);

        assert.deepEqual(frames, JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('pass over empty lines', async () => {
    assert.deepEqual(await framesOf('\n1\n\r\n2\n'), [1, 2]);
  });

  it('are incomplete when the body ends within a line, even where it could be read', async () => {
    assert.equal(await codeOf(framesOf('{"a":1}\n{"a":')), 'cluster.incomplete');
    assert.equal(await codeOf(framesOf('12\n34')), 'cluster.incomplete');
  });

  it('are incomplete when a line is not JSON', async () => {
    assert.equal(await codeOf(framesOf('<html>\n')), 'cluster.incomplete');
  });

  it('are refused when a line has no end', async () => {
    assert.equal(
      await codeOf(framesOf('x'.repeat(100), [10, 20, 30], { mostBytes: 25 })),
      'cluster.incomplete',
    );
  });

  it('are read no further than asked for', async () => {
    const frames: unknown[] = [];

    await readFrames(inPieces('1\n2\nnot JSON\n', []), (frame) => {
      frames.push(frame);
      return frame !== 2;
    });

    assert.deepEqual(frames, [1, 2]);
  });
});
