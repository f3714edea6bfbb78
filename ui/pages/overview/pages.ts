import type { PageEntry } from '../page-entry.ts';
import { OverviewPage } from './overview.tsx';

export const overviewPages: readonly PageEntry[] = [
  { path: '/', title: 'Overview', role: 'viewer', component: OverviewPage },
];
