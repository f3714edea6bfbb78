import type { PageEntry } from '../page-entry.ts';
import { PlanPage } from './plan.tsx';

export const planPages: readonly PageEntry[] = [
  { path: '/plan', title: 'Plan', role: 'viewer', component: PlanPage },
];
