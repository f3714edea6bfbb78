/** The TLS listener: hands requests to the API or the control, and makes connections misbehave when asked to. */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { Identity } from '../../authority.ts';
import type { FaultedRequest } from '../../faults.ts';
import type { Faults } from '../faults.ts';
import type { Sockets } from '../events/sockets.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Stats } from '../stats.ts';
import { errors } from '../model/errors.ts';
import { kindOf, type Api } from './api.ts';
import type { Control } from './control.ts';
import { notFoundPage, refusal, unavailablePage, type Reply } from './reply.ts';
import { readRequest, type FabricRequest } from './request.ts';

export interface ServerParts {
  readonly identity: Identity;
  readonly api: Api;
  readonly control: Control;
  readonly faults: Faults;
  readonly sessions: Sessions;
  readonly sockets: Sockets;
  readonly stats: Stats;
  readonly replyDelayMs: number;
}

export class FabricServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  readonly #upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer({ ...parts.identity, keepAliveTimeout: 60_000 });
    this.#server.on('request', this.request);
    this.#server.on('upgrade', this.upgrade);
  }

  readonly request = (message: IncomingMessage, response: ServerResponse): void =>
    void this.#serve(message, response);

  readonly upgrade = (message: IncomingMessage, socket: Duplex, head: Buffer): void =>
    this.#upgrade(message, socket, head);

  async listen(port: number, host: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    const { address, port: bound } = this.#server.address() as AddressInfo;
    return `https://${address.includes(':') ? `[${address}]` : address}:${bound}`;
  }

  async close(): Promise<void> {
    this.#parts.sockets.drop();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(message);
      if (request.path.startsWith('/lab/')) {
        send(response, this.#parts.control.answer(request));
        return;
      }
      if (!request.path.startsWith('/api/')) {
        send(response, notFoundPage);
        return;
      }
      this.#parts.stats.count('requests');
      await this.#serveApi(request, response);
    } catch (error) {
      // A client that goes away while it sends is its own affair; anything else is a fault of the simulator.
      if (!message.destroyed || message.complete)
        process.emitWarning(error instanceof Error ? error : String(error));
      response.destroy();
    }
  }

  async #serveApi(request: FabricRequest, response: ServerResponse): Promise<void> {
    const { faults, replyDelayMs } = this.#parts;
    const faulted = { kind: kindOf(request), url: request.url };
    if (faults.take('stall', faulted)) {
      faults.untilCleared(() => response.destroy());
      return;
    }
    if (faults.take('closed', faulted)) return void response.destroy();
    const slow = faults.take('slow', faulted);
    const reply = this.#faultReply(request, faulted) ?? this.#answer(request, faulted);
    const wait = replyDelayMs + (slow ? (slow.ms ?? 1000) : 0);
    if (wait > 0) await sleep(wait);
    if (faults.take('resetMidReply', faulted)) breakOff(response, reply);
    else send(response, reply);
  }

  #faultReply(request: FabricRequest, faulted: FaultedRequest): Reply | undefined {
    const { api, faults } = this.#parts;
    if (faults.take('unavailablePage', faulted)) return unavailablePage;
    if (faults.take('unavailableJson', faulted)) return refusal(errors.resolveTimeout());
    if (faults.take('forbidden', faulted)) return refusal(errors.tokenUnknown());
    if (!faults.take('expiredToken', faulted)) return undefined;
    api.endSession(request);
    return refusal(errors.tokenTimeout());
  }

  #answer(request: FabricRequest, faulted: FaultedRequest): Reply {
    const reply = this.#parts.api.answer(request);
    const isWrite = faulted.kind === 'write';
    return isWrite && this.#parts.faults.take('applyThenFail', faulted)
      ? refusal(errors.resolveTimeout())
      : reply;
  }

  /** `/socket<TOKEN>`: the token is the rest of the path, unescaped. */
  #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const token = /^\/socket(.+)$/s.exec(message.url ?? '')?.[1];
    const session = this.#sessionOf(token);
    if (session === undefined) {
      socket.end(
        'HTTP/1.1 403 Forbidden\r\nServer: Cisco APIC\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    this.#upgrades.handleUpgrade(message, socket, head, (webSocket) =>
      this.#parts.sockets.add(session, webSocket),
    );
  }

  #sessionOf(token: string | undefined): ReturnType<Sessions['find']> | undefined {
    try {
      return token === undefined ? undefined : this.#parts.sessions.find(token);
    } catch {
      return undefined;
    }
  }
}

function head(response: ServerResponse, reply: Reply, length: number): void {
  response.writeHead(reply.status, {
    Server: 'Cisco APIC',
    'Content-Type': reply.contentType,
    'Content-Length': length,
    'Cache-Control': 'no-cache="Set-Cookie, Set-Cookie2"',
    ...(reply.cookie && { 'Set-Cookie': reply.cookie }),
  });
}

function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body);
  head(response, reply, body.length);
  response.end(body);
}

function breakOff(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body);
  head(response, reply, body.length);
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}
