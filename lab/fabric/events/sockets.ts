/** Open WebSockets by session. */
import type { WebSocket } from 'ws';
import type { Session } from '../session/sessions.ts';

export class Sockets {
  readonly #bySession = new Map<Session, Set<WebSocket>>();

  add(session: Session, socket: WebSocket): void {
    const sockets = this.#bySession.get(session) ?? new Set();
    this.#bySession.set(session, sockets.add(socket));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#bySession.delete(session);
    });
  }

  has(session: Session): boolean {
    return this.#bySession.has(session);
  }

  get open(): number {
    return this.#bySession.values().reduce((sum, sockets) => sum + sockets.size, 0);
  }

  send(session: Session, frame: string): void {
    for (const socket of this.#bySession.get(session) ?? []) socket.send(frame);
  }

  close(session: Session): void {
    for (const socket of this.#bySession.get(session) ?? []) socket.close(1000);
  }

  /** Without a closing handshake, as when a network breaks. */
  drop(session?: Session): void {
    for (const [owner, sockets] of this.#bySession) {
      if (session === undefined || owner === session) for (const socket of sockets) socket.terminate();
    }
  }
}
