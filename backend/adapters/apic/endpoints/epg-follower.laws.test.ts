import assert from 'node:assert/strict';
import fc from 'fast-check';
import { manualClock } from '../../../model/clock.ts';
import type { EndpointListener, SeenEndpoint } from '../../../observe/ports.ts';
import type { Dn } from '../dn.ts';
import type { Mo } from '../mo.ts';
import { seenOf } from './endpoint-codec.ts';
import { EndpointNotices } from './endpoint-notices.ts';
import { EpgFollower } from './epg-follower.ts';
import { epg, epgDn } from './testing/endpoint-world.ts';

/** A fabric of six endpoints that may be there; what it does to them it notifies, and reads answer what is true at that moment. */
const dns = [1, 2, 3].flatMap((ip) =>
  ['A', 'B'].map((mac) => `${epgDn}/cep-00:00:00:00:00:0${mac}/ip-[10.0.0.${ip}]`),
);

type Kind = 'created' | 'modified' | 'deleted';

function notice(dn: string, status: Kind): Mo {
  const whole = {
    addr: '10.0.0.1',
    fabricPathDn: 'topology/pod-1/paths-101/pathep-[eth1/1]',
    createTs: '2026-01-01T00:00:00.000+00:00',
  };
  const addr = /\[(.*)\]$/.exec(dn)?.[1] ?? '';
  const attributes = status === 'created' ? { ...whole, addr, status } : { status };
  return { className: 'fvIp', dn: dn as Dn, attributes };
}

function seen(dn: string): SeenEndpoint {
  const found = seenOf(notice(dn, 'created'));
  assert.ok(found !== undefined);
  return found;
}

interface Lateness {
  /** Turns of the event loop. */
  readonly delivery: number;
  readonly copies: number;
}

const turns = async (count: number): Promise<void> => {
  for (let left = count; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
};

class Stage {
  readonly truth = new Set<string>();
  /** What the listener was told last of each. */
  readonly shown = new Set<string>();
  /** What was shown and then was not. */
  readonly hidden: string[] = [];
  reads = 0;
  readonly notices: EndpointNotices;
  readonly follower: EpgFollower;
  readonly #ending = new AbortController();
  #deliveries: Promise<void>[] = [];

  constructor(answers: readonly number[]) {
    const wait = (): Promise<void> => turns(answers[this.reads++ % answers.length] ?? 0);
    const listener: Partial<EndpointListener> = {
      listed: (_epg, all, unsettled) => {
        const ids = new Set(all.map(({ id }) => id));
        for (const id of this.shown) if (!ids.has(id) && !unsettled.has(id)) this.#hide(id);
        for (const id of ids) this.shown.add(id);
      },
      looked: (_epg, id, found) => {
        if (found === undefined) this.#hide(id);
        else this.shown.add(id);
      },
      appeared: (_epg, { id }) => void this.shown.add(id),
      unread: () => assert.fail('nothing fails here'),
    };
    this.follower = new EpgFollower({
      epg,
      // Answers may be as old as their question.
      reader: {
        epg: async () => {
          const answer = [...this.truth].map(seen);
          await wait();
          return answer;
        },
        endpoint: async (dn) => {
          const answer = this.truth.has(dn) ? seen(dn) : undefined;
          await wait();
          return answer;
        },
      },
      listener: listener as EndpointListener,
      clock: manualClock(),
      random: () => 0,
      log: () => undefined,
      signal: this.#ending.signal,
    });
    const followers = new Map([[epg, this.follower]]);
    this.notices = new EndpointNotices({ followers, onSwitches: () => undefined });
  }

  #hide(id: string): void {
    if (this.shown.delete(id)) this.hidden.push(id);
  }

  change(dn: string, { delivery, copies }: Lateness): void {
    const status = this.truth.delete(dn) ? 'deleted' : 'created';
    if (status === 'created') this.truth.add(dn);
    for (let copy = 0; copy < copies; copy += 1)
      this.#deliveries.push(
        turns(delivery + copy * 2).then(() => this.notices.receive([notice(dn, status)])),
      );
  }

  async rest(): Promise<void> {
    await Promise.all(this.#deliveries);
    this.#deliveries = [];
    await turns(2);
    await this.follower.idle();
    await this.follower.idle();
  }

  stop(): void {
    this.#ending.abort();
  }
}

const change = fc.record({
  dn: fc.constantFrom(...dns),
  after: fc.nat(3),
  delivery: fc.nat(8),
  answer: fc.nat(6),
  copies: fc.integer({ min: 1, max: 3 }),
});

describe('notifications of endpoints', () => {
  it('lead to the truth, however late, repeated and out of order they and the answers come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), async (changes) => {
        const stage = new Stage(changes.map(({ answer }) => answer));
        stage.follower.listen();
        for (const { dn, after, delivery, copies } of changes) {
          await turns(after);
          stage.change(dn, { delivery, copies });
        }

        await stage.rest();

        assert.deepEqual([...stage.shown].sort(), [...stage.truth].sort());
        stage.stop();
      }),
      { numRuns: 150 },
    );
  });

  it('are not contradicted by answers that are older than they are', async () => {
    for (const doubted of [1, 5]) {
      const stage = new Stage([6]);
      stage.follower.listen();
      await stage.rest();
      // A few doubts are read one by one, many by the EPG; the endpoint comes while the answer is on its way.
      const [dn = '', ...others] = dns;
      stage.notices.receive([dn, ...others].slice(0, doubted).map((each) => notice(each, 'modified')));
      await turns(3);
      stage.change(dn, { delivery: 0, copies: 1 });

      await stage.rest();

      assert.deepEqual([[...stage.shown], stage.hidden], [[dn], []]);
      stage.stop();
    }
  });

  it('of a burst are answered by few reads', async () => {
    const stage = new Stage([3]);
    stage.follower.listen();
    await stage.rest();
    const before = stage.reads;

    for (const dn of dns) stage.change(dn, { delivery: 0, copies: 3 });
    await stage.rest();

    assert.deepEqual([...stage.shown].sort(), [...stage.truth].sort());
    assert.ok(stage.reads - before <= 3, `${stage.reads - before} reads`);
    stage.stop();
  });

  it('that only stir a known endpoint are not read', async () => {
    const stage = new Stage([0]);
    for (const dn of dns) stage.truth.add(dn);
    stage.follower.listen();
    await stage.rest();
    const before = stage.reads;

    stage.notices.receive(dns.map((dn) => notice(dn, 'modified')));
    await stage.rest();

    assert.equal(stage.reads, before);
    stage.stop();
  });

  it('that stir an endpoint that nobody knows make it known', async () => {
    const stage = new Stage([0]);
    stage.follower.listen();
    await stage.rest();
    const [dn = ''] = dns;
    stage.truth.add(dn);

    stage.notices.receive([notice(dn, 'modified')]);
    await stage.rest();

    assert.deepEqual([...stage.shown], [dn]);
    stage.stop();
  });
});
