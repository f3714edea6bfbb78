import assert from 'node:assert/strict';
import { problem } from '../model/problems.ts';
import {
  absentForMs,
  epg,
  minute,
  none,
  pathOf,
  seen,
  setUp,
  several,
  switches,
  unsettled,
  type EndpointScene,
  type SceneOptions,
} from './testing/endpoint-scene.ts';

const lost = problem('fabric.unreachable', 'the socket closed');
const missing = problem('fabric.sentinel', 'EPG t/a/other is not there');

describe('learned endpoints as a source', () => {
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

  describe('what is there', () => {
    it('is unknown until the EPG was read, and then synced', async () => {
      const scene = setUp();
      scenes.push(scene);
      const before = scene.freshness();

      scene.feed.listed(epg, [seen('10.0.0.1')], none);

      assert.deepEqual([before, scene.freshness()], ['unknown', 'synced']);
      assert.deepEqual(await scene.told(), [`listed ${pathOf('10.0.0.1')}`]);
      await scene.source.settled(new AbortController().signal);
    });

    it('makes a record that names the EPG, the address and how the fabric calls it', async () => {
      const scene = await following([seen('10.0.0.1', { nodes: ['101', '102'] })]);

      const record = scene.source.view.get('LearnedEndpoint', pathOf('10.0.0.1'));

      assert.deepEqual(record, {
        kind: 'LearnedEndpoint',
        uid: '00:00:00:00:00:1/10.0.0.1',
        path: 't/a/web/10.0.0.1',
        namespace: 't/a/web',
        name: '10.0.0.1',
        labels: {},
        resourceVersion: '',
        address: '10.0.0.1',
        mac: '00:00:00:00:00:1',
        nodes: ['101', '102'],
        absentSince: undefined,
      });
    });

    it('has nothing of any other kind, and that for certain', async () => {
      const scene = await following([seen('10.0.0.1')]);

      const pods = scene.source.view.kind('Pod');

      assert.deepEqual(
        [pods.freshness, pods.count, scene.source.view.freshness(['Pod'])],
        ['synced', 0, 'synced'],
      );
      assert.deepEqual([...scene.source.view.all('Pod')], []);
    });

    it('believes a notification that shows a new endpoint', async () => {
      const scene = await following([]);

      scene.feed.appeared(epg, seen('10.0.0.9'));

      assert.deepEqual(await scene.told(), [`watched ${pathOf('10.0.0.9')}`]);
    });

    it('does not believe it while nothing is heard', async () => {
      const scene = await following([]);
      scene.feed.lost(lost);

      scene.feed.appeared(epg, seen('10.0.0.9'));

      assert.deepEqual(scene.members(), []);
    });

    it('tells nobody that an endpoint moved to another switch, and keeps where it is', async () => {
      const scene = await following([seen('10.0.0.1')]);

      scene.feed.looked(epg, seen('10.0.0.1').id, seen('10.0.0.1', { nodes: ['103'] }));

      assert.deepEqual(await scene.told(), []);
      assert.deepEqual(scene.source.view.get('LearnedEndpoint', pathOf('10.0.0.1'))?.nodes, ['103']);
    });

    it('tells that an address moved to another MAC', async () => {
      const scene = await following([seen('10.0.0.1')]);

      scene.feed.appeared(epg, seen('10.0.0.1', { mac: 'B', learnedAt: 2 }));

      assert.deepEqual(await scene.told(), [`watched ${pathOf('10.0.0.1')}`]);
      assert.equal(scene.source.view.get('LearnedEndpoint', pathOf('10.0.0.1'))?.mac, 'B');
    });

    it('has one record for an address behind several MACs: that of the MAC learned last', async () => {
      const scene = await following([
        seen('10.0.0.1', { mac: 'A', learnedAt: 5 }),
        seen('10.0.0.1', { mac: 'B', learnedAt: 9 }),
        seen('10.0.0.1', { mac: 'C', learnedAt: 7 }),
      ]);
      const first = scene.source.view.get('LearnedEndpoint', pathOf('10.0.0.1'))?.mac;

      scene.feed.looked(epg, 'B/10.0.0.1', undefined);

      assert.deepEqual(scene.members(), ['10.0.0.1']);
      const second = scene.source.view.get('LearnedEndpoint', pathOf('10.0.0.1'))?.mac;
      assert.deepEqual([first, second], ['B', 'C']);
    });

    it('keeps the same address apart in two EPGs', async () => {
      const other = 't/a/other';
      const scene = await following([seen('10.0.0.1')], {
        follow: [
          { epg, absentForMs },
          { epg: other, absentForMs },
        ],
      });

      scene.feed.listed(other, [seen('10.0.0.1', { mac: 'B' })], none);
      scene.feed.looked(epg, seen('10.0.0.1').id, undefined);

      assert.deepEqual([scene.members(), scene.members(other)], [['-10.0.0.1'], ['10.0.0.1']]);
    });
  });

  describe('what is no longer shown', () => {
    it('stays a member and is marked absent, since when', async () => {
      const scene = await following(several(8));
      await scene.clock.advance(5);

      shrink(scene, several(7));

      assert.deepEqual(await scene.told(), [`watched ${pathOf('10.0.0.8')}`]);
      const record = scene.source.view.get('LearnedEndpoint', pathOf('10.0.0.8'));
      assert.equal(record?.absentSince, scene.clock.now());
    });

    it('is not absent by a read during which something was heard of it', async () => {
      const scene = await following(several(8));

      scene.feed.listed(epg, several(7), unsettled(seen('10.0.0.8')));

      assert.equal(scene.members().includes('10.0.0.8'), true);
    });

    it('is gone when its absence has lasted, and not before', async () => {
      const scene = await following(several(8));
      shrink(scene, several(7));
      await scene.told();

      await scene.pass(absentForMs - minute);
      const before = await scene.told();
      await scene.pass(minute);

      assert.deepEqual(before, []);
      assert.deepEqual(await scene.told(), [`deleted ${pathOf('10.0.0.8')}`]);
      assert.equal(scene.members().length, 7);
    });

    it('is not gone without a complete read at the end of its time', async () => {
      const scene = await following(several(8));
      scene.feed.looked(epg, seen('10.0.0.8').id, undefined);
      scene.silent();

      await scene.pass(absentForMs * 3);

      assert.equal(scene.members().includes('-10.0.0.8'), true);
      assert.ok(scene.asked().includes(epg));
    });

    it('is not gone by a read during which something was heard of its address', async () => {
      const scene = await following(several(8));
      shrink(scene, several(7));
      scene.silent();
      await scene.pass(absentForMs);

      scene.feed.listed(epg, several(7), unsettled(seen('10.0.0.8', { mac: 'B' })));
      const before = scene.members().length;
      scene.feed.listed(epg, several(7), none);

      assert.deepEqual([before, scene.members().length], [8, 7]);
    });

    it('is there again when it returns within its time, and a later loss counts from the beginning', async () => {
      const scene = await following(several(8));
      shrink(scene, several(7));
      await scene.pass(absentForMs - minute);
      shrink(scene, several(8));
      const returned = scene.members().includes('10.0.0.8');
      shrink(scene, several(7));

      await scene.pass(absentForMs - minute);

      assert.equal(returned, true);
      assert.equal(scene.members().includes('-10.0.0.8'), true);
    });

    it('is found present by the read that would have ended it', async () => {
      const scene = await following(several(8));
      scene.feed.looked(epg, seen('10.0.0.8').id, undefined);

      await scene.pass(absentForMs);

      assert.deepEqual(
        scene.members(),
        several(8).map(({ address }) => address as string),
      );
    });

    it('is asked for at once per EPG, not per endpoint', async () => {
      const scene = await following(several(20));
      shrink(scene, several(18));
      scene.asked();

      await scene.pass(absentForMs);

      assert.deepEqual(scene.asked(), [epg]);
    });
  });

  describe('while contact is lost', () => {
    it('is stale, and nothing ends', async () => {
      const scene = await following(several(8));
      shrink(scene, several(7));

      scene.feed.lost(lost);
      await scene.pass(absentForMs * 5);

      assert.equal(scene.freshness(), 'stale');
      assert.deepEqual(scene.source.view.problem, lost);
      assert.equal(scene.members().includes('-10.0.0.8'), true);
    });

    it('begins the time anew with the next complete read', async () => {
      const scene = await following(several(8));
      shrink(scene, several(7));
      await scene.pass(absentForMs - minute);
      scene.feed.lost(lost);
      shrink(scene, several(7));

      await scene.pass(absentForMs - minute);
      const before = scene.members().length;
      await scene.pass(minute);

      assert.deepEqual([before, scene.members().length], [8, 7]);
    });

    it('begins the time anew after a gap, too, and stays synced', async () => {
      const scene = await following(several(8));
      shrink(scene, several(7));
      await scene.pass(absentForMs - minute);
      scene.feed.gap(undefined);
      const freshness = scene.freshness();
      shrink(scene, several(7));

      await scene.pass(absentForMs - minute);

      assert.equal(freshness, 'synced');
      assert.equal(scene.members().includes('-10.0.0.8'), true);
    });
  });

  describe('of another fabric', () => {
    it('is unknown until the confirmed one is read', async () => {
      const scene = await following(several(2));

      scene.feed.voided(problem('fabric.identity', 'it is another'));
      const other = scene.freshness();
      scene.feed.listed(epg, several(2), none);

      assert.deepEqual([other, scene.freshness()], ['unknown', 'synced']);
    });
  });

  describe('of an EPG that is not there', () => {
    const other = 't/a/other';
    const both = { follow: [epg, other].map((each) => ({ epg: each, absentForMs })) };

    it('is unknown, and says which, and does not blind the others', async () => {
      const scene = await following(several(2), both);

      scene.feed.unread(other, missing);

      assert.deepEqual(
        [scene.freshness(), scene.freshness(other), scene.freshness(epg)],
        ['unknown', 'unknown', 'synced'],
      );
      assert.deepEqual(scene.source.view.kind('LearnedEndpoint').problem, missing);
      await scene.source.settled(new AbortController().signal);
    });

    it('keeps what was known of it', async () => {
      const scene = await following(several(2));

      scene.feed.unread(epg, missing);
      await scene.pass(absentForMs * 3);

      assert.deepEqual(scene.members(), ['10.0.0.1', '10.0.0.2']);
      assert.equal(scene.freshness(epg), 'stale');
    });
  });

  describe('asked about one endpoint', () => {
    const ref = { kind: 'LearnedEndpoint', path: pathOf('10.0.0.1'), uid: 'x' };
    const { signal } = new AbortController();

    it('answers present or unknown, never gone', async () => {
      const answers: string[] = [];
      for (const isThere of ['present', 'absent', 'unknown'] as const) {
        const scene = setUp({ isThere });
        scenes.push(scene);
        answers.push(await scene.source.isGone(ref, signal));
      }

      assert.deepEqual(answers, ['present', 'unknown', 'unknown']);
    });

    it('knows nothing of objects of clusters', async () => {
      const scene = setUp();
      scenes.push(scene);

      assert.equal(await scene.source.isGone({ ...ref, kind: 'Pod' }, signal), 'unknown');
    });
  });
});
