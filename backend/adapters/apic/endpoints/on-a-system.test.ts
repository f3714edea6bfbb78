import assert from 'node:assert/strict';
import { insideFabric } from '../../../../lab/fabric/seed.ts';
import { systemClock } from '../../../model/clock.ts';
import { createEndpointSource } from '../../../observe/endpoint-source.ts';
import { startWorld, until, type World } from '../testing/world.ts';
import { epg, keptMemory, learn } from './testing/endpoint-world.ts';

describe('learned endpoints on the session of a System', () => {
  let world: World;

  afterEach(async () => {
    await world.stop();
  });

  it('share its login and its socket, and do not disturb it', async () => {
    world = await startWorld({ seed: (fabric) => fabric.seed(insideFabric()) });
    const { fabric, system } = world;
    const source = createEndpointSource({
      feed: system.endpoints([epg]),
      follow: [{ epg, absentForMs: 600_000 }],
      clock: systemClock(),
      memory: keptMemory(),
    });
    const ending = new AbortController();
    source.start(ending.signal);
    await source.settled(ending.signal);

    learn(fabric, '10.9.0.1');
    await until(() => [...source.view.all('LearnedEndpoint')].length === 1, 'the endpoint');

    assert.deepEqual([source.view.name, source.view.identity], [system.name, system.view.identity]);
    assert.deepEqual([system.counters.logins, fabric.stats().sockets], [1, 1]);
    assert.deepEqual(world.drifted(), []);
    ending.abort(new Error('the test is over'));
    await source.stopped();
  });
});
