/**
 * Descriptions for people: a tagAnnotation `aci-kube-sync:<instance>` on EPGs that we made, saying what they follow. It needs other
 * rights than the EPG itself, so it goes in requests of its own, gathered while writing goes on, and may fail without consequence.
 */
import type { Clock } from '../../model/clock.ts';
import type { Change } from '../../model/plan.ts';
import { problemOfFailure } from './apic-error.ts';
import type { Codec } from './codec/codec.ts';
import { wireMo, type WireMo } from './mo.ts';
import type { Log } from './options.ts';
import type { Session } from './session.ts';
import { rooted } from './write-tree.ts';

export interface LabelsOptions {
  readonly session: Session;
  readonly codec: Codec;
  readonly instance: string;
  readonly most: number;
  readonly clock: Clock;
  readonly log: Log;
}

const gatherMs = 2000;

export class Labels {
  readonly #options: LabelsOptions;
  readonly #waiting = new Map<string, WireMo>();
  #sending = false;

  constructor(options: LabelsOptions) {
    this.#options = options;
  }

  /** Takes the objects that these accepted changes made. */
  take(changes: readonly Change[], signal: AbortSignal): void {
    const { codec, instance } = this.#options;
    for (const change of changes) {
      if (change.type === 'deleteObject') this.#waiting.delete(change.key.name);
      if (change.type !== 'createObject') continue;
      const value = `made by aci-kube-sync for mapping ${change.mapping}`.replace(/[<>]/g, '');
      const label = wireMo('tagAnnotation', { key: `aci-kube-sync:${instance}`, value });
      this.#waiting.set(change.key.name, codec.encodeObject(change.key.name, {}, 'modified', [label]));
    }
    if (this.#waiting.size === 0 || this.#sending) return;
    this.#sending = true;
    void this.#sendLater(signal);
  }

  /** Sends what waits; never throws. */
  async flush(): Promise<void> {
    const { session, codec, most, log } = this.#options;
    while (this.#waiting.size > 0) {
      const nodes = new Map([...this.#waiting].slice(0, most));
      for (const name of nodes.keys()) this.#waiting.delete(name);
      try {
        await session.request({ method: 'POST', ...rooted(codec, nodes), timeoutMs: 30_000 });
      } catch (thrown) {
        log('info', 'descriptions were not written', { problem: problemOfFailure(thrown) });
      }
    }
  }

  async #sendLater(signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(gatherMs, signal).catch(() => undefined);
    if (!signal.aborted) await this.flush();
    this.#sending = false;
  }
}
