import assert from 'node:assert/strict';
import { manualClock, systemClock } from '../../model/clock.ts';
import { eventually } from '../../../test/support/eventually.ts';
import {
  followCluster,
  type FollowedCluster,
  type FollowOptions,
} from '../../../test/support/followed-cluster.ts';
import {
  answerJson,
  beginStream,
  bookmark,
  pod,
  sendFrame,
  startScriptedApi,
  statusObject,
  streamPods,
  type Script,
  type ScriptedApi,
} from '../../../test/support/scripted-api.ts';

/** Lists one pod at version 100, and leaves watches open and quiet. */
const calm: Script = ({ type }, response) => {
  if (type === 'watch') beginStream(response);
  else streamPods(response, [pod('web-1', '90')], '100');
};

/** As `calm`, with watches of one's own. */
const withWatches =
  (watch: Script): Script =>
  (request, response) =>
    (request.type === 'watch' ? watch : calm)(request, response);

describe('reflector', () => {
  let api: ScriptedApi;
  let followed: FollowedCluster;
  const follow = (options: Partial<FollowOptions> = {}): FollowedCluster => {
    followed = followCluster({ server: api.url, caPem: api.caPem, ...options });
    return followed;
  };
  const podView = (): ReturnType<FollowedCluster['source']['view']['kind']> =>
    followed.source.view.kind('Pod');
  const names = (): string[] => [...followed.source.view.all('Pod')].map(({ name }) => name).sort();

  beforeEach(async () => {
    api = await startScriptedApi();
  });
  afterEach(async () => {
    await followed.stop();
    await api.close();
  });

  describe('watching', () => {
    it('tells what is added, changed and deleted', async () => {
      api.play(
        withWatches((_request, response) => {
          beginStream(response);
          sendFrame(response, 'ADDED', pod('web-2', '101'));
          sendFrame(response, 'MODIFIED', pod('web-1', '102'));
          sendFrame(response, 'DELETED', pod('web-2', '103'));
        }),
      );

      follow();
      await eventually('all is told', () => followed.sightings.length === 4);

      assert.deepEqual(followed.sightings.slice(1), [
        'watched shop/web-2',
        'watched shop/web-1',
        'deleted shop/web-2',
      ]);
      assert.deepEqual(names(), ['web-1']);
    });

    it('goes on from the last bookmark when the server ends the watch, without a list and without doubt', async () => {
      api.play(
        withWatches(({ earlier }, response) => {
          beginStream(response);
          if (earlier > 0) return;
          sendFrame(response, 'BOOKMARK', bookmark('140'));
          setTimeout(() => response.end(), 60);
        }),
      );

      follow({ clock: systemClock(200) });
      await eventually('it watches again', () => api.count('watch') === 2);

      assert.equal(api.requests.at(-1)?.query.get('resourceVersion'), '140');
      assert.equal(api.count('stream-list'), 1);
      assert.deepEqual(followed.freshnesses, ['unknown', 'synced']);
    });

    for (const how of ['status', 'frame'] as const) {
      it(`lists once more when its version has expired, told as a ${how}`, async () => {
        const expired = statusObject(410, 'too old resource version: 100 (500)', 'Expired');
        api.play(
          withWatches(({ earlier }, response) => {
            if (earlier > 0) return beginStream(response);
            if (how === 'status') return answerJson(response, expired, 410);
            beginStream(response);
            sendFrame(response, 'ERROR', expired);
          }),
        );

        follow();
        await eventually('it watches again', () => api.count('watch') === 2);

        assert.equal(api.count('stream-list'), 2);
        assert.deepEqual(followed.freshnesses, ['unknown', 'synced']);
      });
    }

    it('does not swallow other error frames: it opens the watch again', async () => {
      api.play(
        withWatches(({ earlier }, response) => {
          beginStream(response);
          if (earlier === 0) sendFrame(response, 'ERROR', statusObject(500, 'etcd has no leader'));
        }),
      );

      follow();
      await eventually('it watches again', () => api.count('watch') === 2);

      assert.equal(api.count('stream-list'), 1);
      assert.equal(followed.catalogue.counters.get('Pod')?.errors, 1);
    });

    it('lists anew when watches from one place fail three times in a row', async () => {
      api.play(
        withWatches(({ earlier }, response) => {
          beginStream(response);
          if (earlier < 3) response.end('not JSON\n');
        }),
      );

      follow({ clock: systemClock(100) });
      await eventually('it watches a fourth time', () => api.count('watch') === 4);

      assert.equal(api.count('stream-list'), 2);
    });

    it('goes on after broken connections, and is stale while it cannot', async () => {
      api.play(calm);
      follow();
      await eventually('it watches', () => api.count('watch') === 1);

      api.identity.status = 503;
      api.dropConnections();
      await eventually('pods are stale', () => podView().freshness === 'stale');
      const lost = podView();
      api.identity.status = 200;
      await eventually('pods are synced', () => podView().freshness === 'synced');

      assert.equal(lost.problem?.code, 'cluster.error');
      assert.match(lost.problem.detail, /503 refused/);
      assert.equal(lost.count, 1);
      assert.equal(podView().problem, undefined);
      assert.equal(api.count('stream-list'), 1);
      assert.deepEqual(followed.sightings, ['listed shop/web-1']);
    });

    it('is stale when a watch has gone silent, and opens it again', async () => {
      api.play(calm);

      follow({ clock: systemClock(400) });
      await eventually('it watches again', () => api.count('watch') === 2);

      assert.deepEqual(followed.freshnesses.slice(0, 3), ['unknown', 'synced', 'stale']);
      assert.equal(api.count('stream-list'), 1);
    });

    it('does not call a watch silent that sends bookmarks', async () => {
      api.play(
        withWatches((_request, response) => {
          beginStream(response);
          const timer = setInterval(() => sendFrame(response, 'BOOKMARK', bookmark('110')), 20);
          response.on('close', () => clearInterval(timer));
        }),
      );

      follow({ clock: systemClock(200) });
      const pods = followed.catalogue.counters.get('Pod')!;
      await eventually('forty bookmarks came', () => pods.events > 40);

      assert.equal(api.count('watch'), 1);
      assert.deepEqual(followed.freshnesses, ['unknown', 'synced']);
    });

    it('waits before it asks again when the server ends watches at once', async () => {
      const clock = manualClock(1_000);
      api.play(
        withWatches((_request, response) => {
          beginStream(response);
          response.end();
        }),
      );

      follow({ clock });
      await eventually('it watches', () => api.count('watch') === 1);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const whileTimeStoodStill = api.count('watch');
      for (let i = 0; i < 40; i += 1) {
        await clock.advance(500);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }

      assert.equal(whileTimeStoodStill, 1);
      assert.ok(api.count('watch') >= 3, 'it goes on trying');
      assert.ok(api.count('watch') <= 12, `${api.count('watch')} watches in 20 seconds`);
      assert.equal(api.count('stream-list'), 1);
      assert.match(podView().problem?.detail ?? '', /ends the watch at once/);
    });

    it('waits longer and longer while the server is not there', async () => {
      const clock = manualClock(1_000);
      api.play((_request, response) => answerJson(response, statusObject(500, 'boom'), 500));

      follow({ clock });
      await followed.settled();
      for (let i = 0; i < 60; i += 1) {
        await clock.advance(1_000);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }

      assert.ok(
        api.count('stream-list') >= 4 && api.count('stream-list') <= 18,
        `${api.count('stream-list')} tries`,
      );
      assert.equal(podView().problem?.code, 'cluster.error');
      assert.match(podView().problem?.detail ?? '', /500 boom/);
    });

    it('uses few connections, however often the watch ends', async () => {
      api.play(
        withWatches((_request, response) => {
          beginStream(response);
          sendFrame(response, 'BOOKMARK', bookmark('110'));
          setTimeout(() => response.end(), 60);
        }),
      );

      follow({ clock: systemClock(100) });
      await eventually('twenty watches came', () => api.count('watch') >= 20);

      assert.ok(api.connections() <= 4, `${api.connections()} connections`);
    });

    it('never goes backwards, whatever the order and number of events', async () => {
      api.play(
        withWatches((_request, response) => {
          beginStream(response);
          sendFrame(response, 'MODIFIED', pod('web-1', '105'));
          sendFrame(response, 'MODIFIED', pod('web-1', '104'));
          sendFrame(response, 'MODIFIED', pod('web-1', '105'));
          sendFrame(response, 'DELETED', pod('web-1', '103', 'an earlier one'));
          sendFrame(response, 'ADDED', pod('web-2', '106'));
          sendFrame(response, 'DELETED', pod('web-2', '108'));
          sendFrame(response, 'MODIFIED', pod('web-2', '107'));
          sendFrame(response, 'ADDED', pod('end', '109'));
        }),
      );

      follow();
      await eventually('the last event came', () => names().includes('end'));

      assert.deepEqual(names(), ['end', 'web-1']);
      assert.equal(
        [...followed.source.view.all('Pod')].find(({ name }) => name === 'web-1')?.resourceVersion,
        '105',
      );
      assert.deepEqual(followed.sightings.slice(1), [
        'watched shop/web-1',
        'watched shop/web-2',
        'deleted shop/web-2',
        'watched shop/end',
      ]);
    });

    it('stops at once and for good', async () => {
      api.play(calm);
      follow();
      await eventually('it watches', () => api.count('watch') === 1);

      await followed.stop();
      const requests = api.requests.length + api.checks();
      await new Promise((resolve) => setTimeout(resolve, 100));

      assert.equal(api.requests.length + api.checks(), requests);
      assert.equal(followed.catalogue.counters.get('Pod')?.errors, 0);
    });
  });

  describe('listing beside the watch', () => {
    it('finds what the watch did not tell, and counts it', async () => {
      api.play((request, response) => {
        if (request.type === 'watch' || request.earlier === 0) calm(request, response);
        else streamPods(response, [pod('web-2', '150')], '200');
      });
      follow();
      await eventually('it watches', () => api.count('watch') === 1 && podView().freshness === 'synced');

      followed.source.resync();
      await eventually('the list is taken', () => names().includes('web-2'));

      await eventually('all is told', () => followed.sightings.length === 3);
      assert.deepEqual(followed.sightings.slice(1), ['missing shop/web-1', 'listed shop/web-2']);
      const { relists, listMisses } = followed.catalogue.counters.get('Pod')!;
      assert.deepEqual({ relists, listMisses }, { relists: 1, listMisses: 2 });
      assert.equal(api.count('watch'), 1);
    });

    it('does so every ten minutes', async () => {
      const clock = manualClock(1_000);
      api.play(
        withWatches((_request, response) => {
          beginStream(response);
          const timer = setInterval(() => sendFrame(response, 'BOOKMARK', bookmark('100')), 10);
          response.on('close', () => clearInterval(timer));
        }),
      );
      follow({ clock });
      await eventually('it watches', () => api.count('watch') === 1 && podView().freshness === 'synced');

      const counts: number[] = [];
      for (let minute = 1; minute <= 24; minute += 1) {
        await clock.advance(60_000);
        await new Promise((resolve) => setTimeout(resolve, 30));
        if (minute === 9 || minute === 14 || minute === 24) counts.push(api.count('stream-list'));
      }

      assert.deepEqual(counts, [1, 2, 3]);
      assert.equal(api.count('watch'), 1);
    });

    it('keeps the watch, and what it knows, when such a list fails', async () => {
      api.play((request, response) => {
        if (request.type === 'watch' || request.earlier === 0) calm(request, response);
        else answerJson(response, statusObject(500, 'boom'), 500);
      });
      follow();
      await eventually('it watches', () => api.count('watch') === 1 && podView().freshness === 'synced');

      followed.source.resync();
      await eventually('the failure is counted', () => followed.catalogue.counters.get('Pod')?.errors === 1);

      assert.equal(podView().freshness, 'synced');
      assert.deepEqual(names(), ['web-1']);
    });
  });
});
