import type { PageEntry } from '../page-entry.ts';

export const mappingPages: readonly PageEntry[] = [];
