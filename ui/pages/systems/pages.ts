import type { PageEntry } from '../page-entry.ts';
import { AddSystemPage } from './add-page.tsx';
import { EditSystemPage } from './edit-page.tsx';
import { SystemsPage } from './systems-page.tsx';

export const systemPages: readonly PageEntry[] = [
  { path: '/systems', title: 'Sources and systems', role: 'viewer', component: SystemsPage },
  { path: '/systems/add', title: 'Add a source or system', role: 'viewer', component: AddSystemPage },
  {
    path: '/systems/:collection/:name',
    title: ({ name = '' }) => name,
    role: 'viewer',
    component: EditSystemPage,
  },
];
