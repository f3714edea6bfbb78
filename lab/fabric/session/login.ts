/** Bodies of login and refresh: what a client sends, and what it gets. */
import { errors } from '../model/errors.ts';
import type { Session, Sessions } from './sessions.ts';

export function readCredentials(body: string): { name: string; password: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw errors.incompleteValue();
  }
  const attributes = path(parsed, ['aaaUser', 'attributes']);
  const [name, password] = [path(attributes, ['name']), path(attributes, ['pwd'])];
  if (typeof name === 'string' && typeof password === 'string') return { name, password };
  throw errors.badRequest('Invalid login request: aaaUser with name and pwd is expected');
}

function path(value: unknown, keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

/** The root class is `aaaLogin` for a refresh too. */
export function loginReply(
  sessions: Sessions,
  grant: { session: Session; token: string },
  fabric: { version: string; now: number },
): string {
  const { session, token } = grant;
  const seconds = String(Math.floor(fabric.now / 1000));
  const attributes = {
    token,
    siteFingerprint: 'b7m1xq5lab',
    urlToken: session.challenge,
    refreshTimeoutSeconds: String(sessions.life.refreshTimeoutSeconds),
    maximumLifetimeSeconds: String(sessions.life.maximumLifetimeSeconds),
    guiIdleTimeoutSeconds: '1200',
    restTimeoutSeconds: '90',
    creationTime: seconds,
    firstLoginTime: String(Math.floor(session.createdAt / 1000)),
    lastLoginTime: seconds,
    userName: session.user.name,
    remoteUser: 'false',
    unixUserId: session.user.unixUserId,
    sessionId: session.id,
    lastName: '',
    firstName: '',
    changePassword: 'no',
    version: fabric.version,
    buildTime: 'Wed Apr 26 22:34:04 UTC 2023',
    node: 'topology/pod-1/node-1',
  };
  const children = session.user.domains.map((domain) => ({
    aaaUserDomain: {
      attributes: domain,
      children: [{ aaaReadRoles: { attributes: {} } }, { aaaWriteRoles: { attributes: {} } }],
    },
  }));
  return JSON.stringify({ totalCount: '1', imdata: [{ aaaLogin: { attributes, children } }] });
}

export const domainsReply = JSON.stringify({
  totalCount: '2',
  imdata: [
    { name: 'DefaultAuth', type: 'DefaultAuth' },
    { name: 'fallback', type: 'local' },
  ],
});
