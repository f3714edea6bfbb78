/** Chance that can be repeated: the same seed gives the same draws. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number below `end`. */
  below(end: number): number;
  /** One of `all`, which must not be empty. */
  pick<Item>(all: readonly Item[]): Item;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** mulberry32: small, and good enough to choose steps. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    pick<Item>(all: readonly Item[]): Item {
      if (all.length === 0) throw new Error('nothing to pick from');
      // Within the list, which may hold undefined as a choice.
      return all[below(all.length)] as Item;
    },
    chance: (probability) => next() < probability,
  };
}
