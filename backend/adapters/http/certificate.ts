/**
 * Whose certificate is shown at an address: what a person looks at before it is trusted. In: a URL and how it would be verified.
 * Out: the certificate and what verification said, or why there is none.
 *
 * The one place where a handshake goes on after verification failed. It is told apart from every other connection by what it does:
 * it reads the certificate and is destroyed; nothing is ever sent over it, no credential is in reach of it.
 */
import type { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { CertificateFacts, ReachFailure, Reading } from '../../preflight/ports.ts';
import { speaksHttp } from './plain-http.ts';
import { tlsOptions, type PeerTrust } from './trust.ts';

export interface CertificateQuestion {
  /** `https://host[:port]` */
  readonly url: string;
  readonly trust: PeerTrust;
  readonly signal: AbortSignal;
  /** For all of it. Default 10 s. */
  readonly timeoutMs?: number;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

class Unread extends Error {
  readonly failure: ReachFailure;

  constructor(failure: ReachFailure, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.failure = failure;
  }
}

/** Rejects only when the signal is aborted, or the pinned text is no certificate. */
export async function readCertificate(question: CertificateQuestion): Promise<Reading> {
  const { url, trust, signal, timeoutMs = 10_000 } = question;
  const place = placeOf(url);
  const at = `${place.host}:${place.port}`;
  const options = tlsOptions(trust);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let plain: Socket | undefined;
  try {
    await resolves(place.host, limit);
    plain = await reached(place, limit);
    const socket = connect({
      ...options,
      socket: plain,
      ...(isIP(place.host) === 0 && { servername: place.host }),
      // The host that the certificate is compared with, also where it is an address.
      host: place.host,
      rejectUnauthorized: false, // eslint-disable-line no-restricted-syntax -- A certificate must be seen to be refused or pinned; nothing is sent over this socket.
    });
    return { at, certificate: await shown(socket, limit) };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof Unread)) throw thrown;
    const isHttp = thrown.failure === 'notTls' && (await speaksHttp(place, limit));
    return { at, failure: isHttp ? 'http' : thrown.failure, detail: thrown.message };
  } finally {
    plain?.destroy();
  }
}

export function placeOf(url: string): Place {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 443 : Number(port) };
}

async function resolves(host: string, limit: AbortSignal): Promise<void> {
  if (isIP(host) !== 0) return;
  await until(lookup(host), limit, () => new Unread('name', `${host}: no answer in time`)).catch(
    (thrown: unknown) => {
      throw thrown instanceof Unread ? thrown : new Unread('name', messageOf(thrown), thrown);
    },
  );
}

/** A TCP connection. */
async function reached(place: Place, limit: AbortSignal): Promise<Socket> {
  const socket = connectPlain(place);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  socket.once('connect', () => resolve(socket));
  socket.on('error', (error) => reject(new Unread(failureOfConnect(error), messageOf(error), error)));
  try {
    return await until(promise, limit, () => new Unread('silent', 'no connection in time'));
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  }
}

async function shown(socket: TLSSocket, limit: AbortSignal): Promise<CertificateFacts> {
  const { promise, resolve, reject } = Promise.withResolvers<CertificateFacts>();
  socket.once('secureConnect', () => {
    const leaf = socket.getPeerX509Certificate();
    if (leaf === undefined) reject(new Unread('tls', 'it shows no certificate'));
    else resolve(factsOf(leaf, socket));
  });
  socket.on('error', (error: Error) => {
    reject(new Unread(failureOfHandshake(error), messageOf(error), error));
  });
  socket.once('close', () => reject(new Unread('ended', 'the connection ended before TLS was agreed on')));
  try {
    return await until(promise, limit, () => new Unread('noAnswer', 'connected, but no answer in time'));
  } finally {
    socket.destroy();
  }
}

function factsOf(leaf: X509Certificate, socket: TLSSocket): CertificateFacts {
  let last = leaf;
  for (let next = leaf.issuerCertificate; next !== undefined && next !== last; next = last.issuerCertificate)
    last = next;
  const refusal = socket.authorized ? undefined : codeOf(socket.authorizationError);
  return {
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names: namesOf(leaf.subjectAltName),
    validFrom: Date.parse(leaf.validFrom),
    validTo: Date.parse(leaf.validTo),
    fingerprint: leaf.fingerprint256,
    selfSigned: leaf.checkIssued(leaf) && leaf.verify(leaf.publicKey),
    pem: leaf.toString(),
    rootIssuer: oneLine(last.issuer),
    refusal,
  };
}

/** `CN=web\nO=shop` as `CN=web, O=shop`. */
function oneLine(name: string): string {
  return name.split('\n').join(', ');
}

/** `DNS:a.example, IP Address:10.0.0.1` */
function namesOf(subjectAltName: string | undefined): string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .map((each) => each.replace(/^(DNS|IP Address):/, ''))
    .filter((each) => each !== '');
}

function failureOfConnect(error: Error): ReachFailure {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'refused';
  if (/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN)$/.test(code)) return 'noRoute';
  return code === 'ETIMEDOUT' ? 'silent' : 'ended';
}

const foreign =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|UNEXPECTED_MESSAGE/;

function failureOfHandshake(error: Error): ReachFailure {
  const code = codeOf(error);
  if (foreign.test(code)) return 'notTls';
  return /^(ECONNRESET|EPIPE)$/.test(code) ? 'ended' : 'tls';
}

/** Trap: `authorizationError` is typed as an Error, and is a code where the chain did not hold. */
function codeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!(error instanceof Error)) return 'UNTRUSTED';
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (inner !== undefined) return codeOf(inner);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.message;
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.message === '' ? codeOf(thrown) : thrown.message;
}

async function until<Value>(work: Promise<Value>, limit: AbortSignal, late: () => Error): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(late());
  if (limit.aborted) onAbort();
  limit.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    limit.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
}
