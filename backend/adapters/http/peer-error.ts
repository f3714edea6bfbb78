/**
 * What can go wrong between us and a peer, before anything that the peer itself says. Adapters translate the reason
 * into a problem of their own; the cause is kept.
 */
/**
 * - `unreachable`: no connection, or it was lost before an answer came.
 * - `untrusted`: TLS verification failed, by CA, by host name or by pin.
 * - `timeout`: no complete answer in the time given.
 * - `cut`: the answer began, and its body ended early.
 * - `protocol`: what answered does not speak HTTP over TLS.
 * - `aborted`: the caller's signal.
 */
export type PeerFailure = 'unreachable' | 'untrusted' | 'timeout' | 'cut' | 'protocol' | 'aborted';

export const pinMismatch = 'ERR_PIN_MISMATCH';

export class PeerError extends Error {
  readonly reason: PeerFailure;
  /** The code of the first cause that has one: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `ERR_PIN_MISMATCH`, … */
  readonly code: string;

  constructor(reason: PeerFailure, code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PeerError';
    this.reason = reason;
    this.code = code;
  }
}

/** A connection that was closed while idle fails the next request on it; asking once more is safe for a read. */
export function isWorthAsking(thrown: unknown): boolean {
  return (
    thrown instanceof PeerError &&
    (thrown.reason === 'cut' || /ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(thrown.code))
  );
}

/** Errors of chain building: with a pin they all mean that another certificate was shown. */
const notInChain: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);
const untrusted =
  /^(CERT_|ERR_TLS_|ERR_PIN_|ERR_OSSL_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED)/;
const timedOut = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const notSpoken = /^(EPROTO|HPE_|ERR_SSL_|UND_ERR_(HEADERS_OVERFLOW|RES_))/;

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const { code } = thrown as { code?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  // Trap: a host name with several addresses fails with an AggregateError, whose members carry the codes.
  const inner = thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : thrown.cause;
  return codeOf(inner);
}

function reasonOf(code: string, phase: 'request' | 'body'): PeerFailure {
  if (notInChain.has(code) || untrusted.test(code)) return 'untrusted';
  if (timedOut.test(code)) return 'timeout';
  if (phase === 'body') return 'cut';
  return notSpoken.test(code) ? 'protocol' : 'unreachable';
}

/** The neutral error of whatever undici or ws threw; `isPinned`: the peer is verified by a pin. */
export function toPeerError(thrown: unknown, isPinned: boolean, phase: 'request' | 'body'): PeerError {
  if (thrown instanceof PeerError) return thrown;
  const found = codeOf(thrown);
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (isPinned && notInChain.has(found))
    return new PeerError('untrusted', pinMismatch, `the certificate shown is not the pinned one (${found})`, {
      cause: thrown,
    });
  const message = text === '' ? found : text;
  return new PeerError(reasonOf(found, phase), found, message, { cause: thrown });
}
