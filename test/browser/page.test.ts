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
  const targetRows = (page: Page) => page.locator('.targets tbody tr');

  it('shows sources, targets, what is held and how to approve it', async () => {
    const { page } = await open(tell);

    await page.getByRole('article', { name: 'Cluster edge-west' }).getByText('Unknown').first().waitFor();
    await page.getByText('The watch has gone silent').waitFor();
    await rowOf(page, 'prod-a_shop_images').getByText('14 guard').waitFor();
    await page.getByText('Too many addresses vanished without an explanation').waitFor();
    await page.getByText('aci-kube-sync approve shop c0ffee12').waitFor();
    await page.getByText('nothing to write, 12 times').waitFor();
  });

  it('says what to do first when there is nothing', async () => {
    const { page } = await open(() => undefined);

    for (const title of ['No source is followed yet', 'No target yet', 'No plan yet', 'No round yet'])
      await page.getByText(title).waitFor();
  });

  it('follows by itself, and keeps focus, scroll and the nodes of the rows', async () => {
    const { site, page } = await open(tell);
    const button = page.getByRole('button', { name: 'prod-a_shop_web', exact: true });
    await button.focus();
    await page.evaluate(() => {
      const row = document.activeElement?.closest('tr');
      if (row !== null && row !== undefined) Object.assign(row, { sameAsBefore: true });
    });
    const scroll = await page.evaluate(() => scrollY);

    site.fabric.want(web, 'shop', [1, 2, 3, 4, 5, 6, 7].map(podAddress));
    site.fabric.want(eepg('prod-a_shop_aaa'), 'shop', [podAddress(9)]);
    site.status.report(site.fabric.run({ mappings }));
    await rowOf(page, 'prod-a_shop_web').getByRole('cell', { name: '7', exact: true }).waitFor();

    const after = await page.evaluate(() => ({
      focus: document.activeElement?.textContent,
      kept: 'sameAsBefore' in (document.activeElement?.closest('tr') ?? {}),
      scroll: scrollY,
    }));
    assert.deepEqual(after, { focus: 'prod-a_shop_web', kept: true, scroll });
    await page.getByRole('button', { name: '1 new row' }).click();
    await rowOf(page, 'prod-a_shop_aaa').waitFor();
  });

  it('shows the new plan when the old one was carried out', async () => {
    const { site, page } = await open(({ fabric, status }) => {
      fabric.want(web, 'shop', [podAddress(1)]);
      status.system(dc1, fabric);
      status.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'isolated')], mappings: [shop] }));
    });
    await page.getByText('Nothing may talk to this external EPG yet').waitFor();

    const change = add(web, 'shop', podAddress(1));
    site.fabric.hold(web, 'shop', [podAddress(1)]);
    site.status.report(
      site.fabric.run({ changes: [change], outcomes: accepted([change]), requests: 1, mappings: [shop] }),
    );

    await page.getByText('Nothing to do', { exact: true }).waitFor();
    await rowOf(page, 'prod-a_shop_web').getByText('In step').waitFor();
  });

  it('filters by text and state, and sorts by any column', async () => {
    const { page } = await open(tell);
    const filter = page.getByLabel('Filter targets');
    const states = page.getByRole('group', { name: 'Filter by state' });

    await filter.fill('trial');
    await page.getByText('1–2 of 2').waitFor();
    await filter.fill('');
    await states.getByRole('button', { name: /^Held/ }).click();
    await page.getByText('1–6 of 6').waitFor();
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
    await page.getByText('1–3 of 3').waitFor();
    await page.getByLabel('Filter by system').selectOption('f5-edge');
    await page.getByText('1–1 of 1').waitFor();
    await kind.focus();
    await page.keyboard.press('Home');

    await page.getByText('1–1 of 1').waitFor();
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
      await page.getByRole('article', { name, exact: true }).locator('.status').getByText('Synced').waitFor();
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
    const plan = page.getByRole('article', { name: 'Plan of checkout on f5-edge' });

    await plan.getByText('Due', { exact: true }).click();
    await plan.getByText('drain (30 s, then leave)').waitFor();
    await plan.getByText('It finishes what it has begun').click();
    await plan.getByText('12 s left, 3 connections open').waitFor();
  });

  it('leads from an address to what holds it, and back to where one began', async () => {
    const { page } = await open(tell);
    const input = page.getByLabel('Explain an address');
    await input.fill(podAddress(704));
    await input.press('Enter');

    await page.getByRole('button', { name: 'Common/cart' }).first().click();
    await page.getByRole('heading', { name: 'Pool cart' }).waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('heading', { name: 'Pool cart' }).waitFor({ state: 'detached' });
    assert.equal(await input.evaluate((node) => node === document.activeElement), true);
  });

  it('holds 10,000 targets with few nodes, and finds one among them', async () => {
    const { page } = await open(({ fabric, status }) => {
      status.system(dc1, fabric);
      for (let n = 0; n < 10_000; n += 1)
        fabric.want(eepg(`group-${String(n).padStart(5, '0')}`), 'shop', [podAddress(n)]);
      status.report(fabric.run({ mappings }));
    });
    await page.getByText('1–50 of 10,000').waitFor();

    const shown = await targetRows(page).count();
    await page.getByRole('button', { name: 'Last page' }).click();
    await rowOf(page, 'group-09999').waitFor();
    await page.getByLabel('Filter targets').fill('group-04242');
    await rowOf(page, 'group-04242').waitFor();

    assert.equal(shown, 50);
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

  it('explains an address, and says so when it is none', async () => {
    const { page, complaints } = await open(tell);
    const input = page.getByLabel('Explain an address');

    await input.fill('10.244.0.12');
    await input.press('Enter');
    await page.getByText('by mapping shop for prod-a/shop/web').waitFor();
    await input.fill('10.244');
    await input.press('Enter');
    await page.getByText('expected an IPv4 or IPv6 address').waitFor();

    // The browser itself tells of the 400 that was asked for.
    assert.equal(complaints.splice(0).length, 1);
  });

  it('says when a system is lost, and what was there stays shown', async () => {
    const { site, page } = await open(tell);

    site.fabric.problem = problem('fabric.unreachable', 'connect ECONNREFUSED 10.0.0.1:443');
    site.status.system(dc1, site.fabric);

    await page.getByText('connect ECONNREFUSED').waitFor();
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
      await page.getByText('Too many addresses').waitFor();
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
