/** One request and its reply: what handlers read from it and how they answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

export function acceptOf({ request }: Exchange): string {
  return request.headers.accept ?? '*/*';
}

export function sendJson(
  exchange: Exchange,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) return;
  response.writeHead(code, {
    'cache-control': 'no-cache, private',
    'content-type': 'application/json',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** Writes text; resolves once the client has room for more, or has left. */
export async function writeText(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.writableEnded) return;
  if (response.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
