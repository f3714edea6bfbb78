/** Places that every chapter of the story goes to. */
import type { Locator, Page } from 'playwright-core';
import type { Played } from './played.ts';

export function heading(page: Page, name: string | RegExp): Locator {
  return page.getByRole('heading', { level: 1, name });
}

export function linkOfPages(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });
}

/** Goes to a page by the navigation. */
export async function goTo({ visitor: { page }, hands }: Played, name: string, title = name): Promise<void> {
  await hands.press(linkOfPages(page, name));
  await heading(page, title).waitFor();
}

export async function next({ visitor: { page }, hands }: Played): Promise<void> {
  await hands.press(page.getByRole('button', { name: 'Next' }));
}

/** A row of the table of targets. */
export function targetRow(page: Page, kind: string, name: string): Locator {
  return page
    .locator('.targets tbody tr')
    .filter({ has: page.getByRole('button', { name, exact: true }) })
    .filter({ has: page.getByRole('cell', { name: kind, exact: true }) });
}
