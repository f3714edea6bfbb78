import type { Mode } from '../../../backend/api/contract/models.ts';

export const modeText: Readonly<Record<Mode, { readonly title: string; readonly text: string }>> = {
  report: { title: 'Report', text: 'Plans, and writes nothing.' },
  'add-only': {
    title: 'Add only',
    text: 'Adds what is wanted and removes nothing; an address that a live pod claims is still moved.',
  },
  full: {
    title: 'Full',
    text: 'Adds and removes. Removals that nothing explains are held for you.',
  },
};
