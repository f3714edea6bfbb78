/** Visits to the page in a real browser: each with a site of its own, and nothing that the browser may complain about. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import type { FakePortsOptions } from '../support/api-world.ts';
import { launch } from './browser.ts';
import { openSite } from './site.ts';
import type { Site } from './site.ts';
import { mappings, tell } from './story.ts';

export interface Visit {
  readonly site: Site;
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: string[];
}

export interface VisitOptions {
  readonly hash: string;
  readonly world?: FakePortsOptions;
  readonly colorScheme?: 'light' | 'dark';
  /** Default: the site with something of everything. */
  readonly feed?: (site: Site) => void;
}

export interface Visits {
  open(options: VisitOptions): Promise<Visit>;
}

/** To be called within `describe`: the browser is launched once, and each visit ends with its test. */
export function visits(): Visits {
  let browser: Browser;
  const opened: Visit[] = [];
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
  return {
    async open({ hash, world = {}, colorScheme = 'light', feed = tell }) {
      const site = await openSite(mappings, world);
      feed(site);
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
      page.setDefaultTimeout(10_000);
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      const visit = { site, page, complaints };
      opened.push(visit);
      await page.goto(`${site.url}${hash}`);
      return visit;
    },
  };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** What axe finds serious or worse; `only`: by these rules of its. Evaluated, not added as a script: the page allows none that is inline. */
export async function seriousFindings(
  page: Page,
  { only = [] }: { readonly only?: readonly string[] } = {},
): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(
    async (rules) => {
      const { axe: injected } = window as unknown as { axe: typeof axe };
      const chosen = rules.length === 0 ? {} : { runOnly: rules };
      const { violations } = await injected.run(document, chosen);
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    },
    [...only],
  );
}
