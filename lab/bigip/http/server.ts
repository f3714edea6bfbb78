/** The TLS listener: hands requests to the API or the control, and makes connections misbehave when asked to. */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Identity } from '../../authority.ts';
import type { FaultedRequest } from '../../faults.ts';
import { errors } from '../errors.ts';
import type { Faults } from '../faults.ts';
import type { Tokens } from '../session/tokens.ts';
import type { Stats } from '../stats.ts';
import type { Outage } from '../system/outage.ts';
import { kindOf, type Api } from './api.ts';
import type { Control } from './control.ts';
import { notFoundPage, refusal, restartingPage, timeoutPage, type Reply } from './reply.ts';
import { readRequest, type BigipRequest } from './request.ts';

export interface ServerParts {
  readonly identity: Identity;
  readonly api: Api;
  readonly control: Control;
  readonly faults: Faults;
  readonly outage: Outage;
  readonly tokens: Tokens;
  readonly stats: Stats;
  readonly delayMs: number;
}

export class BigipServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  /** Connections that asked for something under /mgmt. */
  readonly #clients = new Set<Socket>();

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer({ ...parts.identity, keepAliveTimeout: 60_000 });
    this.#server.on('request', (message, response) => void this.#serve(message, response));
  }

  async listen(port: number, host: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    const { address, port: bound } = this.#server.address() as AddressInfo;
    return `https://${address.includes(':') ? `[${address}]` : address}:${bound}`;
  }

  /** Ends the connections of clients; new ones are taken, and those of the lab's controls stay. */
  drop(): void {
    for (const socket of this.#clients) socket.destroy();
    this.#clients.clear();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(message);
      if (request.path.startsWith('/lab/')) send(response, this.#parts.control.answer(request));
      else if (request.path.startsWith('/mgmt/')) {
        this.#remember(message.socket);
        await this.#serveApi(request, response);
      } else send(response, notFoundPage);
    } catch (error) {
      // A client that goes away while it sends is its own affair; anything else is a fault of the simulator.
      if (!message.destroyed || message.complete)
        process.emitWarning(error instanceof Error ? error : String(error));
      response.destroy();
    }
  }

  #remember(socket: Socket): void {
    if (this.#clients.has(socket)) return;
    this.#clients.add(socket);
    socket.once('close', () => this.#clients.delete(socket));
  }

  async #serveApi(request: BigipRequest, response: ServerResponse): Promise<void> {
    const { faults, stats, delayMs } = this.#parts;
    const faulted = { kind: kindOf(request), url: request.url };
    stats.count('requests');
    const end = stats.begin(faulted.kind === 'write');
    response.once('close', end);
    if (faults.take('stall', faulted)) {
      faults.untilCleared(() => response.destroy());
      return;
    }
    const reply = this.#reply(request, faulted);
    if (reply === 'close') return void response.destroy();
    const slow = faults.take('slow', faulted);
    const wait = delayMs + (reply.afterMs ?? 0) + (slow ? (slow.ms ?? 1000) : 0);
    if (wait > 0) await sleep(wait);
    // Before the reply leaves: what its reader asks next is not at the same time.
    end();
    if (faults.take('resetMidReply', faulted)) breakOff(response, reply);
    else send(response, reply);
  }

  #reply(request: BigipRequest, faulted: FaultedRequest): Reply | 'close' {
    const { api, faults, outage } = this.#parts;
    const strikes = (name: Parameters<Outage['has']>[0]): boolean =>
      outage.has(name) || faults.take(name, faulted) !== undefined;
    if (strikes('closed')) return 'close';
    if (strikes('restartingPage')) return restartingPage;
    if (strikes('notRegistered')) return refusal(errors.notRegistered(request.path), request);
    if (faults.take('tokensLost', faulted)) this.#parts.tokens.flush();
    if (faults.take('unauthorized', faulted))
      return refusal(errors.noCredentials(request.path, request.sender), request);
    const isTm = request.path.startsWith('/mgmt/tm/');
    if (isTm && strikes('mcpdLost')) return refusal(errors.mcpdLost(), request);
    if (isTm && faults.take('taskActive', faulted)) return refusal(errors.taskActive(), request);
    return this.#applied(api.answer(request), faulted);
  }

  #applied(reply: Reply, faulted: FaultedRequest): Reply | 'close' {
    const { faults } = this.#parts;
    if (faulted.kind !== 'write' || reply.status !== 200) return reply;
    if (faults.take('applyThenClose', faulted)) return 'close';
    const late = faults.take('applyThenFail', faulted);
    return late ? { ...timeoutPage, afterMs: late.ms ?? 0 } : reply;
  }
}

function head(response: ServerResponse, reply: Reply, length: number): void {
  response.writeHead(reply.status, reply.status === 401 ? 'F5 Authorization Required' : undefined, {
    Server: 'Jetty(9.2.22.v20170606)',
    'Content-Type': reply.contentType,
    'Content-Length': length,
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    ...(reply.status === 401 && { 'WWW-Authenticate': 'X-Auth-Token' }),
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
