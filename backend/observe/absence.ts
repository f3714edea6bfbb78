/**
 * When an absence begins to count. Endpoints vanish from a fabric together with the switch that reported them: then it is the
 * switch that is gone, and nothing is known of them.
 *
 * An absence counts from the moment at which one of its switches has been in service for the settle time; of the two switches
 * of a pair one is enough, since both report what both see. Switches in doubt: out of service, lately started or changed, not
 * known at all, or having lost half of their endpoints at once, which may be seen before the state of the switch is.
 * An endpoint of which no switch is known counts while no switch of the fabric changed lately.
 *
 * Pure: times are monotonic milliseconds that the caller gives. Knows nothing of records.
 */
import type { SwitchState } from './ports.ts';

/** A switch that came back relearns what is behind it within this time. */
export const settleMsByDefault = 30 * 60_000;
/** So many losses of one switch, that are half of its endpoints at least, within that time are taken for its own failure. */
const togetherCount = 3;
const togetherShare = 0.5;
export const togetherMs = 60_000;

interface Switch {
  readonly inService: boolean;
  /** Since when it has been as it is; undefined: not known. */
  readonly since: number | undefined;
}

/** Losses of one switch: when, and how many of its endpoints are left. */
export interface Losses {
  readonly at: readonly number[];
  readonly left: number;
}

export class Absence {
  readonly #settleMs: number;
  #switches: ReadonlyMap<string, Switch> | undefined;
  readonly #suspectedAt = new Map<string, number>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Every switch there is. A return that is seen here counts from now, whatever the switch says of its age. */
  switches(states: readonly SwitchState[], now: number): void {
    const known = this.#switches;
    this.#switches = new Map(states.map((state) => [state.node, become(known?.get(state.node), state, now)]));
  }

  /** Judges losses of a switch: together they may be its failure. */
  suspect(node: string, { at, left }: Losses): void {
    const sorted = at.toSorted((a, b) => a - b);
    let first = 0;
    for (const [index, last] of sorted.entries()) {
      while (last - (sorted[first] ?? last) > togetherMs) first += 1;
      const together = index - first + 1;
      const had = together + (sorted.length - index - 1) + left;
      if (together < togetherCount || together < had * togetherShare) continue;
      this.#suspectedAt.set(node, Math.max(last, this.#suspectedAt.get(node) ?? -Infinity));
    }
  }

  /** From when on an absence counts that began at `lostAt` at these switches; undefined: not as things are. */
  countsFrom(nodes: readonly string[], lostAt: number): number | undefined {
    if (this.#switches === undefined) return undefined;
    const settled = nodes.length === 0 ? this.#quietSince() : this.#firstSettled(nodes);
    return settled === undefined ? undefined : Math.max(lostAt, settled);
  }

  #firstSettled(nodes: readonly string[]): number | undefined {
    const moments = nodes.map((node) => this.#settledAt(node)).filter((each) => each !== undefined);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  #settledAt(node: string): number | undefined {
    const known = this.#switches?.get(node);
    if (known?.inService !== true || known.since === undefined) return undefined;
    return Math.max(known.since, this.#suspectedAt.get(node) ?? -Infinity) + this.#settleMs;
  }

  #quietSince(): number | undefined {
    let latest = this.#suspectedAt.get('') ?? -Infinity;
    for (const { since } of this.#switches?.values() ?? []) {
      if (since === undefined) return undefined;
      latest = Math.max(latest, since);
    }
    return latest + this.#settleMs;
  }
}

function become(known: Switch | undefined, { inService, forMs }: SwitchState, now: number): Switch {
  if (forMs === undefined) return { inService, since: undefined };
  const since = now - forMs;
  if (known === undefined) return { inService, since };
  if (known.inService !== inService) return { inService, since: now };
  return { inService, since: Math.max(since, known.since ?? -Infinity) };
}
