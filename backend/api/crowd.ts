/**
 * Acts of nobody who is known: they cost nothing to send, and each would be a line of the history, which keeps only so many. Of a
 * peer the first is taken down as it is, and of those that follow one act a minute, which says how many they were.
 */
import { ipKeyGenerator } from 'express-rate-limit';
import type { Clock } from '../model/clock.ts';
import type { Act } from '../model/person.ts';
import type { Audit } from './ports.ts';

interface Following {
  count: number;
  last: Act;
}

export interface CrowdOptions {
  readonly audit: Audit;
  readonly clock: Clock;
  /** What was counted until then is taken down at once. */
  readonly signal: AbortSignal;
}

const windowMs = 60_000;
/** Peers that are told apart; the rest are one. */
const mostPeers = 1000;
const others = 'other addresses';

export class Crowd implements Audit {
  readonly #options: CrowdOptions;
  readonly #peers = new Map<string, Following>();
  #sweeping = false;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  act(act: Act): void {
    const peer = this.#peerOf(act);
    const following = this.#peers.get(peer);
    if (following !== undefined) {
      following.count += 1;
      following.last = act;
      return;
    }
    this.#peers.set(peer, { count: 0, last: act });
    this.#options.audit.act(act);
    if (!this.#sweeping) void this.#sweep();
  }

  #peerOf({ from }: Act): string {
    const peer = ipKeyGenerator(from, 64);
    return this.#peers.has(peer) || this.#peers.size < mostPeers ? peer : others;
  }

  async #sweep(): Promise<void> {
    const { clock, signal } = this.#options;
    this.#sweeping = true;
    while (this.#peers.size > 0) {
      await clock.sleep(windowMs, signal).catch(() => undefined);
      this.#tell();
    }
    this.#sweeping = false;
  }

  #tell(): void {
    const { audit, clock, signal } = this.#options;
    for (const [peer, { count, last }] of this.#peers) {
      if (count === 0 || signal.aborted) this.#peers.delete(peer);
      else this.#peers.set(peer, { count: 0, last });
      if (count === 0) continue;
      const from = peer === others ? others : last.from;
      const object = count === 1 ? '1 more act' : `${count} more acts`;
      audit.act({ ...last, at: clock.now(), from, verb: 'try', object, detail: 'within a minute' });
    }
  }
}
