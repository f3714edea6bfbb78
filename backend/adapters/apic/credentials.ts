/**
 * As whom we log in: a user with a password, or an app of the App Center by the signature of its key.
 *
 *     password     POST aaaLogin          {aaaUser: {name, pwd}}
 *     app          POST requestAppToken   {aaaAppToken: {appName}}, signed: method, path and body, without anything between
 *
 * Both answer with a token, and from then on there is no difference.
 */
import { problem, ProblemError } from '../../model/problems.ts';
import { ApicError } from './apic-error.ts';
import type { ApicRequest } from './exchange.ts';

export interface PasswordCredentials {
  readonly username: string;
  readonly password: string;
}

export interface AppCredentials {
  /** `Vendor_App` */
  readonly app: string;
  /** RSASSA-PKCS1-v1_5 with SHA-256, base64. Asked at each login, so that a key that was replaced is taken. Throws ProblemError. */
  readonly sign: (text: string) => string;
}

export type ApicCredentials = PasswordCredentials | AppCredentials;

/** Throws what `sign` throws. */
export function loginRequest(credentials: ApicCredentials): ApicRequest {
  if ('app' in credentials) return appTokenRequest(credentials);
  const { username: name, password: pwd } = credentials;
  return {
    method: 'POST',
    path: '/api/aaaLogin.json',
    body: JSON.stringify({ aaaUser: { attributes: { name, pwd } } }),
  };
}

function appTokenRequest({ app, sign }: AppCredentials): ApicRequest {
  const path = '/api/requestAppToken.json';
  const body = JSON.stringify({ aaaAppToken: { attributes: { appName: app } } });
  const cookies = [
    `APIC-Request-Signature=${sign(`POST${path}${body}`)}`,
    'APIC-Certificate-Algorithm=v1.0',
    'APIC-Certificate-Fingerprint=fingerprint',
    `APIC-Certificate-DN=uni/userext/appuser-${app}/usercert-${app}`,
  ];
  return { method: 'POST', path, body, headers: { cookie: cookies.join('; ') } };
}

/** The name that a log-out says. */
export function accountName(credentials: ApicCredentials): string {
  return 'app' in credentials ? credentials.app : credentials.username;
}

/** A signature that is refused is about the key of the app, and not about what a user may do. */
export function loginFailure(thrown: unknown, credentials: ApicCredentials): unknown {
  const isRefusal = thrown instanceof ApicError && (thrown.status === 401 || thrown.status === 403);
  if (!isRefusal || !('app' in credentials)) return thrown;
  const { code, detail } = problem('app-center.refused', `${credentials.app}: ${thrown.message}`);
  return new ProblemError(code, detail, { cause: thrown });
}
