/** For whoever watches the process. */
import { liveSchema, readySchema } from '../contract/models.ts';
import { jsonRoute, textRoute } from '../route.ts';
import type { Route } from '../route.ts';
import type { RoutesOptions } from './options.ts';

export function probeRoutes({ ready, metrics }: Pick<RoutesOptions, 'ready' | 'metrics'>): readonly Route[] {
  return [
    jsonRoute({
      method: 'GET',
      path: '/livez',
      role: 'anyone',
      summary: 'The process answers',
      response: { name: 'Live', schema: liveSchema },
      handle: () => ({ body: { live: true } }),
    }),
    jsonRoute({
      method: 'GET',
      path: '/readyz',
      role: 'anyone',
      summary: 'It has read everything once; 503 until then',
      response: { name: 'Ready', schema: readySchema },
      alsoAnswers: [503],
      handle() {
        const body = ready();
        return { status: body.ready ? 200 : 503, body };
      },
    }),
    textRoute({
      method: 'GET',
      path: '/metrics',
      role: 'viewer',
      summary: 'Figures for Prometheus',
      handle: async () => ({ body: (await metrics.render()).body }),
    }),
  ];
}
