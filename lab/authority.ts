/**
 * A certificate authority of the lab's own, so that every simulator speaks TLS that clients can verify.
 * Keys are EC P-256 and live in memory only.
 */
import 'reflect-metadata';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/** PEM texts, as `tls.createServer` takes them. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** PEM of the authority's own certificate: what a client trusts. */
  readonly caPem: string;
  /** A server certificate for loopback and the given extra host names or addresses. */
  issue(commonName: string, hosts?: readonly string[], validity?: Validity): Promise<Identity>;
}

/** Unless said: from yesterday, for a year. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

async function pemOfKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function usualValidity(): Validity {
  return { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + 365 * dayMs) };
}

export async function createAuthority(commonName = 'aci-kube-sync lab CA'): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    serialNumber: '01',
    ...usualValidity(),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  let serial = 1;
  return {
    caPem: ca.toString('pem'),
    async issue(name, hosts = [], validity = usualValidity()) {
      const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      serial += 1;
      const names = ['localhost', '127.0.0.1', '::1', ...hosts].map((host) =>
        isIP(host) ? { type: 'ip' as const, value: host } : { type: 'dns' as const, value: host },
      );
      const cert = await x509.X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: ca.subject,
        serialNumber: serial.toString(16).padStart(2, '0'),
        ...validity,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.SubjectAlternativeNameExtension(names),
          new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'], false),
        ],
      });
      return { key: await pemOfKey(own.privateKey), cert: cert.toString('pem') };
    },
  };
}
