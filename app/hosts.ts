/**
 * Under whose name we are asked. Where whoever is not signed in may do something, a page of another site must not be able to ask in
 * this machine's name: a name of its own that leads to 127.0.0.1 is refused (DNS rebinding).
 */
import type { RequestListener } from 'node:http';
import { problemTable } from '../backend/model/problems.ts';
import { isLoopback } from './tls.ts';

export function onlyLoopbackNames(handler: RequestListener): RequestListener {
  return (request, response) => {
    if (isLoopback(hostname(request.headers.host ?? ''))) {
      handler(request, response);
      return;
    }
    const { status, title, next } = problemTable['request.host'];
    response.writeHead(status, { 'Content-Type': 'application/problem+json', Connection: 'close' });
    const detail = 'without signing in only this machine may ask, by 127.0.0.1, ::1 or localhost';
    response.end(JSON.stringify({ type: 'about:blank', title, status, detail, code: 'request.host', next }));
  };
}

/** Without the port, and without the brackets of IPv6. */
function hostname(host: string): string {
  return URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
}
