import { getEventListeners } from 'node:events';
import { systemClock, type Clock } from '../../model/clock.ts';
import { startWorld, until, type World } from './testing/world.ts';

/** Whoever waits for the System's own end does so with its signal. */
function listeningClock(): { readonly clock: Clock; readonly listeners: () => number } {
  const clock = systemClock();
  const signals = new Set<AbortSignal>();
  return {
    clock: {
      ...clock,
      sleep(ms, signal) {
        if (signal !== undefined) signals.add(signal);
        return clock.sleep(ms, signal);
      },
    },
    listeners: () => Math.max(...[...signals].map((signal) => getEventListeners(signal, 'abort').length)),
  };
}

async function reconnect({ fabric, system }: World): Promise<void> {
  const before = system.counters.reconnects;
  fabric.dropSockets();
  await until(() => system.counters.reconnects > before, 'the loss');
  await until(() => system.view.problem === undefined && fabric.stats().sockets === 1, 'health');
}

describe('a subscription', () => {
  it('leaves nothing behind of a socket that it lost', async () => {
    const { clock, listeners } = listeningClock();
    const world = await startWorld({ system: { clock, random: () => 0 } });
    const before = listeners();

    for (let turn = 0; turn < 3; turn += 1) await reconnect(world);

    await until(() => listeners() <= before, `no more than ${before} listeners`);
    await world.stop();
  });
});
