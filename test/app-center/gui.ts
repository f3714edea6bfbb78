/** A person at the GUI of the APIC, in a real browser, and all that the browser has to complain about meanwhile. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { withPalette } from '../browser/screenshots/palette.ts';
import type { AppStage } from './stage.ts';

const patienceMs = 40_000;
/** An image is loaded then. */
const uploadPatienceMs = 110_000;
const size = { width: 1280, height: 900 };
const title = 'ACI Kube Sync';
/** What Chromium says of the sandbox that an APIC gives to every app. */
const ofTheSandbox = /allow-scripts and allow-same-origin/;

export interface Gui {
  readonly page: Page;
  signIn(): Promise<void>;
  upload(aci: string): Promise<void>;
  /** Presses the button of the app, confirms where it asks, and waits for what the app then shows. */
  press(button: string, until: string): Promise<void>;
  /** Opens the app and answers its frame. */
  open(): Promise<Frame>;
  closeApp(): Promise<void>;
  /** The app in the list. */
  readonly entry: Locator;
  /** Into the folder that KUBESYNC_PICTURES names; nothing otherwise. `height`: of its upper part only. */
  picture(name: string, height?: number): Promise<void>;
  /** Throws with everything that the browser complained about. */
  content(): void;
}

export async function openGui(browser: Browser, { appCenter, fabric }: AppStage): Promise<Gui> {
  // The lab's own authority is not known to the browser; nothing else is to be met here.
  const context = await browser.newContext({
    ...{ viewport: size, colorScheme: 'light', ignoreHTTPSErrors: true },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  await listen(page, complaints);
  await page.goto(appCenter.url);
  const entry = page.getByRole('listitem', { name: title });
  return {
    page,
    entry,
    async signIn() {
      await page.getByLabel('User ID').fill(fabric.username);
      await page.getByLabel('Password').fill(fabric.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('heading', { name: 'Apps' }).waitFor();
    },
    async upload(aci) {
      await page.getByLabel('Add an application').setInputFiles(aci);
      await page.getByRole('button', { name: 'Upload' }).click();
      await page.getByRole('status').getByText('done').waitFor({ timeout: uploadPatienceMs });
    },
    async press(button, until) {
      await entry.getByRole('button', { name: button, exact: true }).click();
      const dialog = page.getByRole('dialog');
      if (await dialog.isVisible()) await dialog.getByRole('button', { name: button }).click();
      await page.getByText(until, { exact: true }).first().waitFor();
    },
    async open() {
      await entry.getByRole('button', { name: 'Open' }).click();
      const handle = await page.locator('iframe').elementHandle({ timeout: patienceMs });
      const frame = await handle.contentFrame();
      assert.ok(frame);
      await frame.getByRole('navigation', { name: 'Pages' }).waitFor();
      return frame;
    },
    async closeApp() {
      await page.getByRole('button', { name: `Close ${title}` }).click();
    },
    async picture(name, height = size.height) {
      const folder = process.env['KUBESYNC_PICTURES'];
      if (folder === undefined) return;
      mkdirSync(folder, { recursive: true });
      await page.mouse.move(0, 0);
      const blank = await context.newPage();
      const picture = await withPalette(
        blank,
        await page.screenshot({ animations: 'disabled', clip: { x: 0, y: 0, ...size, height } }),
      );
      await blank.close();
      writeFileSync(join(folder, `${name}.png`), picture);
    },
    content: () => assert.deepEqual(complaints, []),
  };
}

async function listen(page: Page, complaints: string[]): Promise<void> {
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && !ofTheSandbox.test(message.text()))
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.exposeFunction('reportViolation', (text: string) => complaints.push(`CSP: ${text}`));
  await page.addInitScript(() => {
    const { reportViolation } = window as unknown as { reportViolation: (text: string) => void };
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      reportViolation(`${violatedDirective} ${blockedURI}`),
    );
  });
}
