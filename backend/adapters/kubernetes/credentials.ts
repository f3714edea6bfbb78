/**
 * From declared credentials to request headers and TLS material, by way of the client's KubeConfig, so that what a
 * credential means is decided where the rest of the field decides it.
 *
 * Values are the secrets themselves, never paths or programs: a kubeconfig can name files to read and commands to
 * run, and neither can be said here.
 */
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClientCertificate } from '../http/trust.ts';

export type ClusterCredentials =
  { readonly token: string } | { readonly certPem: string; readonly keyPem: string };

export interface AccessMaterial {
  readonly headers: Readonly<Record<string, string>>;
  readonly clientCertificate: ClientCertificate | undefined;
}

const base64 = (value: string): string => Buffer.from(value, 'utf8').toString('base64');

export async function accessMaterial(
  server: string,
  credentials: ClusterCredentials,
): Promise<AccessMaterial> {
  const config = new KubeConfig();
  const user =
    'token' in credentials
      ? { name: 'user', token: credentials.token.trim() }
      : {
          name: 'user',
          certData: base64(credentials.certPem),
          keyData: base64(credentials.keyPem),
        };
  config.loadFromClusterAndUser({ name: 'cluster', server, skipTLSVerify: false }, user);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { cert, key } = options;
  return {
    headers: stringHeaders(options.headers),
    clientCertificate:
      Buffer.isBuffer(cert) && Buffer.isBuffer(key)
        ? { certPem: cert.toString('utf8'), keyPem: key.toString('utf8') }
        : undefined,
  };
}

function stringHeaders(headers: RequestOptions['headers']): Record<string, string> {
  const pairs = Object.entries(headers ?? {});
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
