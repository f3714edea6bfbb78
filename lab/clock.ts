/**
 * The lab's own time: it can run faster than ours and be moved forward, so that a day of leases, soaking and
 * retention fits in a second. Timers of sessions, subscriptions, notifications and leaves run on it.
 */
export interface LabClock {
  /** Milliseconds since the epoch, in the lab's time. */
  now(): number;
  readonly rate: number;
  setRate(rate: number): void;
  /** Moves time forward; what falls due runs at once. */
  advance(milliseconds: number): void;
  /** Runs `task` once, that much of the lab's time from now. Returns what cancels it. */
  after(milliseconds: number, task: () => void): () => void;
  stop(): void;
}

interface Task {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

const longestTimerMs = 2 ** 31 - 1;

export function createClock(rate = 1): LabClock {
  return new RunningClock(rate);
}

class RunningClock implements LabClock {
  rate: number;
  #base = Date.now();
  #mark = performance.now();
  #tasks: Task[] = [];
  #order = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(rate: number) {
    this.rate = rate;
  }

  now(): number {
    return this.#base + (performance.now() - this.#mark) * this.rate;
  }

  setRate(rate: number): void {
    this.#base = this.now();
    this.#mark = performance.now();
    this.rate = rate;
    this.#arm();
  }

  advance(milliseconds: number): void {
    this.#base += milliseconds;
    this.#runDue();
  }

  after(milliseconds: number, run: () => void): () => void {
    const task = { due: this.now() + milliseconds, order: (this.#order += 1), run };
    this.#tasks.splice(this.#position(task), 0, task);
    if (this.#tasks[0] === task) this.#arm();
    return () => {
      const index = this.#tasks.indexOf(task);
      if (index >= 0) this.#tasks.splice(index, 1);
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#tasks = [];
    clearTimeout(this.#timer);
  }

  /** Tasks stay sorted by due time; equal times keep the order of asking. */
  #position(task: Task): number {
    let low = 0;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#tasks[middle]?.due ?? Infinity) <= task.due) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#tasks[0];
    if (next === undefined || this.#stopped) return;
    const wait = Math.ceil(Math.max(0, (next.due - this.now()) / this.rate));
    this.#timer = setTimeout(() => this.#runDue(), Math.min(wait, longestTimerMs));
    this.#timer.unref();
  }

  #runDue(): void {
    const now = this.now();
    for (let next = this.#tasks[0]; next !== undefined && next.due <= now; next = this.#tasks[0]) {
      this.#tasks.shift();
      next.run();
    }
    this.#arm();
  }
}

/** `2026-01-01T00:00:00.000+00:00`, as the APIC writes times. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+00:00');
}
