/**
 * Where HTTP answers: on loopback as it is; elsewhere by TLS of its own, or behind a proxy that has it.
 *
 * In: address, certificate and key as files, what answers. Out: a server that listens, and takes another certificate when the
 * files change. It must not know what is answered.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { isIPv6, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../backend/model/clock.ts';
import { ProblemError, problemOf } from '../backend/model/problems.ts';
import type { ListenAddress } from './config/options.ts';

/** `--tls-cert` and `--tls-key`: PEM; the certificate first, then those of the chain. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface ListenRules {
  readonly listen: ListenAddress;
  readonly tls: TlsFiles | undefined;
  /** `--behind-proxy`. */
  readonly behindProxy: boolean;
}

export interface ListenerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Milliseconds and bytes. */
export interface ServerLimits {
  readonly maxHeaderSize: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  readonly maxConnections: number;
}

export interface ListenerOptions extends ListenRules {
  readonly handler: RequestListener;
  /** What connections may hold open, and for how long. */
  readonly limits: ServerLimits;
  readonly log: ListenerLog;
  readonly clock: Clock;
  /** Ends looking for another certificate. */
  readonly signal: AbortSignal;
}

export interface Listener {
  readonly server: Server | HttpsServer;
  /** `https://[::1]:8443/`, with the port that was taken. */
  readonly url: string;
  /** Takes the certificate of the files if it is another one; whether it did. One that does not do is logged, and the present one stays. */
  reload(): boolean;
  /** Takes no connection any more. What is being answered has a second to leave; then all are cut. Resolves when none is left. */
  close(): Promise<void>;
}

const leaveMs = 1000;
const lookEveryMs = 30_000;
const oldestTls = 'TLSv1.2';

/** Both options or none. Throws `request.invalid`. */
export function tlsFilesOf(options: { tlsCert?: string; tlsKey?: string }): TlsFiles | undefined {
  const { tlsCert: certFile, tlsKey: keyFile } = options;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  const missing = certFile === undefined ? '--tls-cert' : '--tls-key';
  throw invalid(`${missing} is missing: certificate and key are given together`);
}

/** Throws `request.invalid` when passwords would cross the network as they are. */
export function checkListenRules({ listen, tls, behindProxy }: ListenRules): void {
  if (isLoopback(listen.host) || tls !== undefined || behindProxy) return;
  throw invalid(
    `--listen ${listen.host}: an address of the network needs --tls-cert and --tls-key, or --behind-proxy where a proxy has the certificate`,
  );
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Express' `trust proxy`: the last entry of X-Forwarded-For, which the proxy itself wrote, and its X-Forwarded-Proto; or neither. */
export function trustProxyOf(behindProxy: boolean): 1 | false {
  return behindProxy ? 1 : false;
}

/** As `trustProxyOf`, where others than the proxy reach us too: of `proxy` alone, of nobody when that is not known. */
export function trustOnly(proxy: string | undefined): (address: string, hop: number) => boolean {
  // Trap: the entries that the header has are asked for as well, and any of them could be made up.
  return (address, hop) =>
    hop === 0 && proxy !== undefined && address.replace(/^::ffff:(?=\d+\.)/, '') === proxy;
}

/** Listens when it resolves. Throws `request.invalid`: the address is not to be had, the files do not do. */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  checkListenRules(options);
  const { tls, handler, clock } = options;
  const { maxConnections, ...limits } = options.limits;
  if (tls === undefined) {
    const server = createHttpServer(limits, handler);
    server.maxConnections = maxConnections;
    const close = closing(server, clock);
    return { server, url: await listen(server, 'http', options), reload: () => false, close };
  }
  const identity = readIdentity(tls);
  const server = createHttpsServer({ ...limits, ...identity, minVersion: oldestTls }, handler);
  server.maxConnections = maxConnections;
  const reload = reloading(server, identity, { ...options, tls });
  const close = closing(server, clock);
  const url = await listen(server, 'https', options);
  void keepLooking(reload, options);
  return { server, url, reload, close };
}

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Throws `request.invalid`, which says what is wrong with which file. */
export function readIdentity({ certFile, keyFile }: TlsFiles): Identity {
  const identity = {
    cert: textOf('--tls-cert', certFile),
    key: textOf('--tls-key', keyFile),
  };
  const certificate = parsed(
    `--tls-cert ${certFile}: no certificate in PEM`,
    () => new X509Certificate(identity.cert),
  );
  const key = parsed(`--tls-key ${keyFile}: ${faultOfKey(identity.key)}`, () =>
    createPrivateKey(identity.key),
  );
  if (!certificate.checkPrivateKey(key))
    throw invalid(
      `--tls-key ${keyFile} is not the key of the certificate in ${certFile} (${certificate.subject})`,
    );
  parsed(`--tls-cert ${certFile}: TLS does not take it`, () => createSecureContext(identity));
  return identity;
}

function faultOfKey(text: string): string {
  return text.includes('ENCRYPTED') ? 'the key has a passphrase; give one without' : 'no private key in PEM';
}

function textOf(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    throw invalid(`${option} ${path}: it cannot be read (${code})`, cause);
  }
}

function parsed<Result>(fault: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    throw invalid(fault, cause);
  }
}

function invalid(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('request.invalid', detail, cause === undefined ? {} : { cause });
}

function reloading(
  server: HttpsServer,
  first: Identity,
  { tls, log }: { readonly tls: TlsFiles; readonly log: ListenerLog },
): () => boolean {
  let present = first;
  let lastFault = '';
  return () => {
    try {
      const found = readIdentity(tls);
      lastFault = '';
      if (found.cert === present.cert && found.key === present.key) return false;
      // Trap: what is not given here is no longer so.
      server.setSecureContext({ ...found, minVersion: oldestTls });
      present = found;
      const { subject, validTo } = new X509Certificate(found.cert);
      log.info({ subject, validTo }, 'took another certificate');
      return true;
    } catch (thrown) {
      const { detail } = problemOf(thrown);
      if (detail !== lastFault) log.warn({ detail }, 'keeping the present certificate');
      lastFault = detail;
      return false;
    }
  };
}

/** Files are replaced in many ways, by links among them, of which no notification is to be relied on: they are read. */
async function keepLooking(reload: () => boolean, { clock, signal }: ListenerOptions): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(lookEveryMs, signal);
      reload();
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** Trap: a server waits for whoever takes no answer, and knows nothing yet of those that began no handshake. */
function closing(server: Server | HttpsServer, clock: Clock): () => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return async () => {
    const none = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        none.abort();
        resolve();
      });
    });
    await clock.sleep(leaveMs, none.signal).catch(() => undefined);
    for (const socket of open) socket.destroy();
    await closed;
  };
}

async function listen(
  server: Server | HttpsServer,
  scheme: 'http' | 'https',
  { listen: { host, port } }: ListenRules,
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(invalid(`--listen ${host}:${port}: ${cause.code ?? cause.message}`, cause)),
    );
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${bound}/`;
}
