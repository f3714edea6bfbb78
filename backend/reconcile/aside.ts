/**
 * Long work that nobody must wait behind: done in short slices, between which everything else has its turn, and longer turns where
 * there is much else to do.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long everything else may be kept waiting, ms. */
const sliceMs = 3;
/** A turn of others that took longer than this, ms, says that they are at work. */
const busyMs = 0.5;
/** As long as they are, this much of each time is theirs, ms. */
const theirsMs = 8;

/** Runs the steps to their end; rejects with what they throw. */
export async function aside<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const begun = performance.now();
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() - begun < sliceMs);
    const letGo = performance.now();
    await setImmediate();
    if (performance.now() - letGo > busyMs) await setTimeout(theirsMs);
  }
}
