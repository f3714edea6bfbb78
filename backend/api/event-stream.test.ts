import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Response } from 'express';
import { manualClock, type ManualClock } from '../model/clock.ts';
import { streamEvents } from './event-stream.ts';

describe('a stream that nobody reads', () => {
  /** More than the buffers of a connection take. */
  const body = { cursor: '1', large: 'x'.repeat(30_000_000) };

  let clock: ManualClock;
  let stop: AbortController;
  let server: Server;
  let reader: Socket;
  let mayGoOn: boolean;
  let tellEnd: () => void;
  let ended: Promise<void>;

  beforeEach(async () => {
    [clock, stop, mayGoOn] = [manualClock(), new AbortController(), true];
    const begun = Promise.withResolvers<ServerResponse>();
    const over = Promise.withResolvers<undefined>();
    ended = over.promise;
    server = createServer((_request, response) => {
      const stream = streamEvents(response as Response, {
        followed: { again: () => Promise.resolve({ body }), mayGoOn: () => Promise.resolve(mayGoOn) },
        after: undefined,
        onChange: () => () => undefined,
        onEnd(listener) {
          tellEnd = listener;
          return () => undefined;
        },
        clock,
        signal: stop.signal,
      });
      void stream.then(() => over.resolve(undefined), over.reject);
      begun.resolve(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    reader = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    reader.on('error', () => undefined);
    reader.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await stuck(await begun.promise);
  });

  afterEach(() => {
    reader.destroy();
    server.close();
    server.closeAllConnections();
  });

  /** The server has let go of the connection. */
  const letGo = (): Promise<unknown> => new Promise((resolve) => server.close(resolve));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  async function stuck(response: ServerResponse): Promise<void> {
    for (let turns = 0; turns < 50; turns = response.writableLength > 0 ? turns + 1 : 0) await turn();
  }

  /** Lets time pass until the stream has ended. */
  async function untilEnded(): Promise<void> {
    const over = ended.then(() => true);
    while (!(await Promise.race([over, turn().then(() => false)]))) await clock.advance(1000);
  }

  it('ends with its session', async () => {
    mayGoOn = false;
    tellEnd();

    await ended;
    await letGo();
  });

  it('goes on when it was another’s session', async () => {
    let isOver = false;
    void ended.then(() => (isOver = true));

    tellEnd();
    for (let turns = 0; turns < 100; turns += 1) await turn();

    assert.equal(isOver, false);
  });

  it('ends when the server does', async () => {
    stop.abort();

    await ended;
    await letGo();
  });

  it('is cut off after a while', async () => {
    await untilEnded();

    await letGo();
  });

  it('comes whole to a reader that is slow, however long all of it takes', async () => {
    let [received, bytes] = ['', 0];
    reader.setEncoding('utf8').on('data', (text: string) => {
      received = (received + text).slice(-20);
      bytes += text.length;
      void clock.advance(100);
    });

    reader.resume();
    while (!received.endsWith('"}\n\n\r\n') && !reader.closed) await turn();

    assert.ok(bytes > body.large.length);
    assert.ok(clock.now() > 30_000);
  });
});
