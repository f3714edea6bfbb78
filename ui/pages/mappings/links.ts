import { linkTo } from '../../live/location.ts';

/** Names that are pages of their own. */
const pages = ['new', 'add'];

export function mappingLink(name: string): string {
  const path = `/mappings/${encodeURIComponent(name)}`;
  return linkTo(pages.includes(name) ? `${path}/edit` : path);
}

/** Where the pages of one mapping lie. */
export const trail = [{ text: 'Mappings', href: '#/mappings' }];
