/**
 * Splits a body of newline-delimited JSON into values, one line at a time, so that a list of any size is never in
 * memory as a whole. A line that is not JSON, or a body that ends within a line, is an incomplete answer.
 */
import { incomplete } from './api-error.ts';

const newline = 0x0a;

export interface FrameOptions {
  /** Longest line that is taken. Default 16 MiB: etcd stores 1.5 MiB an object. */
  readonly mostBytes?: number;
  /** Called for every piece that arrives, before its lines. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Calls `onFrame` for every line, in order, until it answers `false` or the body ends.
 * A callback, not a generator: no promise for each of 50,000 lines.
 */
export async function readFrames(
  body: AsyncIterable<Buffer>,
  onFrame: (frame: unknown) => boolean,
  { mostBytes = 16 * 1024 * 1024, onBytes }: FrameOptions = {},
): Promise<void> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of body) {
    onBytes?.(chunk.length);
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end);
      const line = restBytes === 0 ? piece : Buffer.concat([...rest, piece]);
      rest = [];
      restBytes = 0;
      start = end + 1;
      if (!deliver(line, onFrame)) return;
    }
    if (start === chunk.length) continue;
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > mostBytes) throw incomplete(`a line is longer than ${mostBytes} bytes`);
  }
  if (restBytes > 0) throw incomplete('the answer ended within a line');
}

function deliver(line: Buffer, onFrame: (frame: unknown) => boolean): boolean {
  const json = line.toString('utf8').trim();
  return json === '' || onFrame(parse(json));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw incomplete(`a line is not JSON: ${json.slice(0, 100)}`);
  }
}
