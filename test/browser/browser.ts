/**
 * A real browser for tests: the system's Chromium, else the one that comes with an npm package.
 */
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { findProgram } from '../support/lane.ts';

const args = [
  // Tests may run as root, where the sandbox cannot.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launch(): Promise<Browser> {
  const system = findProgram(['chromium', 'chromium-browser', 'google-chrome']);
  return chromium.launch({ executablePath: system ?? (await packaged()), args });
}

/** Trap: the package unpacks the libraries that a bare system lacks only when it believes to be in this environment. */
async function packaged(): Promise<string> {
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs24.x';
  const { default: packagedChromium } = await import('@sparticuz/chromium');
  return packagedChromium.executablePath();
}
