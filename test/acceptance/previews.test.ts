import assert from 'node:assert/strict';
import { baseFabric } from '../../lab/fabric/seed.ts';
import { mapping, openLive, type Live } from '../support/live.ts';

const web = mapping('web', { namespaces: { names: ['shop'] }, labels: 'app=web' });

interface Preview {
  readonly groups: number;
  readonly addresses: number;
  readonly targets: readonly { readonly exists: boolean | null }[];
  readonly changes: readonly { readonly hold: string | null; readonly count: number }[];
  readonly problems: readonly { readonly code: string; readonly detail: string }[];
}

describe('a preview of a running product', () => {
  let live: Live;

  before(async function () {
    this.timeout(60_000);
    live = await openLive({ prepare: ({ cluster }) => cluster.deployment('shop', 'web', 3) });
    await live.configure([web]);
    await live.until('its pods are in', () => live.prefixes('c1_shop_web').length === 6);
  });

  after(() => live.close());

  async function preview(entry: object, replaces?: string): Promise<Preview> {
    const { status, body, text } = await live.ask('POST', 'api/v1/mappings/preview', {
      body: { mapping: entry, replaces },
    });
    assert.equal(status, 200, text);
    return body as unknown as Preview;
  }

  it('of a mapping as it is has nothing to say', async () => {
    assert.deepEqual((await preview(web, 'web')).problems, []);
  });

  it('of another name for it is no conflict with itself, and says what becomes of what it made', async () => {
    const { groups, addresses, problems } = await preview({ ...web, name: 'shop' }, 'web');

    assert.deepEqual([groups, addresses], [1, 6]);
    assert.deepEqual(
      problems.map(({ code, detail }) => [code, detail]),
      [['object.orphan', 'what web made stays, and waits for approval as orphaned']],
    );
  });

  it('looks where no mapping has written yet, and tells what would be written there', async () => {
    live.fabric.seed(baseFabric('k8s', 'prod', 'edge'));

    const { changes, targets } = await preview(inL3out('edge'));

    assert.deepEqual(
      targets.map(({ exists }) => exists),
      [false],
    );
    assert.ok(changes.some(({ count }) => count >= 6));
  });

  it('says that it does not know what is where nothing is, and holds what would leave for it', async () => {
    const { problems, targets } = await preview({ ...inL3out('nowhere'), name: 'web' }, 'web');

    assert.deepEqual(
      targets.map(({ exists }) => exists),
      [null],
    );
    assert.ok(problems.length > 0);
  });

  it('of a place that is not there, once saved, takes nothing from where it was', async () => {
    const before = live.prefixes('c1_shop_web');

    await live.configure([{ ...inL3out('nowhere'), name: 'web' }]);
    live.cluster.scale('shop', 'web', 4);
    await live.until('it waits', async () =>
      JSON.stringify((await live.ask('GET', 'api/v1/plan')).body).includes('which cannot be read now'),
    );

    assert.deepEqual(live.prefixes('c1_shop_web'), before);
  });
});

function inL3out(l3out: string): object {
  const externalEpg = {
    fabric: 'dc1',
    tenant: 'k8s',
    l3out,
    name: '{cluster}_{namespace}_{workload}',
    contracts: { provide: ['web'] },
  };
  const from = { namespaces: { names: ['shop'] }, labels: 'app=web' };
  return { ...mapping('other', from), to: { externalEpg } };
}
