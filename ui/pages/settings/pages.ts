import type { PageEntry } from '../page-entry.ts';
import { SettingsPage } from './settings.tsx';

export const settingsPages: readonly PageEntry[] = [
  { path: '/settings', title: 'Settings', role: 'viewer', component: SettingsPage },
  {
    path: '/settings/:section',
    title: 'Settings',
    role: 'viewer',
    component: SettingsPage,
  },
];
