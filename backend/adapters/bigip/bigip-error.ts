/**
 * What a BIG-IP says no to, and how every failure of this adapter is told to people.
 *
 *     answer                                      becomes
 *     JSON of restjavad, the front (no apiError)  BigIpError: logins, unknown URIs, AS3
 *     JSON of mcpd (apiError, a code in the text) BigIpError with that code: everything under /mgmt/tm
 *     HTML on any status                          problem loadBalancer.restarting or .busy: says nothing about objects
 *     no answer, cut answer, other TLS            problem loadBalancer.unreachable or .untrusted
 *
 * Trap: two 404 are no absence: "not registered" while restjavad starts, and even mcpd's own 01020036 shortly after it restarted.
 */
import { problem, ProblemError, type Problem, type ProblemCode } from '../../model/problems.ts';
import { PeerError } from '../http/peer-error.ts';
import { Held } from '../system/gate.ts';

export class BigIpError extends Error {
  readonly status: number;
  readonly text: string;
  readonly apiError: number | undefined;
  /** mcpd's own, eight hexadecimal digits; empty where there is none. */
  readonly code: string;

  constructor(status: number, text: string, apiError?: number) {
    super(text);
    this.name = 'BigIpError';
    // Trap: what a role does not allow is refused with 401 too, naming the user; a new login would not help.
    this.status = status === 401 && /authorization failed: user=/i.test(text) ? 403 : status;
    this.text = text;
    this.apiError = apiError;
    this.code = /^(?:transaction failed:\s*)?([0-9a-f]{8}):/i.exec(text)?.[1]?.toLowerCase() ?? '';
  }
}

export const codes = {
  absent: '01020036',
  exists: '01020066',
  nodeInUse: '01070110',
  addressTaken: '0107176c',
  noFolder: '01070734',
  poolInUse: '01070265',
} as const;

export function isBigIpError(thrown: unknown): thrown is BigIpError {
  return thrown instanceof BigIpError;
}

/** The object is not there, says mcpd; to be confirmed before it is believed. */
export function isAbsence(thrown: unknown): thrown is BigIpError {
  return isBigIpError(thrown) && thrown.status === 404 && thrown.code === codes.absent;
}

/** The URI is not known: something is starting, or is not installed. */
export function isNotRegistered(thrown: unknown): boolean {
  return isBigIpError(thrown) && thrown.status === 404 && /not registered/i.test(thrown.text);
}

export function isThereAlready(thrown: unknown): thrown is BigIpError {
  return isBigIpError(thrown) && (thrown.status === 409 || thrown.code === codes.exists);
}

/** A load, a save or a sync is at work: nothing was done. */
export function isTaskActive(thrown: unknown): boolean {
  return isBigIpError(thrown) && thrown.status === 503 && thrown.apiError === 32_964_609;
}

/** The device itself said no, or was not asked: nothing was applied. Anything else may have been. */
export function isClearNo(thrown: unknown): boolean {
  if (thrown instanceof Held) return true;
  if (!isBigIpError(thrown)) return false;
  return isTaskActive(thrown) || (thrown.status < 500 && !isNotRegistered(thrown));
}

const ofTheDevice: ReadonlySet<string> = new Set([
  'loadBalancer.restarting',
  'loadBalancer.unauthorized',
  'loadBalancer.too-many-tokens',
  'loadBalancer.identity',
  'loadBalancer.standby',
]);
const mcpdLost = 32_768_001;

/** It is not one object that cannot be read or written now. A time-out may be of one large pool alone. */
export function isOfTheDevice(thrown: unknown): boolean {
  if (isBigIpError(thrown))
    return (
      thrown.status === 401 || thrown.apiError === mcpdLost || isTaskActive(thrown) || isNotRegistered(thrown)
    );
  if (thrown instanceof PeerError) return thrown.reason !== 'aborted' && thrown.reason !== 'timeout';
  return thrown instanceof ProblemError && ofTheDevice.has(thrown.problem.code);
}

function problemOfPeer(error: PeerError): Problem {
  const code = error.reason === 'untrusted' ? 'loadBalancer.untrusted' : 'loadBalancer.unreachable';
  return problem(code, error.code === '' ? error.message : `${error.message} (${error.code})`);
}

const byCode: Readonly<Record<string, ProblemCode>> = {
  [codes.addressTaken]: 'pool.address-elsewhere',
  [codes.poolInUse]: 'object.in-use',
};

function codeOf(error: BigIpError): ProblemCode {
  const { status, text, code } = error;
  if (/maximum active login tokens/i.test(text)) return 'loadBalancer.too-many-tokens';
  if (status === 401) return 'loadBalancer.unauthorized';
  if (status === 403) return 'loadBalancer.forbidden';
  if (isNotRegistered(error)) return 'loadBalancer.restarting';
  if (status >= 500) return 'loadBalancer.busy';
  if (/folder \(.*\) was not found|folder does not exist/i.test(text)) return 'pool.partition-missing';
  return byCode[code] ?? 'pool.refused';
}

export function problemOfFailure(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (isBigIpError(thrown)) return problem(codeOf(thrown), thrown.text);
  if (thrown instanceof PeerError) return problemOfPeer(thrown);
  return problem(
    'internal.bug',
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  );
}
