/** Replies of the APIC and of the web server in front of it, which speaks HTML. */
import type { ApicError } from '../model/errors.ts';
import { renderError } from '../query/render.ts';

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly cookie?: string;
}

export function json(body: string, status = 200): Reply {
  return { status, contentType: 'application/json', body };
}

export const emptyResult = json('{"totalCount":"0","imdata":[]}');

export function refusal(error: ApicError): Reply {
  return json(renderError(error.code, error.message), error.httpStatus);
}

export function htmlPage(status: number, title: string): Reply {
  const heading = `${status} ${title}`;
  const body = `<html>\r\n<head><title>${heading}</title></head>\r\n<body>\r\n<center><h1>${heading}</h1></center>\r\n<hr><center>Cisco APIC</center>\r\n</body>\r\n</html>\r\n`;
  return { status, contentType: 'text/html', body };
}

export const unavailablePage = htmlPage(503, 'Service Temporarily Unavailable');
export const notFoundPage = htmlPage(404, 'Not Found');
