/** What an installation of an app is given: an RSA key pair, the public half as a self-signed certificate. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

export interface AppCredentials {
  readonly keyPem: string;
  readonly certificatePem: string;
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const yearMs = 365 * 86_400_000;

/** `app`: `Vendor_App`. */
export async function createAppCredentials(app: string): Promise<AppCredentials> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${app}`,
    serialNumber: '01',
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 10 * yearMs),
    keys,
    signingAlgorithm: algorithm,
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    keyPem: x509.PemConverter.encode(key, 'PRIVATE KEY'),
    certificatePem: certificate.toString('pem'),
  };
}
