import assert from 'node:assert/strict';
import type { IpAddress } from '../model/ip.ts';
import {
  absentForMs,
  epg,
  minute,
  none,
  pathOf,
  seen,
  setUp,
  settleMs,
  several,
  switches,
  turn,
  type EndpointScene,
  type SceneOptions,
} from './testing/endpoint-scene.ts';

describe('an absent endpoint', () => {
  const scenes: EndpointScene[] = [];

  afterEach(() => {
    for (const scene of scenes.splice(0)) scene.stop();
  });

  /** Synced, with these endpoints shown, by themselves and in every later read. */
  async function following(
    shown: readonly ReturnType<typeof seen>[],
    options: SceneOptions = {},
  ): Promise<EndpointScene> {
    const scene = setUp(options);
    scenes.push(scene);
    scene.feed.identified('fabric/1/SERIAL');
    scene.feed.switches(switches('101', '102', '103'));
    scene.feed.listed(epg, shown, none);
    scene.shows(epg, shown);
    await scene.told();
    return scene;
  }

  /** From now on complete reads show only these; told at once. */
  function shrink(scene: EndpointScene, shown: readonly ReturnType<typeof seen>[]): void {
    scene.shows(epg, shown);
    scene.feed.listed(epg, shown, none);
  }

  describe('lost with its switch', () => {
    const down = { node: '101', inService: false, forMs: 0 };

    it('does not count while the switch is out of service, whenever that was seen', async () => {
      for (const order of ['endpoints first', 'switch first']) {
        const scene = await following([...several(2), seen('10.0.0.8', { nodes: ['102'] })]);
        const steps = [
          () => shrink(scene, [seen('10.0.0.8', { nodes: ['102'] })]),
          () => scene.feed.switches(switches(down, '102')),
        ];
        for (const step of order === 'switch first' ? steps.reverse() : steps) step();

        await scene.pass(absentForMs * 10);

        assert.deepEqual(scene.members(), ['-10.0.0.1', '-10.0.0.2', '10.0.0.8'], order);
      }
    });

    it('counts when the switch has been back for the settle time, from then on', async () => {
      const scene = await following(several(2));
      scene.feed.switches(switches(down));
      shrink(scene, []);
      await scene.pass(5 * minute);
      scene.feed.switches(switches({ node: '101', inService: true, forMs: 0 }));

      await scene.pass(settleMs + absentForMs - minute);
      const before = scene.members();
      await scene.pass(minute);

      assert.deepEqual([before, scene.members()], [['-10.0.0.1', '-10.0.0.2'], []]);
    });

    it('does not count from earlier when the switch says it never left', async () => {
      const scene = await following(several(2));
      scene.feed.switches(switches(down));
      shrink(scene, []);
      scene.feed.switches(switches('101'));

      await scene.pass(settleMs);

      assert.deepEqual(scene.members(), ['-10.0.0.1', '-10.0.0.2']);
    });

    it('does not count soon after the switch started', async () => {
      const scene = await following(several(2));
      scene.feed.switches(switches({ node: '101', inService: true, forMs: 10 * minute }));
      shrink(scene, several(1));

      await scene.pass(absentForMs + 5 * minute);
      const before = scene.members();
      await scene.pass(15 * minute);

      assert.deepEqual([before, scene.members()], [['-10.0.0.2', '10.0.0.1'], ['10.0.0.1']]);
    });

    it('does not count while nothing is known of the switch', async () => {
      for (const states of [[], switches('102'), [{ node: '101', inService: true, forMs: undefined }]]) {
        const scene = await following(several(2));
        scene.feed.switches(states);
        shrink(scene, several(1));

        await scene.pass(absentForMs + settleMs);

        assert.deepEqual(scene.members(), ['-10.0.0.2', '10.0.0.1']);
      }
    });

    it('counts when one switch of a pair stays in service', async () => {
      const pair = { nodes: ['101', '102'] };
      const scene = await following([...several(9, pair)]);
      scene.feed.switches(switches(down, '102'));
      shrink(scene, several(8, pair));

      await scene.pass(absentForMs);

      assert.equal(scene.members().length, 8);
    });

    it('counts when one switch of a pair started lately and the other did not', async () => {
      const pair = { nodes: ['101', '102'] };
      const scene = await following([...several(9, pair)]);
      scene.feed.switches(switches('101', { node: '102', inService: true, forMs: 0 }));
      shrink(scene, several(8, pair));

      await scene.pass(absentForMs);

      assert.equal(scene.members().length, 8);
    });

    it('does not count when both switches of a pair are out of service', async () => {
      const pair = { nodes: ['101', '102'] };
      const scene = await following([...several(9, pair)]);
      scene.feed.switches(switches(down, { ...down, node: '102' }));
      shrink(scene, several(8, pair));

      await scene.pass(absentForMs);

      assert.equal(scene.members().length, 9);
    });
  });

  describe('lost together with many of its switch', () => {
    it('does not count until the switch has proved itself for the settle time', async () => {
      const scene = await following(several(6));
      shrink(scene, several(3));

      await scene.pass(settleMs + absentForMs - minute);
      const before = scene.members().length;
      await scene.pass(minute);

      assert.deepEqual([before, scene.members().length], [6, 3]);
    });

    it('is judged over a minute, in whatever pieces it was seen', async () => {
      const scene = await following(several(6));
      for (const left of [5, 4, 3]) {
        shrink(scene, several(left));
        await scene.clock.advance(20_000);
      }

      await scene.pass(absentForMs + minute);

      assert.equal(scene.members().length, 6);
    });

    it('counts normally when they were lost minutes apart', async () => {
      const scene = await following(several(6));
      for (const left of [5, 4, 3]) {
        shrink(scene, several(left));
        await scene.pass(2 * minute);
      }

      await scene.pass(absentForMs);

      assert.equal(scene.members().length, 3);
    });

    it('counts normally when it is few, or fewer than half', async () => {
      for (const [had, left] of [
        [4, 2],
        [7, 4],
      ] as const) {
        const scene = await following(several(had));
        shrink(scene, several(left));

        await scene.pass(absentForMs);

        assert.equal(scene.members().length, left);
      }
    });

    it('counts normally for those behind other switches', async () => {
      const away = seen('10.0.0.9', { nodes: ['102'] });
      const more = [seen('10.0.0.10', { nodes: ['102'] }), seen('10.0.0.11', { nodes: ['102'] })];
      const scene = await following([...several(4), away, ...more]);
      shrink(scene, more);

      await scene.pass(absentForMs);

      assert.equal(scene.members().includes('-10.0.0.9'), false);
      assert.equal(scene.members().includes('-10.0.0.1'), true);
    });
  });

  describe('remembered from a former process', () => {
    const remembered = several(3).map(({ address, id, mac, nodes }) => ({
      epg,
      address,
      id,
      mac,
      nodes,
      absentSince: undefined as number | undefined,
    }));

    it('is no record before the EPG was read', () => {
      const scene = setUp({ remembered });
      scenes.push(scene);

      assert.deepEqual([scene.members(), scene.freshness()], [[], 'unknown']);
    });

    it('is absent when the first complete read does not show it', async () => {
      const since = 999 * minute;
      const scene = await following(several(1), {
        remembered: remembered.map((each) =>
          each.address === '10.0.0.3' ? { ...each, absentSince: since } : each,
        ),
      });

      assert.deepEqual(scene.members(), ['-10.0.0.2', '-10.0.0.3', '10.0.0.1']);
      const absentSince = (address: string) =>
        scene.source.view.get('LearnedEndpoint', pathOf(address))?.absentSince;
      assert.deepEqual([absentSince('10.0.0.2'), absentSince('10.0.0.3')], [scene.clock.now(), since]);
    });

    it('counts from the first complete read of this process, however long it was absent', async () => {
      const scene = await following(several(2), {
        remembered: remembered.map((each) =>
          each.address === '10.0.0.3' ? { ...each, absentSince: 1 } : each,
        ),
      });

      await scene.pass(absentForMs - minute);
      const before = scene.members().length;
      await scene.pass(minute);

      assert.deepEqual([before, scene.members().length], [3, 2]);
    });

    it('keeps what vanished in a body before the restart for as long as without one', async () => {
      const scene = await following([], {
        remembered: remembered.map((each) => ({ ...each, absentSince: 1_000 * minute - 5_000 })),
      });

      await scene.pass(absentForMs + minute);

      assert.equal(scene.members().length, 3);
    });

    it('is saved as it changes, together per turn, and never twice the same', async () => {
      const scene = await following(several(5), { remembered });
      const afterStart = [...scene.saves];

      scene.feed.listed(epg, several(5), none);
      shrink(scene, several(4));
      await turn();

      assert.deepEqual([afterStart, scene.saves], [[2], [2, 1]]);
      assert.equal(scene.saved().get(pathOf('10.0.0.5'))?.absentSince, scene.clock.now());
    });

    it('is saved before anybody is told', async () => {
      const scene = setUp();
      scenes.push(scene);
      const known: boolean[] = [];
      scene.source.onNotices(() => known.push(scene.saved().has(pathOf('10.0.0.1'))));

      scene.feed.listed(epg, several(1), none);
      await turn();

      assert.deepEqual(known, [true]);
    });

    it('is forgotten when it is gone, and when nobody follows its EPG any more', async () => {
      const stranger = {
        epg: 't/a/former',
        address: '10.1.1.1' as IpAddress,
        id: 'x',
        mac: 'A',
        nodes: [],
        absentSince: undefined,
      };
      const scene = await following(several(8), { remembered: [stranger] });
      shrink(scene, several(7));

      await scene.pass(absentForMs);

      assert.deepEqual(
        [...scene.saved().keys()].sort(),
        several(7).map(({ address }) => pathOf(address)),
      );
    });
  });
});
