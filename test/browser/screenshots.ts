/**
 * `npm run screenshots`: every page of the real product over the lab, in both themes and two widths, into docs/images.
 * Pictures are to be looked at: this only takes them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openAdminStage, until } from '../acceptance/admin-story/stage.ts';
import type { AdminStage } from '../acceptance/admin-story/stage.ts';
import { launch } from './browser.ts';
import { withPalette } from './screenshots/palette.ts';
import { declare, live, password, populate } from './screenshots/world.ts';

const folder = join(import.meta.dirname, '../../docs/images');
const sizes = [
  { width: 1280, height: 900 },
  { width: 1920, height: 1080 },
] as const;
const themes = ['light', 'dark'] as const;

interface Place {
  readonly name: string;
  readonly hash: string;
  /** What is done there until it shows what it is for. */
  readonly until: (page: Page) => Promise<unknown>;
}

const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor();

async function take(browser: Browser, url: string, places: readonly Place[], state?: State): Promise<void> {
  for (const colorScheme of themes)
    for (const viewport of sizes) {
      const context = await browser.newContext({
        viewport,
        colorScheme,
        ...(state && { storageState: state }),
      });
      const page = await context.newPage();
      const blank = await context.newPage();
      page.setDefaultTimeout(20_000);
      for (const place of places) {
        await page.goto('about:blank');
        await page.goto(`${url}${place.hash}`);
        await place.until(page);
        await page.mouse.move(0, 0);
        const path = join(folder, `${place.name}-${colorScheme}-${viewport.width}.png`);
        writeFileSync(path, await withPalette(blank, await page.screenshot({ animations: 'disabled' })));
      }
      await context.close();
    }
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

async function claim(context: BrowserContext, stage: AdminStage): Promise<void> {
  const url = new URL('api/v1/session/claim', stage.product.url).href;
  const headers = { Origin: new URL(stage.product.url).origin };
  const data = { code: await stage.claimCode(), username: 'ada', password };
  const response = await context.request.post(url, { headers, data });
  if (!response.ok()) throw new Error(await response.text());
}

const wizardFields = (stage: AdminStage) => async (page: Page) => {
  await page.getByLabel('Name', { exact: true }).fill('dc2');
  await page.getByLabel('Controllers').fill(stage.fabric.url);
  await page.getByLabel('User', { exact: true }).fill(stage.fabric.username);
  await page.getByLabel('Password').fill(stage.fabric.password);
};

const toCertificate = (stage: AdminStage) => async (page: Page) => {
  await wizardFields(stage)(page);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.locator('.fingerprint').waitFor();
  await page.getByRole('radio', { name: 'Trust exactly this certificate' }).check();
};

const toTest = (stage: AdminStage) => async (page: Page) => {
  await toCertificate(stage)(page);
  await page.getByRole('button', { name: 'I compared it: this is it' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText(/It works as it is|It does not work yet/).waitFor();
};

const toRanges = (stage: AdminStage) => async (page: Page) => {
  await page.getByLabel('Kubeconfig').fill(stage.cluster.kubeconfig('reader'));
  await page.getByRole('button', { name: /^Read the kubeconfig/ }).click();
  await page.getByText('Server, CA and credentials were taken').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('prod-c');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.locator('.fingerprint').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: /^Add 10\.244/ }).click();
};

function firstPages(stage: AdminStage): readonly Place[] {
  return [
    { name: 'first-start', hash: '#/', until: text('First steps') },
    { name: 'wizard-kind', hash: '#/systems/add', until: text('What do you want to add?') },
    { name: 'wizard-access', hash: '#/systems/add?kind=fabric', until: wizardFields(stage) },
    { name: 'wizard-cluster', hash: '#/systems/add?kind=cluster', until: text('Read the kubeconfig') },
    { name: 'wizard-certificate', hash: '#/systems/add?kind=fabric', until: toCertificate(stage) },
    { name: 'wizard-ranges', hash: '#/systems/add?kind=cluster', until: toRanges(stage) },
    { name: 'wizard-test', hash: '#/systems/add?kind=fabric', until: toTest(stage) },
  ];
}

function pages(stage: AdminStage): readonly Place[] {
  const [address = ''] = stage.podAddresses('shop', 'web-');
  return [
    { name: 'overview', hash: '#/', until: text('Last rounds') },
    { name: 'systems', hash: '#/systems', until: text('in contact') },
    { name: 'mappings', hash: '#/mappings', until: text('back-office') },
    { name: 'mapping', hash: '#/mappings/inspect', until: text('target objects') },
    { name: 'plan', hash: '#/plan', until: text('waits for you') },
    { name: 'addresses', hash: '#/addresses', until: text(/^1–\d+ of/) },
    { name: 'address', hash: `#/addresses/${address}`, until: text('Selected by') },
    { name: 'history', hash: '#/history', until: text(/that is all|The newest/) },
    { name: 'settings', hash: '#/settings', until: text('Settings') },
  ];
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [browser, stage] = await Promise.all([launch(), openAdminStage({ terminationMs: 3_600_000 })]);
  const { url } = stage.product;
  const world = await populate(stage);
  try {
    await take(browser, url, [{ name: 'claim', hash: '', until: text('One-time code') }]);
    const context = await browser.newContext();
    await claim(context, stage);
    const state = await context.storageState();
    await take(browser, url, firstPages(stage), state);
    await declare(context, stage, world.west);
    await until(
      'all of it written',
      () => stage.prefixes('prod-b_lab_trial').length > 0 && stage.members('vms').length > 0,
    );
    const page = await context.newPage();
    await page.goto(url);
    await live(stage, world.west, page);
    await page.goto(`${url}#/plan`);
    await page.getByText('waits for you').first().waitFor({ timeout: 45_000 });
    await take(browser, url, pages(stage), await context.storageState());
    await take(browser, url, [{ name: 'sign-in', hash: '', until: text('User name') }]);
  } finally {
    await browser.close();
    await world.close();
    await stage.close();
  }
}

await main();
