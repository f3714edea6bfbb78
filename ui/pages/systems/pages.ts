import type { PageEntry } from '../page-entry.ts';

export const systemPages: readonly PageEntry[] = [];
