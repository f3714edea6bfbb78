/**
 * Where in the page one is, kept in the hash: `#/addresses?source=prod-a`. It works under any path and inside a frame,
 * and needs no history of the browser's.
 */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

export type Query = Readonly<Record<string, string>>;

export interface Place {
  /** `/addresses/10.244.1.7`, decoded part by part where it is matched. */
  readonly path: string;
  readonly query: Query;
}

export interface Location {
  readonly place: ReadonlySignal<Place>;
  go(path: string, query?: Partial<Query>): void;
  /** Another query of the same page; one does not come back to the one before. Empty values are left out. */
  setQuery(change: Partial<Query>): void;
  /** Asked before one goes anywhere else: true stops it. One at a time; returns what takes it away. */
  guard(stops: (hash: string) => boolean): () => void;
}

/** `#/plan?x=1`; what does not begin with `#/` leads to the first page. */
export function parsePlace(hash: string): Place {
  if (!hash.startsWith('#/')) return { path: '/', query: {} };
  const at = hash.indexOf('?');
  const path = at < 0 ? hash.slice(1) : hash.slice(1, at);
  const query = at < 0 ? {} : Object.fromEntries(new URLSearchParams(hash.slice(at)));
  return { path: path.length > 1 ? path.replace(/\/+$/, '') : path, query };
}

/** The hash that leads to a place, for links. */
export function linkTo(path: string, query: Partial<Query> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  const text = params.toString();
  return text === '' ? `#${path}` : `#${path}?${text}`;
}

export function createLocation(here: Window): Location {
  const place = signal(parsePlace(here.location.hash));
  let current = here.location.hash;
  let stops: ((hash: string) => boolean) | undefined;
  here.addEventListener('hashchange', () => {
    const { hash } = here.location;
    // An anchor within the page is no place of its own.
    if (hash === current || (hash !== '' && !hash.startsWith('#/'))) return;
    if (stops?.(hash) === true) here.location.replace(current === '' ? '#/' : current);
    else arrive(hash);
  });
  const arrive = (hash: string): void => {
    current = hash;
    place.value = parsePlace(hash);
  };
  const move = (hash: string, replace: boolean): void => {
    if (stops?.(hash) === true) return;
    if (replace) here.location.replace(hash);
    else here.location.hash = hash;
    arrive(hash);
  };
  return {
    place,
    go: (path, query) => move(linkTo(path, query), false),
    setQuery(change) {
      const { path, query } = place.peek();
      move(linkTo(path, { ...query, ...change }), true);
    },
    guard(asked) {
      stops = asked;
      return () => {
        if (stops === asked) stops = undefined;
      };
    },
  };
}
