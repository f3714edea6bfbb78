/**
 * What the APIC says no to, and how every failure of this adapter is told to people.
 *
 *     answer                                  becomes
 *     JSON error                              ApicError with its own code and text (the code is not the HTTP status)
 *     HTML, 429, 5xx, anything not JSON       problem fabric.busy: says nothing about the objects
 *     no answer, cut answer, other TLS        problem fabric.unreachable or fabric.untrusted
 */
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import { PeerError } from '../http/peer-error.ts';

export class ApicError extends Error {
  readonly status: number;
  readonly code: string;
  readonly text: string;

  constructor(status: number, code: string, text: string) {
    super(`${code}: ${text}`);
    this.name = 'ApicError';
    this.status = status;
    this.code = code;
    this.text = text;
  }
}

/** The token itself is refused; other 403 may be the user's rights. */
export function isTokenRefusal({ status, text }: ApicError): boolean {
  return status === 403 && /token/i.test(text);
}

/** A class that this release does not have; such a class has no objects. */
export function unknownClassOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof ApicError)) return undefined;
  return (
    /unresolved class for (\w+)/.exec(thrown.text)?.[1] ?? /class (\w+) not found/.exec(thrown.text)?.[1]
  );
}

/** The APIC itself said no: nothing was applied. Anything else may have been. */
export function isClearNo(thrown: unknown): thrown is ApicError {
  if (!(thrown instanceof ApicError)) return false;
  return thrown.status < 500 && thrown.status !== 405 && thrown.status !== 429;
}

function problemOfPeer(error: PeerError): Problem {
  if (error.reason === 'untrusted') return problem('fabric.untrusted', error.message);
  return problem(
    'fabric.unreachable',
    error.code === '' ? error.message : `${error.message} (${error.code})`,
  );
}

function problemOfApic({ status, code, text }: ApicError): Problem {
  const said = `${code}: ${text}`;
  if (status === 401) return problem('fabric.unauthorized', said);
  if (status === 403) return problem('fabric.forbidden', said);
  return status >= 500 || status === 429 ? problem('fabric.busy', said) : problem('fabric.refused', said);
}

export function problemOfFailure(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (thrown instanceof ApicError) return problemOfApic(thrown);
  if (thrown instanceof PeerError) return problemOfPeer(thrown);
  return problem(
    'internal.bug',
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  );
}
