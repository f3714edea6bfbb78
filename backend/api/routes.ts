/** The table of routes. */
import { z } from 'zod';
import { openApi } from './openapi.ts';
import { jsonRoute } from './route.ts';
import type { Route } from './route.ts';
import { actRoutes } from './routes/acts.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { entryRoutes } from './routes/entries.ts';
import type { RoutesOptions } from './routes/options.ts';
import { pastRoutes } from './routes/past.ts';
import { probeRoutes } from './routes/probes.ts';
import { sessionRoutes } from './routes/session.ts';
import { statusRoutes } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { trialRoutes } from './routes/trials.ts';

export function createRoutes(options: RoutesOptions): readonly Route[] {
  const routes: Route[] = [
    ...sessionRoutes(options),
    ...tokenRoutes(options.access),
    ...statusRoutes(options.status),
    ...pastRoutes(options),
    ...configurationRoutes(options.configuration),
    ...entryRoutes(options.configuration),
    ...trialRoutes(options),
    ...actRoutes(options.acts),
    ...probeRoutes(options),
  ];
  let description: Record<string, unknown> | undefined;
  const described: Route = jsonRoute({
    method: 'GET',
    path: '/api/v1/openapi.json',
    role: 'anyone',
    summary: 'This description',
    response: { name: 'OpenApi', schema: z.record(z.string(), z.unknown()) },
    handle: () => ({ body: (description ??= openApi([...routes, described], options.version)) }),
  });
  return [...routes, described];
}
