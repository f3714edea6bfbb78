/**
 * Descriptions for people: a tagAnnotation `aci-kube-sync:<instance>` on objects that we made, saying what they follow. It needs other
 * rights than the object itself, so it goes in requests of its own, gathered while writing goes on, and may fail without consequence.
 */
import type { Clock } from '../../model/clock.ts';
import type { Change } from '../../model/plan.ts';
import type { ProblemCode } from '../../model/problems.ts';
import { isClearNo, problemOfFailure } from './apic-error.ts';
import type { Counters } from './counters.ts';
import { joinDn, type Dn } from './dn.ts';
import type { Log } from './options.ts';
import type { Patch } from './patch.ts';
import { knownDn } from './place.ts';
import type { Session } from './session.ts';
import { requestOf } from './write-tree.ts';

export interface LabelsOptions {
  readonly session: Session;
  readonly counters: Counters;
  readonly instance: string;
  readonly most: number;
  readonly clock: Clock;
  readonly log: Log;
}

const gatherMs = 2000;

export class Labels {
  readonly #options: LabelsOptions;
  readonly #waiting = new Map<Dn, Patch>();
  #sending = false;

  constructor(options: LabelsOptions) {
    this.#options = options;
  }

  /** Takes the objects that these accepted changes made. */
  take(changes: readonly Change[], signal: AbortSignal): void {
    for (const change of changes) {
      const dn = knownDn(change.key);
      if (change.type === 'deleteObject') this.#waiting.delete(dn);
      if (change.type === 'createObject') this.#waiting.set(dn, this.#label(dn, change.mapping));
    }
    if (this.#waiting.size === 0 || this.#sending) return;
    this.#sending = true;
    void this.#sendLater(signal);
  }

  #label(on: Dn, mapping: string): Patch {
    const key = `aci-kube-sync:${this.#options.instance}`;
    const value = `made by aci-kube-sync for mapping ${mapping}`.replace(/[<>]/g, '');
    const attributes = { key, value };
    const dn = joinDn(on, `annotationKey-[${key}]`);
    return { dn, className: 'tagAnnotation', status: 'created,modified', attributes };
  }

  /** Sends what waits, or drops it when nothing may be written; never throws. */
  async flush(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, this.#options.most);
      for (const [dn] of batch) this.#waiting.delete(dn);
      const refusal = await this.#send(batch);
      // One whose object is gone has all of them refused. Where we have no right, one by one is no better.
      if (refusal !== 'fabric.refused' || batch.length === 1) continue;
      for (const label of batch) await this.#send([label]);
    }
  }

  /** Why it was clearly refused, if it was. */
  async #send(batch: readonly (readonly [Dn, Patch])[]): Promise<ProblemCode | undefined> {
    const { session, counters, log } = this.#options;
    counters.writes += 1;
    try {
      await session.request({
        method: 'POST',
        ...requestOf(batch.map(([, patch]) => patch)),
        timeoutMs: 30_000,
      });
      log('info', 'descriptions written', { objects: batch.length });
      return undefined;
    } catch (thrown) {
      const found = problemOfFailure(thrown);
      log('info', 'descriptions were not written', { objects: batch.length, problem: found });
      return isClearNo(thrown) ? found.code : undefined;
    }
  }

  async #sendLater(signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(gatherMs, signal).catch(() => undefined);
    if (!signal.aborted) await this.flush();
    this.#sending = false;
  }
}
