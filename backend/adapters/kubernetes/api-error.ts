/**
 * From what an API server says, or fails to say, to a problem. The server's own message is kept in the detail.
 */
import { ProblemError, type ProblemCode } from '../../model/problems.ts';
import { PeerError, type PeerFailure } from '../http/peer-error.ts';
import { count, field, raw, text } from './raw.ts';

/** The API server's own no: a status that is not 200, or an ERROR frame in a watch. */
export class ApiError extends ProblemError {
  readonly status: number;
  /** The machine-readable reason of the Status: `Expired`, `Forbidden`, `NotFound`, … */
  readonly reason: string;
  /** The Status names an object: it speaks of that, not of a path that nobody serves. */
  readonly namesObject: boolean;

  constructor(status: number, reason: string, detail: string, namesObject = false) {
    super(codeOfStatus(status), detail);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.namesObject = namesObject;
  }
}

function codeOfStatus(status: number): ProblemCode {
  if (status === 401) return 'cluster.unauthorized';
  return status === 403 ? 'cluster.forbidden' : 'cluster.error';
}

interface StatusObject {
  kind: string;
  code: number;
  reason: string;
  message: string;
  details: { name: string };
}

/** The error of a Status object; `status` is used where it carries no code. */
export function apiErrorOf(value: unknown, what: string, status = 500): ApiError {
  const object = raw<StatusObject>(value);
  const code = count(field(object, 'code')) ?? status;
  const reason = text(field(object, 'reason')) ?? '';
  const message = text(field(object, 'message')) ?? 'no further word';
  const namesObject = text(field(field(object, 'details'), 'name')) !== undefined;
  return new ApiError(code, reason, `${what}: ${code} ${message}`, namesObject);
}

/** The error of an answer that is not 200; its body may be anything. */
export function apiErrorOfAnswer(status: number, body: string, what: string): ApiError {
  const value = parsed(body);
  if (value !== undefined) return apiErrorOf(value, what, status);
  const excerpt = body.replace(/\s+/g, ' ').slice(0, 200);
  return new ApiError(status, '', `${what}: ${status} ${excerpt}`.trim());
}

/** The value, or undefined when the text is no JSON object. */
export function parsed(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const codeOfFailure: Readonly<Record<PeerFailure, ProblemCode>> = {
  unreachable: 'cluster.unreachable',
  timeout: 'cluster.unreachable',
  untrusted: 'cluster.untrusted',
  cut: 'cluster.incomplete',
  protocol: 'cluster.error',
  aborted: 'cluster.unreachable',
};

/** A ProblemError of whatever was thrown while speaking to the cluster; faults of ours stay what they are. */
export function toClusterError(thrown: unknown, what: string): unknown {
  if (!(thrown instanceof PeerError)) return thrown;
  return new ProblemError(codeOfFailure[thrown.reason], `${what}: ${thrown.message}`, { cause: thrown });
}

export function incomplete(what: string): ProblemError {
  return new ProblemError('cluster.incomplete', what);
}

/** The resourceVersion is no longer known to the server: only a list helps. */
export function isExpired(thrown: unknown): boolean {
  return thrown instanceof ApiError && (thrown.status === 410 || thrown.reason === 'Expired');
}
