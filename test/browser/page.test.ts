import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { keyText } from '../../backend/model/identity.ts';
import { problem } from '../../backend/model/problems.ts';
import { accepted, add, dc1, eepg, podAddress } from '../support/report-world.ts';
import { backend, held, removeBackend } from '../support/traffic-world.ts';
import { launch } from './browser.ts';
import { openSite } from './site.ts';
import type { Site } from './site.ts';
import { cart, checkout, mappings, shop, tell } from './story.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const web = eepg('prod-a_shop_web');

interface Opened {
  readonly site: Site;
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: string[];
}

describe('the page in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  const opened: Opened[] = [];

  before(async () => {
    browser = await launch();
  });

  afterEach(async () => {
    for (const { site, page, complaints } of opened.splice(0)) {
      await page.close();
      await site.close();
      assert.deepEqual(complaints, []);
    }
  });

  after(async () => {
    await browser.close();
  });

  async function open(feed: (site: Site) => void, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
    const site = await openSite(mappings);
    feed(site);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
    page.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    const here = { site, page, complaints };
    opened.push(here);
    await page.goto(site.url);
    await page.getByRole('status').getByText('Live').waitFor();
    return here;
  }

  const rowOf = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(` ${name} `) });
  const targetRows = (page: Page) => page.locator('.targets tbody tr[data-key]');
  const visit = async (page: Page, name: string) => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  };

  it('shows sources, targets, what is held and how to approve it', async () => {
    const { page } = await open(tell);

    await page
      .getByRole('row', { name: /Cluster edge-west/ })
      .getByText('Unknown')
      .waitFor();
    await page.getByRole('link', { name: /Our user may not read this kind/ }).waitFor();
    await rowOf(page, 'prod-a_shop_images').getByText('14 guard').waitFor();
    await page.getByText('nothing to write, 12 times').waitFor();
    await page.getByRole('link', { name: /14 changes wait for your approval/ }).click();
    await page.getByText('14 changes wait for your approval, exactly as fingerprint c0ffee12.').waitFor();
  });

  it('says what to do first when there is nothing', async () => {
    const { page } = await open(() => undefined);

    await page.getByRole('heading', { name: 'Nothing to keep in step yet' }).waitFor();
    const step = page.getByRole('link', { name: 'Add a fabric' });
    assert.equal(await step.getAttribute('href'), '#/systems/add?kind=fabric');
  });

  it('follows by itself, and keeps focus, scroll and the nodes of the rows', async () => {
    const { site, page } = await open(tell);
    const button = page.getByRole('button', { name: 'prod-a_shop_web', exact: true });
    await button.focus();
    await page.evaluate(() => {
      const row = document.activeElement?.closest('tr');
      if (row !== null && row !== undefined) Object.assign(row, { sameAsBefore: true });
    });
    const placeOf = () => button.evaluate((node) => Math.round(node.getBoundingClientRect().top));
    const place = await placeOf();

    site.fabric.want(web, 'shop', [1, 2, 3, 4, 5, 6, 7].map(podAddress));
    site.fabric.want(eepg('prod-a_shop_aaa'), 'shop', [podAddress(9)]);
    site.status.report(site.fabric.run({ mappings }));
    await rowOf(page, 'prod-a_shop_web').getByRole('cell', { name: '7', exact: true }).waitFor();

    const after = await page.evaluate(() => ({
      focus: document.activeElement?.textContent,
      kept: 'sameAsBefore' in (document.activeElement?.closest('tr') ?? {}),
    }));
    assert.deepEqual(after, { focus: 'prod-a_shop_web', kept: true });
    assert.equal(await placeOf(), place);
    await page.getByRole('button', { name: '1 new row' }).click();
    await rowOf(page, 'prod-a_shop_aaa').waitFor();
  });

  it('shows the new plan when the old one was carried out', async () => {
    const { site, page } = await open(({ fabric, status }) => {
      fabric.want(web, 'shop', [podAddress(1)]);
      status.system(dc1, fabric);
      status.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'isolated')], mappings: [shop] }));
    });
    await visit(page, 'Plan');
    await page.getByText('Nothing may talk to this external EPG yet').waitFor();

    const change = add(web, 'shop', podAddress(1));
    site.fabric.hold(web, 'shop', [podAddress(1)]);
    site.status.report(
      site.fabric.run({ changes: [change], outcomes: accepted([change]), requests: 1, mappings: [shop] }),
    );

    await page.getByText('Nothing to do', { exact: true }).waitFor();
    await visit(page, 'Overview');
    await rowOf(page, 'prod-a_shop_web').getByText('In step').waitFor();
  });

  it('filters by text and state, and sorts by any column', async () => {
    const { page } = await open(tell);
    const filter = page.getByLabel('Filter targets');
    const states = page.getByRole('group', { name: 'Filter by state' });

    await filter.fill('trial');
    await page.getByText('2 of 30 targets').waitFor();
    await filter.fill('');
    await states.getByRole('button', { name: /^Held/ }).click();
    await page.getByText('6 of 30 targets').waitFor();
    await states.getByRole('button', { name: /^All/ }).click();
    await page.getByRole('button', { name: 'Wanted' }).click();

    const sorted = page.getByRole('columnheader', { name: 'Wanted' }).and(page.locator('[aria-sort]')).last();
    assert.equal(await sorted.getAttribute('aria-sort'), 'descending');
    assert.match(await targetRows(page).first().innerText(), /prod-b_trial_alpha/);
  });

  it('filters by kind and system, by keyboard too', async () => {
    const { page } = await open(tell);
    const kind = page.getByLabel('Filter by kind');

    await kind.selectOption('Pool');
    await page.getByText('3 of 30 targets').waitFor();
    await page.getByLabel('Filter by system').selectOption('f5-edge');
    await page.getByText('1 of 30 targets').waitFor();
    await kind.focus();
    await page.keyboard.press('Home');

    await page.getByText('1 of 30 targets').waitFor();
    assert.equal(await kind.inputValue(), 'all');
    assert.deepEqual(await rowOf(page, 'cart').getByRole('cell').allInnerTexts(), [
      'Due',
      'Pool',
      'Common',
      'f5-edge',
      'checkout',
      '3',
      '5',
      '1 draining',
    ]);
  });

  it('shows every system and source as what it is', async () => {
    const { page } = await open(tell);

    for (const name of ['Fabric dc1', 'BIG-IP f5-edge', 'HAProxy lb1', 'Learned by dc1', 'Cluster prod-a'])
      await page.getByRole('row', { name: new RegExp(`^${name} Synced`) }).waitFor();
  });

  it('shows of a pool how each member stands, and follows its connections', async () => {
    const { site, page } = await open(tell);
    await page.getByRole('button', { name: 'cart', exact: true }).click();
    const drawer = page.getByRole('complementary');
    const words = [
      /^draining for \d+ s, 12 s left, 3 connections open$/,
      'due: drain (30 s, then leave)',
      'to be removed: aged out of the fabric, connections cut',
      'not ours, left alone',
      '1 not ours, left alone',
    ];
    for (const text of words) await drawer.getByText(text, { exact: true }).waitFor();

    const [bigip] = site.balancers;
    const left = removeBackend(cart, backend(cart, 'checkout', podAddress(704)), 'checkout');
    site.status.report(
      bigip.run({ changes: [held(left, 'draining', '10 s left, 1 connection open')], mappings: [checkout] }),
    );

    await drawer.getByText('10 s left, 1 connection open').waitFor();
  });

  it('tells in the plan how traffic is taken off, by mapping and system', async () => {
    const { page } = await open(tell);
    await visit(page, 'Plan');
    const plan = page.getByRole('article', { name: 'Plan of checkout on f5-edge' });

    await plan.getByText('Due', { exact: true }).click();
    await plan.getByText('drain (30 s, then leave)').waitFor();
    await plan.getByText('It finishes what it has begun').click();
    await plan.getByText('12 s left, 3 connections open').waitFor();
  });

  it('holds 10,000 targets with few nodes, and finds one among them', async () => {
    const { page } = await open(({ fabric, status }) => {
      status.system(dc1, fabric);
      for (let n = 0; n < 10_000; n += 1)
        fabric.want(eepg(`group-${String(n).padStart(5, '0')}`), 'shop', [podAddress(n)]);
      status.report(fabric.run({ mappings }));
    });
    await page.getByText('10,000 targets', { exact: true }).waitFor();

    const shown = await targetRows(page).count();
    await page.getByRole('button', { name: 'group-00000' }).focus();
    await page.keyboard.press('End');
    const last = await page.evaluate(() => document.activeElement?.textContent);
    const place = await page.getByRole('row', { name: /group-09999/ }).getAttribute('aria-rowindex');
    await page.getByLabel('Filter targets').fill('group-04242');
    await page.getByText('1 of 10,000 targets').waitFor();

    assert.ok(shown < 100, `${shown} rows`);
    assert.deepEqual([last, place], ['group-09999', '10001']);
    assert.equal(await targetRows(page).count(), 1);
  });

  it('opens a target with its addresses, by keyboard, and gives the focus back', async () => {
    const { page } = await open(tell);
    const button = page.getByRole('button', { name: 'prod-a_shop_images', exact: true });
    await button.focus();

    await page.keyboard.press('Enter');
    await page.getByText('removal held: guard').first().waitFor();
    await page.keyboard.press('Escape');

    await page.getByText('removal held: guard').first().waitFor({ state: 'detached' });
    assert.equal(await button.evaluate((node) => node === document.activeElement), true);
  });

  it('says when a system is lost, and what was there stays shown', async () => {
    const { site, page } = await open(tell);

    site.fabric.problem = problem('fabric.unreachable', 'connect ECONNREFUSED 10.0.0.1:443');
    site.status.system(dc1, site.fabric);

    await page.getByText('connect ECONNREFUSED').first().waitFor();
    await rowOf(page, 'prod-a_shop_web').getByText('Unknown').waitFor();
  });

  it('polls where streams do not come through', async () => {
    const { site, page, complaints } = await open(({ status, fabric }) => status.system(dc1, fabric));
    await page.route('**/events*', async (route) => {
      if (route.request().headers()['accept']?.includes('event-stream') === true) await route.abort();
      else await route.continue();
    });
    await page.reload();

    await page.getByRole('status').getByText('Polling').waitFor();
    site.fabric.want(web, 'shop', [podAddress(1)]);
    site.status.report(site.fabric.run({ keys: [keyText(web)], mappings }));

    await rowOf(page, 'prod-a_shop_web').waitFor();
    complaints.splice(0);
  });

  for (const colorScheme of ['light', 'dark'] as const)
    it(`has nothing that axe finds serious, in ${colorScheme}`, async () => {
      const { page } = await open(tell, colorScheme);
      await page.getByText('14 guard').first().waitFor();
      await page.getByRole('button', { name: 'cart', exact: true }).click();
      await page.getByText('due: drain').first().waitFor();
      await page.locator('details.group').evaluateAll((groups) => {
        for (const group of groups) group.setAttribute('open', '');
      });
      // Evaluated, not added as a script: the page allows none that is inline.
      await page.evaluate(axeSource);

      const found = await page.evaluate(async () => {
        const { axe: injected } = window as unknown as { axe: typeof axe };
        const { violations } = await injected.run(document);
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
      });

      assert.deepEqual(found, []);
    });
});
