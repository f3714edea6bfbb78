/**
 * What runs of one sort, by name: systems, or sources. Each is stopped by itself, and all of them together with the fleet.
 */
interface Runs {
  start(signal: AbortSignal): void;
  settled(signal: AbortSignal): Promise<void>;
  stopped(): Promise<void>;
}

/** As `declared.ts` has it. */
export interface DeclaredAs<Name> {
  readonly name: Name;
  readonly shape: string;
  readonly secrets: string | undefined;
}

interface Berth {
  readonly as: DeclaredAs<string>;
  readonly stop: AbortController;
  /** Of the fleet, or of this one alone. */
  readonly signal: AbortSignal;
  hasStarted: boolean;
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

  add(as: DeclaredAs<Name>, unit: Unit): void {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.signal, stop.signal]);
    this.running.set(as.name, unit);
    this.berths.set(as.name, { as, stop, signal, hasStarted: false });
  }

  signalOf(name: Name): AbortSignal {
    return this.berths.get(name)?.signal ?? AbortSignal.abort();
  }

  start(name: Name): void {
    const berth = this.berths.get(name);
    if (berth === undefined || berth.hasStarted) return;
    berth.hasStarted = true;
    this.running.get(name)?.start(berth.signal);
  }

  /** Names that are not declared any more, or are declared otherwise. */
  outdated(declared: readonly DeclaredAs<Name>[]): Name[] {
    const byName = new Map(declared.map((each) => [each.name, each]));
    return [...this.running.keys()].filter((name) => !this.isAs(byName.get(name)));
  }

  /** Resolves when they have let go of everything outside, or at `deadline`; they are listed until `drop`. */
  async stop(names: readonly Name[], deadline: Promise<unknown>): Promise<void> {
    for (const name of names)
      this.berths.get(name)?.stop.abort(new Error(`${name} is declared otherwise now`));
    await Promise.race([this.letGo(names), deadline]);
  }

  drop(names: readonly Name[]): void {
    for (const name of names) {
      this.running.delete(name);
      this.berths.delete(name);
    }
  }

  stopped(): Promise<void> {
    return this.letGo([...this.running.keys()]);
  }

  /** What was never started holds nothing. */
  private async letGo(names: readonly Name[]): Promise<void> {
    const started = names.filter((name) => this.berths.get(name)?.hasStarted === true);
    await Promise.all(started.flatMap((name) => this.running.get(name)?.stopped() ?? []));
  }

  /** A secret that cannot be read for a moment takes nothing away from what runs by it. */
  private isAs(declared: DeclaredAs<Name> | undefined): boolean {
    const as = declared && this.berths.get(declared.name)?.as;
    if (declared === undefined || as?.shape !== declared.shape) return false;
    return declared.secrets === undefined || declared.secrets === as.secrets;
  }
}
