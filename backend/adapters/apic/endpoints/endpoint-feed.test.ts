import assert from 'node:assert/strict';
import type { Fabric } from '../../../../lab/fabric/fabric.ts';
import {
  epg,
  followEndpoints,
  learn,
  startEndpointFabric,
  until,
  type FollowedFabric,
  type FollowOptions,
} from './testing/endpoint-world.ts';

describe('learned endpoints of a fabric', () => {
  let fabric: Fabric;
  const worlds: FollowedFabric[] = [];

  async function follow(options?: FollowOptions): Promise<FollowedFabric> {
    const world = await followEndpoints(fabric, options);
    worlds.push(world);
    return world;
  }

  beforeEach(async () => {
    fabric = await startEndpointFabric();
  });

  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.letGo();
    await fabric.close();
  });

  it('are those that are there at the start, and those that are learned later', async () => {
    learn(fabric, '10.9.0.1');
    const world = await follow();
    await world.synced();

    learn(fabric, '10.9.0.2', [101, 102]);
    await until(() => world.members().length === 2, 'two members');

    assert.deepEqual(world.members(), ['10.9.0.1', '10.9.0.2']);
    await until(() => world.record('10.9.0.2')?.nodes.join() === '101,102', 'both switches');
    assert.ok(world.told().includes(`watched ${epg}/10.9.0.2`));
  });
});
