import assert from 'node:assert/strict';
import { systemClock } from '../../model/clock.ts';
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
  podList,
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

describe('complete list', () => {
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

  it('is unknown until a list is complete, and synced then', async () => {
    let finish = (): void => undefined;
    api.play(({ type }, response) => {
      beginStream(response);
      if (type === 'watch') return;
      sendFrame(response, 'ADDED', pod('web-1', '90'));
      finish = () => sendFrame(response, 'BOOKMARK', bookmark('100', true));
    });

    follow();
    await eventually('the list is asked for', () => api.count('stream-list') === 1);
    const before = podView();
    finish();
    await followed.settled();

    assert.deepEqual([before.freshness, before.count], ['unknown', 0]);
    assert.deepEqual([podView().freshness, podView().count], ['synced', 1]);
    assert.deepEqual(followed.sightings, ['listed shop/web-1']);
  });

  it('asks for initial events, and watches with bookmarks from where the list ended, for five to ten minutes', async () => {
    api.play(calm);

    follow();
    await eventually('it watches', () => api.count('watch') === 1);

    const [list, watch] = api.requests;
    assert.equal(list?.path, '/api/v1/pods');
    assert.deepEqual(Object.fromEntries(list.query), {
      watch: '1',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
    });
    assert.deepEqual(Object.fromEntries(watch!.query), {
      watch: '1',
      resourceVersion: '100',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '450',
    });
  });

  it('lists in pages where the server refuses to stream', async () => {
    api.play(({ type, query }, response) => {
      if (type === 'stream-list')
        answerJson(response, statusObject(422, 'sendInitialEvents is forbidden'), 422);
      else if (type === 'watch') beginStream(response);
      else if (query.has('continue')) answerJson(response, podList([pod('web-2', '91')], '100'));
      else answerJson(response, podList([pod('web-1', '90')], '100', 'more'));
    });

    follow();
    await followed.settled();

    assert.deepEqual(names(), ['web-1', 'web-2']);
    assert.deepEqual(
      api.requests.filter(({ type }) => type === 'paged-list').map(({ query }) => query.toString()),
      ['limit=500', 'limit=500&continue=more'],
    );
  });

  it('lists in pages where the server takes the question and streams nothing', async () => {
    api.play(({ type }, response) => {
      if (type === 'paged-list') answerJson(response, podList([pod('web-1', '90')], '100'));
      else beginStream(response);
    });

    follow({ clock: systemClock(200), limits: { listSilenceMs: 10_000 } });
    await followed.settled();

    assert.equal(podView().freshness, 'synced');
    assert.deepEqual(names(), ['web-1']);
  });

  it('starts over when a page has expired on the way, and keeps nothing of the first try', async () => {
    api.play(({ type, query, earlier }, response) => {
      if (type === 'stream-list') answerJson(response, statusObject(400, 'no'), 400);
      else if (type === 'watch') beginStream(response);
      else if (query.has('continue') && earlier === 1)
        answerJson(response, statusObject(410, 'the continue token has expired', 'Expired'), 410);
      else if (query.has('continue')) answerJson(response, podList([pod('web-3', '92')], '200'));
      else if (earlier === 0) answerJson(response, podList([pod('web-1', '90')], '100', 'old'));
      else answerJson(response, podList([pod('web-2', '91')], '200', 'new'));
    });

    follow();
    await followed.settled();

    assert.deepEqual(names(), ['web-2', 'web-3']);
    assert.deepEqual(followed.freshnesses, ['unknown', 'synced']);
  });

  const halves: Record<string, Script> = {
    'a stream that ends before its list is complete': (_request, response) => {
      beginStream(response);
      sendFrame(response, 'ADDED', pod('web-1', '90'));
      response.end();
    },
    'a stream that is cut within a line': (_request, response) => {
      beginStream(response);
      response.write('{"type":"ADDED","obj', () => response.destroy());
    },
    'a line that is not JSON': (_request, response) => {
      beginStream(response);
      sendFrame(response, 'ADDED', pod('web-1', '90'));
      response.end('<html>\n');
    },
    'an object without a name': (_request, response) => {
      beginStream(response);
      sendFrame(response, 'ADDED', { kind: 'Pod', metadata: {} });
      sendFrame(response, 'BOOKMARK', bookmark('100', true));
    },
    'a frame of another type': (_request, response) => {
      beginStream(response);
      sendFrame(response, 'SURPRISE', pod('web-1', '90'));
      sendFrame(response, 'BOOKMARK', bookmark('100', true));
    },
  };
  for (const [what, script] of Object.entries(halves)) {
    it(`takes nothing from ${what}`, async () => {
      api.play(script);

      follow();
      await followed.settled();

      assert.equal(podView().freshness, 'unknown');
      assert.equal(podView().count, 0);
      assert.equal(podView().problem?.code, 'cluster.incomplete');
      assert.deepEqual(followed.sightings, []);
    });
  }

  const wrongPages: Record<string, object> = {
    'a list of another kind': { ...podList([], '100'), kind: 'ServiceList' },
    'a list without items': { kind: 'PodList', metadata: { resourceVersion: '100' } },
    'items that are null': { kind: 'PodList', metadata: { resourceVersion: '100' }, items: null },
    'a list without a version': { kind: 'PodList', metadata: {}, items: [] },
    'a page that is no object': [],
  };
  for (const [what, page] of Object.entries(wrongPages)) {
    it(`does not take ${what} for an empty cluster`, async () => {
      api.play(({ type }, response) => {
        if (type === 'stream-list') answerJson(response, statusObject(400, 'no'), 400);
        else answerJson(response, page);
      });

      follow();
      await followed.settled();

      assert.equal(podView().freshness, 'unknown');
      assert.equal(podView().problem?.code, 'cluster.incomplete');
    });
  }

  it('keeps what it had when a later list is cut', async () => {
    api.play((request, response) => {
      if (request.type === 'watch')
        answerJson(response, statusObject(410, 'too old resource version', 'Expired'), 410);
      else if (request.earlier === 0) calm(request, response);
      else {
        beginStream(response);
        response.end();
      }
    });

    follow();
    await eventually('pods are stale', () => podView().freshness === 'stale');

    assert.deepEqual(names(), ['web-1']);
    assert.deepEqual(followed.sightings, ['listed shop/web-1']);
  });

  it('tells what another list no longer has as missing, and the same name with another uid as listed', async () => {
    let relisted = false;
    api.play(({ type }, response) => {
      if (type === 'watch' && relisted) beginStream(response);
      else if (type === 'watch') {
        relisted = true;
        answerJson(response, statusObject(410, 'too old resource version', 'Expired'), 410);
      } else if (relisted) streamPods(response, [pod('web-1', '150', 'another')], '200');
      else streamPods(response, [pod('web-1', '90'), pod('web-2', '91')], '100');
    });

    follow();
    await eventually('all is told', () => followed.sightings.length === 4);

    assert.deepEqual(followed.sightings.slice(2), ['missing shop/web-2', 'listed shop/web-1']);
    assert.deepEqual(
      [...followed.source.view.all('Pod')].map(({ uid }) => uid),
      ['another'],
    );
  });
});
