/**
 * How a peer's certificate is verified. There is no way that verifies nothing.
 *
 * A pin is the certificate itself, shown to a person once: it is given as the only trust anchor, and its SHA-256
 * fingerprint is compared instead of the host name, because self-signed certificates rarely carry the right one.
 */
import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { PeerError, pinMismatch } from './peer-error.ts';

export type PeerTrust =
  | { readonly caPem: string }
  | { readonly pinPem: string }
  | { readonly system: true }
  /** As a pin, which is what was shown at first contact; another one may take its place: `remembering-peer.ts`. */
  | { readonly remembered: CertificateMemory };

/** Of the one peer that whoever runs us has put beside us. */
export interface CertificateMemory {
  /** What was shown last, PEM; undefined: nothing yet. */
  readonly pem: () => string | undefined;
  /** What was shown first stays what is expected: another one is refused until a person confirms it. What to do then, a sentence. */
  readonly confirmBy?: string | undefined;
  /** What is shown now, PEM: from now on it is expected. */
  readonly shown: (pem: string) => void;
}

/** Options for `tls.connect`, undici's `connect` and ws alike. */
export interface PeerTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
  /** A pinned certificate need not be self-signed: it anchors the chain although another one signed it. */
  readonly allowPartialTrustChain?: boolean;
}

export interface ClientCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

function pinned(pem: string): PeerTls {
  const expected = new X509Certificate(pem).fingerprint256;
  return {
    ca: pem,
    allowPartialTrustChain: true,
    checkServerIdentity: (_host, { fingerprint256 }) =>
      fingerprint256 === expected
        ? undefined
        : new PeerError(
            'untrusted',
            pinMismatch,
            `the certificate shown has the fingerprint ${fingerprint256}, pinned is ${expected}`,
          ),
  };
}

/** Throws when the pinned text is not a certificate. */
export function tlsOptions(trust: PeerTrust, client?: ClientCertificate): PeerTls {
  const own = client === undefined ? {} : { cert: client.certPem, key: client.keyPem };
  if ('pinPem' in trust) return { ...pinned(trust.pinPem), ...own };
  if ('remembered' in trust) {
    const pem = trust.remembered.pem();
    return { ...(pem !== undefined && pinned(pem)), ...own };
  }
  return 'caPem' in trust ? { ca: trust.caPem, ...own } : own;
}
