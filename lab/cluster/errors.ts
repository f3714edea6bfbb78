/** Refusals as a real API server words them: a Status object with code, reason, message and details. */
import { qualifiedResource, type KindRow } from './kinds.ts';

export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly code?: number;
}

interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export class ApiError extends Error {
  readonly code: number;
  readonly body: StatusBody;

  constructor({ code, reason, message, details, metadata = {} }: Refusal) {
    super(message);
    this.code = code;
    const rest = details === undefined ? {} : { details };
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      reason,
      ...rest,
      code,
    };
  }
}

function detailsOf(kind: KindRow, name?: string): Record<string, unknown> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.resource,
  };
}

export function badRequest(message: string): ApiError {
  return new ApiError({ code: 400, reason: 'BadRequest', message });
}

export function unauthorized(): ApiError {
  return new ApiError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

export function notFound(kind: KindRow, name: string): ApiError {
  const message = `${qualifiedResource(kind)} "${name}" not found`;
  return new ApiError({ code: 404, reason: 'NotFound', message, details: detailsOf(kind, name) });
}

export function noSuchResource(): ApiError {
  const message = 'the server could not find the requested resource';
  return new ApiError({ code: 404, reason: 'NotFound', message, details: {} });
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError({ code: 405, reason: 'MethodNotAllowed', message, details: {} });
}

export function alreadyExists(kind: KindRow, name: string): ApiError {
  const message = `${qualifiedResource(kind)} "${name}" already exists`;
  return new ApiError({ code: 409, reason: 'AlreadyExists', message, details: detailsOf(kind, name) });
}

export function conflict(kind: KindRow, name: string, why?: string): ApiError {
  const cause =
    why ?? 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${qualifiedResource(kind)} "${name}": ${cause}`;
  return new ApiError({ code: 409, reason: 'Conflict', message, details: detailsOf(kind, name) });
}

export interface FieldFault {
  readonly field: string;
  readonly reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden';
  readonly message: string;
}

export function invalid(kind: { group: string; kind: string }, name: string, faults: FieldFault[]): ApiError {
  const whole = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const texts = faults.map((fault) => `${fault.field}: ${fault.message}`);
  const list = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  return new ApiError({
    code: 422,
    reason: 'Invalid',
    message: `${whole} "${name}" is invalid: ${list}`,
    details: {
      name,
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.kind,
      causes: faults.map(({ reason, message, field }) => ({ reason, message, field })),
    },
  });
}

export function unsupportedMediaType(): ApiError {
  const message = '415: Unsupported Media Type';
  return new ApiError({ code: 415, reason: 'UnsupportedMediaType', message, details: {} });
}

/** The same, for a body that no decoder takes, naming what would have been understood. */
export function undecodableBody(known: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${known.join(', ')}`;
  return new ApiError({ code: 415, reason: 'UnsupportedMediaType', message, details: {} });
}

export function notAcceptable(): ApiError {
  const message = 'only the following media types are accepted: application/json';
  return new ApiError({ code: 406, reason: 'NotAcceptable', message, details: {} });
}

export interface Attempt {
  readonly user: string;
  readonly verb: string;
  readonly kind: Pick<KindRow, 'group' | 'resource'>;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export function forbidden(attempt: Attempt): ApiError {
  const { group, resource } = attempt.kind;
  const whole = attempt.subresource === undefined ? resource : `${resource}/${attempt.subresource}`;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const subject = attempt.name === undefined ? qualified : `${qualified} "${attempt.name}"`;
  const where =
    attempt.namespace === undefined ? 'at the cluster scope' : `in the namespace "${attempt.namespace}"`;
  const message = `${subject} is forbidden: User "${attempt.user}" cannot ${attempt.verb} resource "${whole}" in API group "${group}" ${where}`;
  return new ApiError({
    code: 403,
    reason: 'Forbidden',
    message,
    details: {
      ...(attempt.name === undefined ? {} : { name: attempt.name }),
      ...(group === '' ? {} : { group }),
      kind: resource,
    },
  });
}

export function expiredContinue(token: string): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return new ApiError({ code: 410, reason: 'Expired', message, metadata: { continue: token } });
}

export function expiredList(): ApiError {
  const message = 'The resourceVersion for the provided list is too old.';
  return new ApiError({ code: 410, reason: 'Expired', message });
}

export function expiredWatch(asked: number, oldest: number): ApiError {
  const message = `too old resource version: ${asked} (${oldest})`;
  return new ApiError({ code: 410, reason: 'Expired', message });
}

export function unavailable(code: number): ApiError {
  if (code === 503) {
    const message = 'the server is currently unable to handle the request';
    return new ApiError({ code, reason: 'ServiceUnavailable', message });
  }
  const message = 'Internal error occurred: etcdserver: request timed out';
  return new ApiError({ code, reason: 'InternalError', message, details: { causes: [{ message }] } });
}
