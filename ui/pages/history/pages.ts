import type { PageEntry } from '../page-entry.ts';
import { HistoryPage } from './history.tsx';

export const historyPages: readonly PageEntry[] = [
  { path: '/history', title: 'History', role: 'viewer', component: HistoryPage },
];
