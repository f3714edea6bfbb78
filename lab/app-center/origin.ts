/** The one HTTPS origin that browsers see: the fabric's own interface, apps' pages and requests, the page Apps. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Identity } from '../authority.ts';
import type { FabricFront } from '../fabric/fabric.ts';
import { answerControl, type ControlParts } from './control.ts';
import { readPages, type Page } from './gui/pages.ts';

export interface OriginParts extends ControlParts {
  readonly front: FabricFront;
  readonly identity: Identity;
  readonly proxy: (message: IncomingMessage, response: ServerResponse) => void;
}

export class Origin {
  readonly #parts: OriginParts;
  readonly #server: Server;
  #pages: ReadonlyMap<string, Page> = new Map();

  constructor(parts: OriginParts) {
    this.#parts = parts;
    this.#server = createServer({ ...parts.identity, keepAliveTimeout: 60_000 });
    this.#server.requestTimeout = 0;
    this.#server.on('request', (message, response) => this.#route(message, response));
    this.#server.on('upgrade', (message, socket, head) => {
      if (message.url?.startsWith('/socket') === true) return parts.front.upgrade(message, socket, head);
      // Web sockets do not reach apps.
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
  }

  async listen(port: number, host: string): Promise<string> {
    this.#pages = await readPages();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return `https://${host}:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #route(message: IncomingMessage, response: ServerResponse): void {
    const path = (message.url ?? '/').replace(/[?#].*$/s, '');
    if (path.startsWith('/appcenter/')) return this.#parts.proxy(message, response);
    if (path.startsWith('/lab/app-center/')) return void answerControl(this.#parts, message, response);
    if (path.startsWith('/apps/')) return void this.#asset(path, response);
    const page = message.method === 'GET' ? this.#pages.get(path) : undefined;
    if (page === undefined) return this.#parts.front.request(message, response);
    response.writeHead(200, { 'Content-Type': page.type, 'Cache-Control': 'no-store', ...page.headers });
    response.end(page.body);
  }

  /** `/apps/<Vendor_App>/UIAssets/<file>`, of what is installed. */
  async #asset(path: string, response: ServerResponse): Promise<void> {
    const [, name = '', file = ''] = /^\/apps\/([^/]+)\/UIAssets\/(.+)$/.exec(path) ?? [];
    const folder = this.#parts.apps.app(name)?.folders.src;
    const asked = normalize(decodeURIComponent(file));
    const target = join(folder ?? '', 'UIAssets', asked);
    const isFile = await stat(target).then(
      (found) => found.isFile(),
      () => false,
    );
    if (folder === undefined || asked.startsWith('..') || !isFile)
      return void response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>404 Not Found</h1>');
    const type = types[extname(target)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, Server: 'Cisco APIC', 'X-Frame-Options': 'SAMEORIGIN' });
    createReadStream(target).pipe(response);
  }
}

/** As web servers have them from the end of the name; text has no charset unless the file says so. */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/x-icon',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};
