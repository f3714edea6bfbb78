/**
 * Traffic for a load balancer, and members that answer it: HTTP servers on loopback addresses (all of 127.0.0.0/8 is there, so that each may
 * have a `pod address` of its own), and clients that count what they were answered, and by whom.
 */
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Member {
  readonly address: string;
  readonly port: number;
  /** Requests that it answered. */
  readonly answered: number;
  /** What it makes each client wait. */
  delayMs: number;
  stop(): Promise<void>;
}

/** Answers every request with its own address and port. Port 0: any. */
export async function startMember(address: string, port = 0, delayMs = 0): Promise<Member> {
  const member = { address, port, answered: 0, delayMs, stop: () => stopServer(server) };
  const server = createServer((_, response) => {
    setTimeout(() => {
      member.answered += 1;
      response.end(nameOf(member));
    }, member.delayMs);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
  member.port = (server.address() as AddressInfo).port;
  return member;
}

/** `10.0.0.1:80`, `[::1]:80`: what the member answers with. */
export function nameOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export interface TrafficOptions {
  readonly url: string;
  /** Clients that ask one after the other. Default 4. */
  readonly clients?: number;
  /** Whether a client stays on its connection. Default false: one for each request. */
  readonly keepAlive?: boolean;
  /** Between two requests of a client. Default 0. */
  readonly pauseMs?: number;
}

export interface Tally {
  readonly answered: number;
  /** Requests that were refused, reset or answered otherwise than with 200. */
  readonly failed: number;
  /** By what went wrong: `503`, `ECONNRESET`. */
  readonly failures: Readonly<Record<string, number>>;
  /** By the member that answered. */
  readonly by: Readonly<Record<string, number>>;
}

export interface Traffic {
  readonly tally: Tally;
  /** Counts anew from now on. */
  reset(): void;
  /** Lets every client finish its last request. */
  stop(): Promise<Tally>;
}

class Count {
  answered = 0;
  failed = 0;
  readonly failures: Record<string, number> = {};
  readonly by: Record<string, number> = {};

  ok(member: string): void {
    this.answered += 1;
    this.by[member] = (this.by[member] ?? 0) + 1;
  }

  bad(reason: string): void {
    this.failed += 1;
    this.failures[reason] = (this.failures[reason] ?? 0) + 1;
  }
}

export function startTraffic({ url, clients = 4, keepAlive = false, pauseMs = 0 }: TrafficOptions): Traffic {
  let count = new Count();
  let isStopping = false;
  const run = async (): Promise<void> => {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    while (!isStopping) {
      const [status, text] = await askOnce(url, agent);
      if (status === '200') count.ok(text);
      else count.bad(status);
      await new Promise((resolve) => (pauseMs > 0 ? setTimeout(resolve, pauseMs) : setImmediate(resolve)));
    }
    agent.destroy();
  };
  const runs = Array.from({ length: clients }, run);
  return {
    get tally() {
      return count;
    },
    reset() {
      count = new Count();
    },
    async stop() {
      isStopping = true;
      await Promise.all(runs);
      return count;
    },
  };
}

/** Status and body of one request; an error's code in place of the status. */
export function askOnce(url: string, agent?: Agent): Promise<readonly [status: string, text: string]> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve([error.code ?? error.message, '']);
    request(url, agent === undefined ? {} : { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('error', failed);
      response.on('end', () => resolve([String(response.statusCode), text]));
    })
      .on('error', failed)
      .end();
  });
}
