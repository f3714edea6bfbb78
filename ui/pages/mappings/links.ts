import { linkTo } from '../../live/location.ts';

/** Names that are pages of their own. */
const pages = ['new', 'add'];

/** `field`: where the focus begins. */
export function mappingLink(name: string, field?: string): string {
  const path = `/mappings/${encodeURIComponent(name)}`;
  return linkTo(pages.includes(name) ? `${path}/edit` : path, field === undefined ? {} : { field });
}

/** Where the pages of one mapping lie. */
export const trail = [{ text: 'Mappings', href: '#/mappings' }];
