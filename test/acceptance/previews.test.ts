import assert from 'node:assert/strict';
import { mapping, openLive, type Live } from '../support/live.ts';

const web = mapping('web', { namespaces: { names: ['shop'] }, labels: 'app=web' });

interface Preview {
  readonly groups: number;
  readonly addresses: number;
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
});
