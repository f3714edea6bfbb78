/** What a request's headers say: who asks, from which site, on what condition. Names are lower-case. */
import { ProblemError } from '../model/problems.ts';
import type { Condition, Credentials } from './ports.ts';

export type RequestHeaders = Readonly<Record<string, string | undefined>>;

export const sessionCookie = 'aks_session';

/** Longer ones are nobody's: they are not looked up. */
const longestSecret = 4096;

export function credentialsOf(headers: RequestHeaders): Credentials {
  const token = secret(headers['devcookie']);
  return {
    session: secret(cookie(headers['cookie'], sessionCookie)),
    bearer: secret(/^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1]),
    appCenter: token === undefined ? undefined : { token, challenge: secret(headers['apic-challenge']) },
  };
}

function secret(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.length > longestSecret ? undefined : text;
}

/** The first of that name; a browser sends the one with the longest path first. */
export function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name)
      return part
        .slice(at + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1');
  }
  return undefined;
}

/**
 * Refuses what another site makes a browser send: the browser adds our cookie by itself, so the cookie alone proves nothing.
 * What has credentials in a header needs no check: no other site can add those.
 */
export function checkOrigin(headers: RequestHeaders, { session, bearer, appCenter }: Credentials): void {
  if (bearer !== undefined || appCenter !== undefined) return;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  if (site !== undefined && site !== 'none')
    throw new ProblemError('access.origin', 'Sec-Fetch-Site is not same-origin');
  if (session === undefined || hostOf(headers['origin']) === headers['host']?.toLowerCase()) return;
  throw new ProblemError('access.origin', 'neither Sec-Fetch-Site nor Origin says that the page is ours');
}

function hostOf(origin: string | undefined): string | null {
  return origin === undefined ? null : (URL.parse(origin)?.host ?? null);
}

/** undefined: none is stated. Throws `request.invalid`. */
export function conditionOf(headers: RequestHeaders): Condition {
  const match = headers['if-match']?.trim();
  const none = headers['if-none-match']?.trim();
  if (match !== undefined && none !== undefined)
    throw new ProblemError('request.invalid', 'expected If-Match or If-None-Match, found both');
  if (none !== undefined) {
    if (none === '*') return { absent: true };
    throw new ProblemError('request.invalid', 'If-None-Match: expected *');
  }
  if (match === undefined) return undefined;
  // A proxy that compresses makes our tags weak ones.
  const tag = /^(?:W\/)?"([\x21\x23-\x7e]{0,200})"$/.exec(match)?.[1];
  if (tag === undefined) throw new ProblemError('request.invalid', 'If-Match: expected one ETag, in quotes');
  return { tag };
}

/** Whether the caller has what the tag names. */
export function hasAlready(headers: RequestHeaders, tag: string): boolean {
  const known = (headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return known.includes(`"${tag}"`) || known.includes('*');
}
