/** Whether what does not speak TLS speaks HTTP: then the port is another one's, or a proxy's. Nothing of the answer is kept. */
import { connect } from 'node:net';

export async function speaksHttp(
  place: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(place);
  const end = (): void => resolve(false);
  socket.setEncoding('latin1');
  socket.once('connect', () => socket.write('HEAD / HTTP/1.0\r\n\r\n'));
  socket.once('data', (piece: string) => resolve(piece.startsWith('HTTP/')));
  socket.on('error', end);
  socket.on('close', end);
  signal.addEventListener('abort', end, { once: true });
  try {
    return signal.aborted ? false : await promise;
  } finally {
    signal.removeEventListener('abort', end);
    socket.destroy();
  }
}
