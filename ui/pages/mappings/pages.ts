import type { PageEntry } from '../page-entry.ts';
import { MappingPage, NewMappingPage } from './mapping-page.tsx';
import { MappingsPage } from './mappings-page.tsx';

const add = { title: 'Add a mapping', role: 'viewer', component: NewMappingPage } as const;
const edit = {
  title: ({ name = '' }) => name,
  role: 'viewer',
  component: MappingPage,
} as const;

export const mappingPages: readonly PageEntry[] = [
  { path: '/mappings', title: 'Mappings', role: 'viewer', component: MappingsPage },
  { path: '/mappings/new', ...add },
  { path: '/mappings/add', ...add },
  { path: '/mappings/:name', ...edit },
  // For a mapping that is called as one of the pages above.
  { path: '/mappings/:name/edit', ...edit },
];
