/** Asks for the complete read that ends an absence, when it has lasted long enough; again, after a pause, when nothing came of it. */
import type { Clock } from '../model/clock.ts';

export interface AbsenceAlarmOptions {
  readonly clock: Clock;
  /** EPGs, with the monotonic moment at which to ask. */
  readonly due: () => Iterable<{ readonly epg: string; readonly at: number }>;
  readonly ask: (epgs: readonly string[]) => void;
}

/** A read is answered long before, unless the fabric is slow: then asking more often would not help it. */
const againMs = 30_000;

export class AbsenceAlarm {
  readonly #options: AbsenceAlarmOptions;
  readonly #askedAt = new Map<string, number>();
  #signal: AbortSignal | undefined;
  #armed: { readonly at: number; readonly stop: AbortController } | undefined;
  #isSetting = false;

  constructor(options: AbsenceAlarmOptions) {
    this.#options = options;
  }

  start(signal: AbortSignal): void {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#armed?.stop.abort(signal.reason), { once: true });
  }

  /** Something changed; looked at once per turn. */
  set(): void {
    if (this.#isSetting) return;
    this.#isSetting = true;
    setImmediate(() => {
      this.#isSetting = false;
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#signal?.aborted !== false) return;
    let at = Infinity;
    for (const each of this.#options.due()) at = Math.min(at, this.#momentOf(each));
    if (this.#armed?.at === at) return;
    this.#armed?.stop.abort(new Error('another moment'));
    this.#armed = undefined;
    if (at === Infinity) return;
    const armed = { at, stop: new AbortController() };
    this.#armed = armed;
    const { clock } = this.#options;
    clock.sleep(Math.max(0, at - clock.monotonic()), armed.stop.signal).then(
      () => this.#ring(),
      () => undefined,
    );
  }

  #ring(): void {
    this.#armed = undefined;
    const { clock, due, ask } = this.#options;
    const now = clock.monotonic();
    const epgs = [...due()].filter((each) => this.#momentOf(each) <= now).map(({ epg }) => epg);
    for (const epg of epgs) this.#askedAt.set(epg, now);
    if (epgs.length > 0) ask(epgs);
    this.set();
  }

  #momentOf({ epg, at }: { readonly epg: string; readonly at: number }): number {
    return Math.max(at, (this.#askedAt.get(epg) ?? -Infinity) + againMs);
  }
}
