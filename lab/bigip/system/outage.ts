/** What a device is like while it, or a part of it, comes up again: one misbehaviour after the other, by the lab's clock. */
import type { LabClock } from '../../clock.ts';

export type OutageFault = 'closed' | 'restartingPage' | 'notRegistered' | 'mcpdLost' | 'falseAbsent';

export interface Phase {
  readonly fault: OutageFault;
  readonly ms: number;
}

export class Outage {
  readonly #clock: LabClock;
  #phases: { fault: OutageFault; until: number }[] = [];

  constructor(clock: LabClock) {
    this.#clock = clock;
  }

  begin(phases: readonly Phase[]): void {
    let until = this.#clock.now();
    this.#phases = phases.map(({ fault, ms }) => ({ fault, until: (until += ms) }));
  }

  has(fault: OutageFault): boolean {
    const now = this.#clock.now();
    return this.#phases.find(({ until }) => now < until)?.fault === fault;
  }
}
