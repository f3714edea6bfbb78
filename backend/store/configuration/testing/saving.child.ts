/**
 * Run by a test as a process of its own: saves one change after another into the folder it is given, and tells each revision once
 * the edit has resolved, until it is killed.
 */
import { manualClock } from '../../../model/clock.ts';
import { openConfiguration } from '../stored-configuration.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const folder = process.argv[2] ?? '';
const configuration = await openConfiguration({ folder, clock: manualClock(), log: quiet });

for (;;) {
  const { tag, revision } = configuration.settings();
  const settings = { guard: { atMost: revision + 1 } };
  const by = { name: 'child', role: 'admin', via: 'commandLine' } as const;
  const saved = await configuration.putSettings(settings, { condition: { tag }, by });
  process.send?.(saved.revision);
}
