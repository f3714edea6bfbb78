/**
 * What must be read again and no round asks for: structure of tenants, faults, objects where no mapping looks, containers that have
 * come to be followed. Read in the background, one thing after the other; what comes twice is read once. A failure is tried again.
 */
import { backOffMs, type BackOff } from '../../model/back-off.ts';
import type { Clock } from '../../model/clock.ts';
import { problemOfFailure } from './apic-error.ts';
import type { Dn } from './dn.ts';
import type { Log } from './options.ts';
import type { Upkeep } from './upkeep.ts';

export type Chore =
  | { readonly in: 'object'; readonly dn: Dn }
  | { readonly in: 'tenant'; readonly tenant: string }
  | { readonly in: 'faults' }
  | { readonly in: 'containers' };

export interface BacklogOptions {
  readonly upkeep: Pick<Upkeep, 'readObject' | 'readTenant' | 'readFaults' | 'readNewContainers'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

const retry: BackOff = { firstMs: 3000, maxMs: 3000, floorMs: 1000 };

export class Backlog {
  readonly #options: BacklogOptions;
  readonly #chores = new Map<string, Chore>();
  #signal: AbortSignal | undefined;
  #working = false;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  start(signal: AbortSignal): void {
    this.#signal = signal;
    this.#begin();
  }

  add(chore: Chore): void {
    this.#chores.set(JSON.stringify(chore), chore);
    this.#begin();
  }

  #begin(): void {
    if (this.#working || this.#signal === undefined || this.#chores.size === 0) return;
    this.#working = true;
    void this.#work(this.#signal).finally(() => {
      this.#working = false;
    });
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#options;
    for (const [id, chore] of this.#chores) {
      this.#chores.delete(id);
      try {
        await this.#do(chore, signal);
      } catch (thrown) {
        if (signal.aborted) return;
        log('info', 'reading again failed', { chore, problem: problemOfFailure(thrown) });
        this.#chores.set(id, chore);
        await clock.sleep(backOffMs(1, retry, random()), signal).catch(() => undefined);
      }
      if (signal.aborted) return;
    }
  }

  #do(chore: Chore, signal: AbortSignal): Promise<void> {
    const { upkeep } = this.#options;
    switch (chore.in) {
      case 'object':
        return upkeep.readObject(chore.dn, signal);
      case 'tenant':
        return upkeep.readTenant(chore.tenant, signal);
      case 'faults':
        return upkeep.readFaults(signal);
      case 'containers':
        return upkeep.readNewContainers(signal);
    }
  }
}
