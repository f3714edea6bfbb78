import assert from 'node:assert/strict';
import { mapping, openLive, type Live } from '../support/live.ts';

const inShop = { namespaces: { names: ['shop'] } };
const web = mapping('web', { ...inShop, labels: 'app=web' });
const api = mapping('api', { ...inShop, labels: 'app=api' });
const webEpg = 'c1_shop_web';
const apiEpg = 'c1_shop_api';

interface Fault {
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** Two people who may configure everything, each known by name. */
async function openTwo(): Promise<{ live: Live; ann: string; bob: string }> {
  const live = await openLive({
    prepare({ cluster }) {
      cluster.deployment('shop', 'web', 3);
      cluster.deployment('shop', 'api', 2);
    },
  });
  await live.configure([web, api]);
  const tokenOf = async (name: string): Promise<string> => {
    const { body } = await live.ask('POST', 'api/v1/tokens', { body: { name, role: 'admin', days: 1 } });
    return String(body['token']);
  };
  return { live, ann: await tokenOf('ann'), bob: await tokenOf('bob') };
}

describe('two administrators at once', () => {
  let live: Live;
  let ann: string;
  let bob: string;

  before(async function () {
    this.timeout(60_000);
    ({ live, ann, bob } = await openTwo());
  });

  beforeEach(async () => {
    await live.until(
      'both are in step',
      () => live.prefixes(webEpg).length === 6 && live.prefixes(apiEpg).length === 4,
    );
  });

  after(() => live.close());

  const wholeTag = async (): Promise<string> => (await live.ask('GET', 'api/v1/configuration')).tag ?? '';
  const exported = async (): Promise<string> =>
    String((await live.ask('GET', 'api/v1/configuration/export')).body['text']);

  /** Under which fingerprint a mapping's changes wait. */
  const waitingOf = async (name: string): Promise<string> => {
    let found: string | null | undefined;
    await live.until(`${name} waits`, async () => {
      const { body } = await live.ask('GET', 'api/v1/plan');
      const mappings = body['mappings'] as { readonly name: string; readonly fingerprint: string | null }[];
      found = mappings.find((each) => each.name === name)?.fingerprint;
      return typeof found === 'string';
    });
    return found ?? '';
  };

  it('who edit one mapping: the second is told who changed it and when, and nothing of the first is lost', async () => {
    const path = 'api/v1/mappings/web';
    const { tag } = await live.ask('GET', path);
    const before = Date.now();

    const first = await live.ask('PUT', path, { body: { ...web, mode: 'add-only' }, tag, as: ann });
    const second = await live.ask('PUT', path, { body: { ...web, mode: 'report' }, tag, as: bob });
    const after = Date.now();

    assert.equal(first.status, 200, first.text);
    assert.equal(second.status, 412);
    assert.equal(second.body['code'], 'config.changed');
    const [, who, when] = /saved by (token ann) at (\S+Z)/.exec(String(second.body['detail'])) ?? [];
    assert.ok(who !== undefined, String(second.body['detail']));
    const at = Date.parse(when ?? '');
    assert.ok(at >= before - 1 && at <= after + 1);
    const now = await live.ask('GET', path);
    assert.equal((now.body['entry'] as { mode: string }).mode, 'add-only');
    await live.put(path, web);
  });

  it('who send at the same moment: one of them is told', async () => {
    const path = 'api/v1/mappings/web';
    const { tag } = await live.ask('GET', path);

    const answers = await Promise.all([
      live.ask('PUT', path, { body: { ...web, mode: 'add-only' }, tag, as: ann }),
      live.ask('PUT', path, { body: { ...web, mode: 'report' }, tag, as: bob }),
    ]);

    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
    await live.put(path, web);
  });

  it('who edit different mappings do not disturb each other', async () => {
    const [one, other] = await Promise.all([
      live.ask('GET', 'api/v1/mappings/web'),
      live.ask('GET', 'api/v1/mappings/api'),
    ]);

    const answers = await Promise.all([
      live.ask('PUT', 'api/v1/mappings/web', { body: { ...web, mode: 'add-only' }, tag: one.tag, as: ann }),
      live.ask('PUT', 'api/v1/mappings/api', { body: { ...api, mode: 'add-only' }, tag: other.tag, as: bob }),
    ]);

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    assert.deepEqual(
      answers.map(({ body }) => body['by']),
      ['token ann', 'token bob'],
    );
    await live.put('api/v1/mappings/web', web);
    await live.put('api/v1/mappings/api', api);
  });

  it('and a broken import changes nothing, and has each fault at its path', async () => {
    const text = await exported();
    const broken = text
      .replace('mode: full', 'mode: everything')
      .replace('10.244.0.0/16', '10.244.0.0/33')
      .replace('l3out: calico', 'l3out: calico\n        colour: blue');

    const preview = await live.ask('POST', 'api/v1/configuration/preview', {
      body: { text: broken },
      as: bob,
    });
    const answer = await live.ask('PUT', 'api/v1/configuration', {
      body: { text: broken },
      tag: await wholeTag(),
      as: bob,
    });

    assert.equal(answer.status, 422);
    assert.equal(answer.body['code'], 'config.invalid');
    const faults = answer.body['faults'] as Fault[];
    assert.deepEqual(faults, preview.body['faults']);
    assert.deepEqual(faults.map(({ path }) => path).sort(), [
      'clusters[0].ranges.pods[0]',
      'mappings[0].mode',
      'mappings[0].to.externalEpg.colour',
    ]);
    assert.equal(await exported(), text);
  });

  it('and a cluster that a mapping names is not removed: what names it is told with its path', async () => {
    const { tag } = await live.ask('GET', 'api/v1/clusters/c1');

    const answer = await live.ask('DELETE', 'api/v1/clusters/c1', { tag, as: bob });

    assert.equal(answer.status, 422);
    assert.equal(answer.body['code'], 'config.invalid');
    const paths = (answer.body['faults'] as Fault[]).map(({ path }) => path).sort();
    assert.deepEqual(paths, ['mappings[api].from.clusters[0]', 'mappings[web].from.clusters[0]']);
    assert.equal((await live.ask('GET', 'api/v1/clusters/c1')).status, 200);
  });

  it('and what one broke the other restores', async () => {
    const before = await live.ask('GET', 'api/v1/configuration');
    const text = await exported();
    const { tag } = await live.ask('GET', 'api/v1/mappings/api');
    await live.ask('DELETE', 'api/v1/mappings/api', { tag, as: ann });

    const gone = await live.ask('GET', 'api/v1/mappings/api');
    const restored = await live.ask(
      'POST',
      `api/v1/configuration/versions/${String(before.body['revision'])}/restore`,
      { tag: await wholeTag(), as: bob },
    );

    assert.equal(gone.status, 404);
    assert.equal(restored.status, 200, restored.text);
    assert.equal(await exported(), text);
  });

  it('who edit while rounds run make no needless write on the fabric', async () => {
    const wrote: string[] = [];
    let isCounting = true;
    live.fabric.onCommit(({ changes }) => {
      if (isCounting)
        wrote.push(...changes.map(({ mo }) => mo.dn).filter((dn) => !dn.includes('instP-c1_shop_web')));
    });
    const path = 'api/v1/mappings/api';

    for (let turn = 0; turn < 6; turn += 1) {
      live.cluster.scale('shop', 'web', 4 + turn);
      await live.put(path, turn % 2 === 0 ? { ...api, mode: 'add-only' } : api, {
        as: turn % 2 === 0 ? ann : bob,
      });
      await live.put(
        'api/v1/settings',
        { guard: { share: 0, atLeast: 0 }, history: { keepFor: `${30 + turn}d` } },
        { as: bob },
      );
    }
    await live.until('the rounds went on', () => live.prefixes(webEpg).length === 18);
    isCounting = false;

    assert.deepEqual(
      wrote.filter((dn) => dn.startsWith('uni/tn-k8s')),
      [],
    );
    live.cluster.scale('shop', 'web', 3);
  });

  it('and a mapping that is renamed waits with all that it made for a person, and then goes on under its new name', async () => {
    const path = 'api/v1/mappings/web';
    const { tag } = await live.ask('GET', path);
    const before = live.prefixes(webEpg);

    const renamed = await live.ask('PUT', path, { body: { ...web, name: 'front' }, tag, as: ann });
    const late = await live.ask('PUT', path, { body: web, tag, as: bob });
    const waiting = await waitingOf('front');
    const held = live.prefixes(webEpg);
    const approved = await live.ask('POST', 'api/v1/approve', {
      body: { mapping: 'front', fingerprint: waiting },
      as: bob,
    });
    live.cluster.scale('shop', 'web', 5);
    await live.until('it goes on', () => live.prefixes(webEpg).length === 10);

    assert.equal(renamed.status, 200, renamed.text);
    assert.equal(late.status, 412);
    assert.match(String(late.body['detail']), /renamed by token ann at/);
    assert.deepEqual(held, before);
    assert.equal(approved.status, 200, approved.text);
    live.cluster.scale('shop', 'web', 3);
  });
}).timeout(60_000);
