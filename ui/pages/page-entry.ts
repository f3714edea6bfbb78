/** What a page says of itself to be hung into the shell: see registry.ts. */
import type { FunctionComponent } from 'preact';
import type { RoleModel } from '../../backend/api/contract/access.ts';
import type { App } from '../live/app.ts';
import type { Query } from '../live/location.ts';

export type Params = Readonly<Record<string, string>>;

export interface PageProps {
  readonly app: App;
  /** Of the path's `:parts`, decoded. */
  readonly params: Params;
  /** Of the hash: `#/addresses?source=prod-a`. Changed by `app.location.setQuery`. */
  readonly query: Query;
}

/** The first entry whose path matches is shown. */
export interface PageEntry {
  /** `/mappings/:name`; `/mappings/*?` takes everything below. Matched by wouter. */
  readonly path: string;
  /** Of the document; the page itself begins with a PageHead, whose h1 is given the focus on navigation. */
  readonly title: string | ((params: Params) => string);
  /** Who has less is told so in the page's place. */
  readonly role: RoleModel;
  readonly component: FunctionComponent<PageProps>;
}
