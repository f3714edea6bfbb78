/**
 * Run by a test as a process of its own: takes rounds down, and tells after each `flushed` how many lines are on the disk by then,
 * until it is killed.
 */
import { systemClock } from '../../../model/clock.ts';
import { openHistory } from '../history.ts';
import { act, add, report, sent } from './happenings.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const history = openHistory({ path, clock: systemClock(), bounds: { keepForMs: 1e15, bytes: 1e9 } });

for (let at = Number(first) + 1; ; at += 1) {
  history.run(report(at, sent([add(`10.0.${at >> 8}.${at & 255}`)]), at));
  history.act(act(at));
  await history.flushed();
  process.send?.(at);
}
