/** Replies of the device: JSON of two families, and pages of HTML from the web server in front. */
import type { DeviceError } from '../errors.ts';
import type { BigipRequest } from './request.ts';

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** How long the device takes for it. */
  readonly afterMs?: number;
}

export function json(value: unknown, status = 200): Reply {
  return { status, contentType: 'application/json; charset=UTF-8', body: JSON.stringify(value) };
}

/** The answer to DELETE. */
export const nothing: Reply = { status: 200, contentType: 'application/json; charset=UTF-8', body: '' };

export const noContent: Reply = { ...nothing, status: 204 };

let operations = 6_611_513;

export function refusal(error: DeviceError, request: BigipRequest): Reply {
  const { status, message, apiError } = error;
  if (apiError !== undefined) return json({ code: status, message, errorStack: [], apiError }, status);
  operations += 1;
  const original = status === 401 && request.body !== '' ? { originalRequestBody: hidden(request.body) } : {};
  return json(
    {
      code: status,
      message,
      ...original,
      referer: request.sender,
      restOperationId: operations,
      kind: ':resterrorresponse',
    },
    status,
  );
}

/** What was sent comes back, the password left out. */
function hidden(body: string): string {
  try {
    const sent = JSON.parse(body) as Record<string, unknown>;
    return JSON.stringify({ ...sent, password: undefined, generation: 0, lastUpdateMicros: 0 });
  } catch {
    return '';
  }
}

function page(status: number, title: string, text: string): Reply {
  const body = `<html><head><title>${title}</title></head>\n<body><h1>${title}</h1>\n<p>${text}</p></body></html>\n`;
  return { status, contentType: 'text/html', body };
}

export const restartingPage = page(
  503,
  'Configuration Utility restarting...',
  'Configuration Utility restarting... This page will reload when the Configuration Utility is available.',
);
export const timeoutPage = page(
  500,
  'Error 500 AsyncContext timeout',
  'HTTP ERROR 500. Problem accessing the resource. Reason: AsyncContext timeout. Powered by Jetty://',
);
export const notFoundPage = page(404, '404 Not Found', 'The requested URL was not found on this server.');
