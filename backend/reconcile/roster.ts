/**
 * What runs of one sort, by name: systems, or sources. Each is stopped by itself, and all of them together with the fleet.
 */
interface Runs {
  start(signal: AbortSignal): void;
  settled(signal: AbortSignal): Promise<void>;
  stopped(): Promise<void>;
}

interface Berth {
  readonly fingerprint: string;
  readonly stop: AbortController;
  /** Of the fleet, or of this one alone. */
  readonly signal: AbortSignal;
}

export class Roster<Name extends string, Unit extends Runs> {
  private readonly running = new Map<Name, Unit>();
  private readonly berths = new Map<Name, Berth>();
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  get units(): ReadonlyMap<Name, Unit> {
    return this.running;
  }

  add(name: Name, fingerprint: string, unit: Unit): void {
    const stop = new AbortController();
    this.running.set(name, unit);
    this.berths.set(name, { fingerprint, stop, signal: AbortSignal.any([this.signal, stop.signal]) });
  }

  signalOf(name: Name): AbortSignal {
    return this.berths.get(name)?.signal ?? AbortSignal.abort();
  }

  start(name: Name): void {
    this.running.get(name)?.start(this.signalOf(name));
  }

  isAsDeclared({ name, fingerprint }: { readonly name: Name; readonly fingerprint: string }): boolean {
    return this.berths.get(name)?.fingerprint === fingerprint;
  }

  /** Names that are not declared any more, or are declared otherwise. */
  outdated(declared: readonly { readonly name: Name; readonly fingerprint: string }[]): Name[] {
    const current = new Set(declared.filter((each) => this.isAsDeclared(each)).map(({ name }) => name));
    return [...this.running.keys()].filter((name) => !current.has(name));
  }

  /** Resolves when they have let go of everything outside; they are listed until `drop`. */
  async stop(names: readonly Name[]): Promise<void> {
    for (const name of names)
      this.berths.get(name)?.stop.abort(new Error(`${name} is declared otherwise now`));
    await Promise.all(names.flatMap((name) => this.running.get(name)?.stopped() ?? []));
  }

  drop(names: readonly Name[]): void {
    for (const name of names) {
      this.running.delete(name);
      this.berths.delete(name);
    }
  }

  async stopped(): Promise<void> {
    await Promise.all([...this.running.values()].map((unit) => unit.stopped()));
  }
}
