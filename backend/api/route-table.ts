/** Finds the route of a request. No request fits two of a method: routes.test.ts holds the table to that. */
import type { Method, RawParameters, Route } from './route.ts';

export interface Match {
  readonly route: Route;
  readonly params: RawParameters;
}

/** `allowed`: what can be done at this path instead, for the header Allow; empty: there is nothing there. */
export interface NoMatch {
  readonly route: undefined;
  readonly allowed: readonly string[];
}

interface Pattern {
  readonly route: Route;
  readonly segments: readonly string[];
}

export function routeTable(routes: readonly Route[]): (method: string, path: string) => Match | NoMatch {
  const patterns = routes.map((route): Pattern => ({ route, segments: route.path.split('/').slice(1) }));
  const byLength = Map.groupBy(patterns, ({ segments }) => segments.length);
  return (method, path) => {
    const segments = decoded(path);
    if (segments === undefined) return { route: undefined, allowed: [] };
    const fitting = (byLength.get(segments.length) ?? []).flatMap(({ route, segments: pattern }) => {
      const params = fit(pattern, segments);
      return params === undefined ? [] : [{ route, params }];
    });
    const wanted = method === 'HEAD' ? 'GET' : method;
    const found = fitting.find(({ route }) => route.method === wanted);
    return found ?? { route: undefined, allowed: allowed(fitting.map(({ route }) => route.method)) };
  };
}

/** undefined: it cannot be decoded, and so names nothing. */
function decoded(path: string): readonly string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function fit(pattern: readonly string[], segments: readonly string[]): RawParameters | undefined {
  const params: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== segment) return undefined;
    } else if (segment === '') return undefined;
    else params.push([part.slice(1), segment]);
  }
  return Object.fromEntries(params);
}

function allowed(methods: readonly Method[]): readonly string[] {
  return [...new Set(methods)].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).sort();
}
