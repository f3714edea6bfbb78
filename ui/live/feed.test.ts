import assert from 'node:assert/strict';
import type { Difference } from '../../backend/api/contract/models.ts';
import { createFeed } from './feed.ts';
import type { Contact, Feed, StreamHandlers } from './feed.ts';

function difference(cursor: string): Difference {
  return {
    cursor,
    now: 0,
    complete: false,
    summary: null,
    targets: { put: [], gone: [] },
    runs: null,
    plan: '',
  };
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A browser's surroundings, in which nothing happens by itself. */
class Surroundings {
  readonly contacts: Contact[] = [];
  readonly received: string[] = [];
  readonly streams: { after: string | undefined; handlers: StreamHandlers; open: boolean }[] = [];
  readonly polls: (string | undefined)[] = [];
  answer: Difference | undefined;
  readonly feed: Feed;
  #timers: Timer[] = [];
  #now = 0;

  constructor() {
    this.feed = createFeed({
      openStream: (after, handlers) => {
        const stream = { after, handlers, open: true };
        this.streams.push(stream);
        return () => void (stream.open = false);
      },
      poll: (after) => {
        this.polls.push(after);
        return this.answer === undefined
          ? Promise.reject(new Error('no contact'))
          : Promise.resolve(this.answer);
      },
      onDifference: ({ cursor }) => void this.received.push(cursor),
      onContact: (contact) => void this.contacts.push(contact),
      later: (ms, callback) => {
        const timer = { at: this.#now + ms, callback };
        this.#timers.push(timer);
        return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
      },
    });
  }

  get stream(): StreamHandlers {
    return this.streams.at(-1)!.handlers;
  }

  /** Lets time pass, second by second, and what it sets off come to an end. */
  async pass(ms: number): Promise<void> {
    for (const until = this.#now + ms; this.#now < until;) {
      this.#now += 1000;
      const due = this.#timers.filter(({ at }) => at <= this.#now);
      this.#timers = this.#timers.filter(({ at }) => at > this.#now);
      for (const { callback } of due) callback();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe('feed of the page', () => {
  it('is live as soon as the stream says something', () => {
    const around = new Surroundings();
    around.feed.start();

    around.stream.onDifference(difference('a.1'));

    assert.deepEqual(around.contacts, ['connecting', 'live']);
    assert.deepEqual(around.received, ['a.1']);
  });

  it('polls when the stream is held back on the way, from where it stands', async () => {
    const around = new Surroundings();
    around.answer = difference('a.2');
    around.feed.start();

    await around.pass(9_000);

    assert.equal(around.contacts.at(-1), 'polling');
    assert.deepEqual(around.received.at(0), 'a.2');
    assert.equal(around.streams[0]?.open, false);
  });

  it('goes on polling after the cursor that it got', async () => {
    const around = new Surroundings();
    around.answer = difference('a.2');
    around.feed.start();

    await around.pass(13_000);

    assert.deepEqual(around.polls.slice(0, 2), [undefined, 'a.2']);
  });

  it('takes a stream without beats for dead', async () => {
    const around = new Surroundings();
    around.answer = difference('a.2');
    around.feed.start();
    around.stream.onDifference(difference('a.1'));

    await around.pass(36_000);

    assert.equal(around.contacts.at(-1), 'polling');
  });

  it('stays live on beats alone', async () => {
    const around = new Surroundings();
    around.feed.start();
    around.stream.onDifference(difference('a.1'));

    for (let beats = 0; beats < 8; beats += 1) {
      await around.pass(15_000);
      around.stream.onBeat();
    }

    assert.equal(around.contacts.at(-1), 'live');
    assert.equal(around.polls.length, 0);
  });

  it('says that contact is lost when neither way works, and keeps trying both', async () => {
    const around = new Surroundings();
    around.feed.start();
    around.stream.onError();

    await around.pass(10_000);

    assert.equal(around.contacts.at(-1), 'lost');
    assert.ok(around.polls.length > 1);
    assert.ok(around.streams.length > 1);
  });

  it('returns to the stream, from where it stands, and stops polling', async () => {
    const around = new Surroundings();
    around.answer = difference('a.5');
    around.feed.start();
    around.stream.onError();
    await around.pass(3_000);

    around.stream.onDifference(difference('a.6'));
    const polled = around.polls.length;
    await around.pass(20_000);

    assert.equal(around.streams.at(-1)?.after, 'a.5');
    assert.equal(around.contacts.at(-1), 'live');
    assert.equal(around.polls.length, polled);
  });

  it('does nothing any more once it was stopped', async () => {
    const around = new Surroundings();
    around.feed.start();
    around.stream.onError();
    around.feed.stop();
    const before = [around.streams.length, around.polls.length];

    await around.pass(120_000);

    assert.deepEqual([around.streams.length, around.polls.length], before);
  });
});
