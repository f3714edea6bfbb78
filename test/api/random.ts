/** Random choices that a seed repeats. */
export interface Random {
  /** A whole number from 0, below `end`. */
  below(end: number): number;
  /** True with this probability. */
  chance(share: number): boolean;
  pick<Choice>(choices: readonly [Choice, ...Choice[]]): Choice;
  pick<Choice>(choices: readonly Choice[]): Choice | undefined;
}

/** mulberry32. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  function pick<Choice>(choices: readonly [Choice, ...Choice[]]): Choice;
  function pick<Choice>(choices: readonly Choice[]): Choice | undefined;
  function pick<Choice>(choices: readonly Choice[]): Choice | undefined {
    return choices[below(choices.length)];
  }
  return { below, chance: (share) => next() < share, pick };
}
