/** A person at the page in a real browser, and all that the browser has to complain about meanwhile. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { seriousFindings } from '../../browser/visit.ts';

/** How long a step may take to show on the page. */
const patienceMs = 20_000;

export interface Visitor {
  readonly page: Page;
  /** The browser itself tells of a request that was refused; where refusing is what is tried, that is no complaint. */
  excuse(status: number): void;
  /** Throws with everything that the browser complained about until now. */
  content(): Promise<void>;
  /** Throws with what axe finds serious on the page as it is now, in either theme. */
  accessible(what: string): Promise<void>;
  /** What there is to read, for whoever wants to know why something did not come. */
  shown(): Promise<string>;
  /** Whether the document is the one that was opened first. */
  sameDocument(): Promise<boolean>;
}

export interface VisitorOptions {
  readonly url: string;
  /** Whether `accessible` looks: once for all who see the same pages is enough, for it takes its time. */
  readonly audits: boolean;
}

export async function openVisitor(browser: Browser, { url, audits }: VisitorOptions): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  listen(page, complaints);
  await page.exposeFunction('reportViolation', (text: string) => complaints.push(`CSP: ${text}`));
  await page.addInitScript(noteViolations);
  await page.goto(url);
  await page.evaluate(() => Object.assign(window, { openedFirst: true }));
  return {
    page,
    excuse(status) {
      const at = complaints.findIndex((each) => each.includes(`status of ${status} `));
      assert.notEqual(at, -1, `the browser told of no ${status}, but of: ${complaints.join('; ')}`);
      complaints.splice(at, 1);
    },
    async content() {
      // What the page reports goes the same way as this answer, before it.
      await page.evaluate(() => undefined);
      assert.deepEqual(complaints, []);
    },
    async accessible(what) {
      if (!audits) return;
      // Themes differ in their colours and in nothing else.
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await seriousFindings(page, { only: ['color-contrast'] });
      await page.emulateMedia({ colorScheme: 'light' });
      assert.deepEqual([...dark, ...(await seriousFindings(page))], [], what);
    },
    shown: async () => `${page.url()}\n${await page.locator('body').innerText()}\n${complaints.join('\n')}\n`,
    sameDocument: () => page.evaluate(() => 'openedFirst' in window),
  };
}

function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // Whoever leaves a page lets go what it was reading.
    if (why !== 'net::ERR_ABORTED') complaints.push(`${request.method()} ${request.url()}: ${why}`);
  });
}

/** Runs in the page, before anything of it. */
function noteViolations(): void {
  const { reportViolation } = window as unknown as { reportViolation: (text: string) => void };
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
    reportViolation(`${violatedDirective} ${blockedURI} ${sourceFile}`),
  );
}
