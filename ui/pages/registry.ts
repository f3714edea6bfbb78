/**
 * The pages, and what leads to them. A folder of pages exports its entries; they are named here once.
 *
 * The first entry whose path matches is shown, so a page of its own stands before the one that takes everything below.
 */
import { addressPages } from './addresses/pages.ts';
import { historyPages } from './history/pages.ts';
import { mappingPages } from './mappings/pages.ts';
import { overviewPages } from './overview/pages.ts';
import type { PageEntry } from './page-entry.ts';
import { planPages } from './plan/pages.ts';
import { settingsPages } from './settings/pages.ts';
import { systemPages } from './systems/pages.ts';

export const pages: readonly PageEntry[] = [
  ...overviewPages,
  ...systemPages,
  ...mappingPages,
  ...planPages,
  ...addressPages,
  ...historyPages,
  ...settingsPages,
];
