/** The simulator's own time: it can run faster than the real one, and be moved forward by hand. */

export interface LabClock {
  /** Milliseconds since the epoch, in the lab's time. */
  now(): number;
  /** The lab's time as Kubernetes writes it: RFC 3339, whole seconds. */
  stamp(): string;
  /** Runs `act` once `ms` of the lab's time have passed; the result calls it off. */
  after(ms: number, act: () => void): () => void;
  setRate(rate: number): void;
  advance(ms: number): void;
  rate(): number;
  stop(): void;
}

interface Alarm {
  readonly due: number;
  act: (() => void) | undefined;
}

class Timeline implements LabClock {
  #rate: number;
  #base = Date.now();
  #since = performance.now();
  /** Sorted by `due`; new alarms nearly always belong at the end. */
  #alarms: Alarm[] = [];
  #head = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Infinity;
  #stopped = false;
  /** Thousands of objects are stamped within a second: the text is made once. */
  #stamped = { second: 0, text: '' };

  constructor(rate: number) {
    this.#rate = rate;
  }

  now(): number {
    return this.#base + (performance.now() - this.#since) * this.#rate;
  }

  stamp(): string {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.#stamped.second) {
      this.#stamped = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
    }
    return this.#stamped.text;
  }

  rate(): number {
    return this.#rate;
  }

  after(ms: number, act: () => void): () => void {
    const alarm: Alarm = { due: this.now() + ms, act };
    let index = this.#alarms.length;
    while (index > this.#head && (this.#alarms[index - 1]?.due ?? 0) > alarm.due) index -= 1;
    this.#alarms.splice(index, 0, alarm);
    this.#arm();
    return () => {
      alarm.act = undefined;
    };
  }

  setRate(rate: number): void {
    this.#rebase(0);
    this.#rate = rate;
    this.#rearm();
  }

  advance(ms: number): void {
    this.#rebase(ms);
    this.#rearm();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#alarms = [];
  }

  #rebase(jump: number): void {
    this.#base = this.now() + jump;
    this.#since = performance.now();
  }

  #rearm(): void {
    this.#timerDue = Infinity;
    clearTimeout(this.#timer);
    this.#arm();
  }

  #arm(): void {
    const next = this.#alarms[this.#head];
    if (this.#stopped || next === undefined || next.due >= this.#timerDue) return;
    clearTimeout(this.#timer);
    this.#timerDue = next.due;
    const wait = Math.max(0, Math.ceil((next.due - this.now()) / this.#rate));
    this.#timer = setTimeout(() => this.#ring(), Math.min(wait, 0x7fffffff));
  }

  #ring(): void {
    this.#timerDue = Infinity;
    const now = this.now();
    for (let alarm = this.#alarms[this.#head]; alarm !== undefined && alarm.due <= now;) {
      this.#head += 1;
      const { act } = alarm;
      alarm.act = undefined;
      act?.();
      alarm = this.#alarms[this.#head];
    }
    if (this.#head > 1024 || this.#head === this.#alarms.length) {
      this.#alarms.splice(0, this.#head);
      this.#head = 0;
    }
    this.#arm();
  }
}

export function createClock(rate = 1): LabClock {
  return new Timeline(rate);
}
