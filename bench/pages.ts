/**
 * How long the pages take to stand in a real browser with 10,000 pods in 1,000 external EPGs: opened anew, and gone to from another
 * page. First while the first plan waits, with all that is to be written in it; then with all of it written.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { request } from 'undici';
import type { Product } from '../lab/demo/product.ts';
import { launch } from '../test/browser/browser.ts';
import { externalEpgs, inStep, load, openWorld, podAddresses, quantile, until } from './world.ts';

const deployments = 1000;
const pods = 10;
const times = 5;

/** A page stands when so many of these are drawn. */
interface Wanted {
  readonly hash: string;
  readonly selector: string;
  readonly least: number;
}

const rows = 'tbody tr[data-key]';

function wantedPages(address: string): Readonly<Record<string, Wanted>> {
  return {
    overview: { hash: '#/', selector: `.targets ${rows}`, least: 20 },
    systems: { hash: '#/systems', selector: '.system-list .system-row', least: 2 },
    addSystem: { hash: '#/systems/add', selector: '.wizard-step', least: 1 },
    system: { hash: '#/systems/clusters/c', selector: '.system-editor', least: 1 },
    mappings: { hash: '#/mappings', selector: '.mappings-table tbody .name', least: 1 },
    mapping: { hash: '#/mappings/load', selector: '.editor-form', least: 1 },
    mappingPreview: { hash: '#/mappings/load', selector: '.preview-figures', least: 1 },
    newMapping: { hash: '#/mappings/new', selector: '.editor-form', least: 1 },
    plan: { hash: '#/plan', selector: '.empty', least: 1 },
    addresses: { hash: '#/addresses', selector: `.addresses ${rows}`, least: 20 },
    addressesFound: { hash: '#/addresses?search=app-77', selector: `.addresses ${rows}`, least: 20 },
    address: { hash: `#/addresses/${address}`, selector: '.chain .stage li', least: 3 },
    history: { hash: '#/history', selector: `.past ${rows}`, least: 1 },
    rules: { hash: '#/settings/rules', selector: 'main .fields', least: 1 },
    document: { hash: '#/settings/document', selector: 'main .form-buttons', least: 1 },
    tokens: { hash: '#/settings/tokens', selector: 'form.card', least: 1 },
  };
}

/** Where one comes from: nothing of the pages above is drawn here. */
const elsewhere: Wanted = { hash: '#/settings/about', selector: 'main dl', least: 1 };

export async function pages(): Promise<Record<string, unknown>> {
  const document = externalEpgs.replace('    firstContact: apply\n', '');
  const world = await openWorld({ document, anonymous: 'admin' });
  const browser = await launch();
  try {
    await load(world.cluster, deployments, pods);
    const product = await world.startProduct();
    await until('the first plan waits', async () => (await heldChanges(product)) > deployments * pods);
    const address = podAddresses(world.cluster)[0]?.replace('/32', '') ?? '';
    const wanted = wantedPages(address);
    const { plan, overview, mappings } = wanted as Record<string, Wanted>;
    const first = await measure(browser, product, {
      ...(plan && { plan: { ...plan, selector: '.changes li', least: 20 } }),
      ...(overview && { overview }),
      ...(mappings && { mappings }),
    });
    await approve(product);
    await inStep(world);
    return {
      load: { deployments, podsEach: pods, externalEpgs: deployments, times },
      whileTheFirstPlanWaits: first,
      inStep: { ...(await measure(browser, product, wanted)), target: await drawer(browser, product) },
    };
  } finally {
    await browser.close();
    await world.close();
  }
}

async function heldChanges(product: Product): Promise<number> {
  const { held } = (await product.get('api/v1/plan?limit=1')) as { held: number };
  return held;
}

async function approve({ url }: Product): Promise<void> {
  const { statusCode, body } = await request(new URL('api/v1/approve', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mapping: 'load' }),
  });
  if (statusCode !== 200) throw new Error(`approve answered ${statusCode}: ${await body.text()}`);
  await body.dump();
}

async function measure(
  browser: Browser,
  { url }: Product,
  wanted: Readonly<Record<string, Wanted>>,
): Promise<Record<string, unknown>> {
  const figures: Record<string, unknown> = {};
  for (const [name, page] of Object.entries(wanted)) figures[name] = await measurePage(browser, url, page);
  return figures;
}

async function measurePage(browser: Browser, url: string, wanted: Wanted): Promise<object> {
  const anew: number[] = [];
  const from: number[] = [];
  let size = {};
  for (let time = 0; time < times; time += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const bytes = await countBytes(session);
    await page.goto(`${url}/${wanted.hash}`.replace('//#', '/#'), { waitUntil: 'commit' });
    anew.push(await stands(page, wanted));
    size = { kilobytes: Math.round(bytes() / 1000), ...(await weigh(session)) };
    await goTo(page, elsewhere);
    from.push(await goTo(page, wanted));
    await context.close();
  }
  return {
    openedAnewMs: { p50: quantile(anew, 0.5), max: quantile(anew, 1) },
    goneToMs: { p50: quantile(from, 0.5), max: quantile(from, 1) },
    ...size,
  };
}

/** Resolves to the milliseconds from the beginning of the visit until it stands, looked at with each frame. */
async function stands(page: Page, { selector, least }: Wanted): Promise<number> {
  return page.evaluate(
    async ([what, count]) => {
      while (document.querySelectorAll(what).length < count) await new Promise(requestAnimationFrame);
      return performance.now();
    },
    [selector, least] as const,
  );
}

/** Resolves to the milliseconds from the change of the address until it stands. */
async function goTo(page: Page, { hash, selector, least }: Wanted): Promise<number> {
  return page.evaluate(
    async ([where, what, count]) => {
      const begun = performance.now();
      location.hash = where;
      // One frame in which the page that is left may still stand.
      await new Promise(requestAnimationFrame);
      while (document.querySelectorAll(what).length < count) await new Promise(requestAnimationFrame);
      return performance.now() - begun;
    },
    [hash, selector, least] as const,
  );
}

/** One target object, opened from its row. */
async function drawer(browser: Browser, { url }: Product): Promise<object> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(url, { waitUntil: 'commit' });
  await stands(page, { hash: '', selector: `.targets ${rows}`, least: 20 });
  const opened: number[] = [];
  for (let time = 0; time < times; time += 1) {
    opened.push(
      await page.evaluate(async (index) => {
        const begun = performance.now();
        document.querySelectorAll<HTMLElement>('.targets [data-row-control]')[index]?.click();
        while (document.querySelectorAll('.drawer .items li').length < 5)
          await new Promise(requestAnimationFrame);
        return performance.now() - begun;
      }, time),
    );
    await page.locator('.drawer-head button').click();
    await page.locator('.drawer').waitFor({ state: 'detached' });
  }
  await page.close();
  return { openedMs: { p50: quantile(opened, 0.5), max: quantile(opened, 1) } };
}

async function countBytes(session: CDPSession): Promise<() => number> {
  let bytes = 0;
  session.on('Network.dataReceived', ({ dataLength }) => void (bytes += dataLength));
  await session.send('Network.enable');
  return () => bytes;
}

async function weigh(session: CDPSession): Promise<{ heapMb: number; nodes: number }> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const valueOf = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  return { heapMb: Math.round(valueOf('JSHeapUsedSize') / 1e5) / 10, nodes: valueOf('Nodes') };
}
