/**
 * The APICs as containers see them: each answers on port 443 of its end of a container's network, where a socket of the file
 * system leads here, with a certificate of its own that names none of these addresses. The REST interface and its sockets
 * only; no GUI.
 */
import { createServer } from 'node:https';
import type { Authority, Identity } from '../authority.ts';
import type { FabricFront } from '../fabric/fabric.ts';

export type Attach = (socket: string, controller: number) => Promise<() => Promise<void>>;

export function controllersOf(authority: Authority, front: FabricFront): Attach {
  const identities = new Map<number, Promise<Identity>>();
  const identityOf = (controller: number): Promise<Identity> => {
    const known = identities.get(controller) ?? authority.issue(`apic${controller}.lab`);
    identities.set(controller, known);
    return known;
  };
  return async (socket, controller) => {
    const server = createServer({ ...(await identityOf(controller)), keepAliveTimeout: 60_000 });
    server.on('request', (message, response) => {
      if (message.url?.startsWith('/api/') === true) return front.request(message, response);
      response.writeHead(404).end();
    });
    server.on('upgrade', (message, stream, head) => front.upgrade(message, stream, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
    return async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  };
}
