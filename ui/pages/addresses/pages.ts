import type { PageEntry } from '../page-entry.ts';
import { AddressPage } from './address.tsx';
import { AddressesPage } from './addresses.tsx';

export const addressPages: readonly PageEntry[] = [
  { path: '/addresses', title: 'Addresses', role: 'viewer', component: AddressesPage },
  {
    path: '/addresses/:address',
    title: ({ address = '' }) => address,
    role: 'viewer',
    component: AddressPage,
  },
];
