/**
 * One request and its answer: knows the envelope and the kinds of failure, nothing of sessions or of classes.
 */
import { problem, ProblemError } from '../../model/problems.ts';
import type { Peer } from '../http/peer.ts';
import { isWorthAsking } from '../http/peer-error.ts';
import { ApicError } from './apic-error.ts';
import { decodeEnvelope, isRecord, type Envelope } from './mo.ts';

export interface ApicRequest {
  readonly method: 'GET' | 'POST';
  /** With the query; begins with `/api/`. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Attributes that are wanted; absent: all. */
  readonly keep?: ReadonlySet<string>;
  readonly timeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function headersOf(request: ApicRequest, token: string | undefined): Record<string, string> {
  return {
    ...request.headers,
    // Trap: with the cookie given twice everything works but notifications, which never come.
    ...(token !== undefined && { cookie: `APIC-cookie=${token}` }),
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
  };
}

async function ask(
  peer: Peer,
  request: ApicRequest,
  token: string | undefined,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await peer.request(request.method, request.path, {
    headers: headersOf(request, token),
    ...(request.body !== undefined && { body: request.body }),
    ...(request.timeoutMs !== undefined && { timeoutMs: request.timeoutMs }),
    ...(signal !== undefined && { signal }),
  });
  return { status: response.status, text: await response.text() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error object of a reply; some releases answer 200 with one. */
function errorOf(value: unknown, status: number): ApicError | undefined {
  const imdata =
    isRecord(value) && Array.isArray(value['imdata']) ? (value['imdata'] as readonly unknown[]) : [];
  const first = imdata[0];
  if (!isRecord(first) || !isRecord(first['error']) || !isRecord(first['error']['attributes']))
    return undefined;
  const { code, text } = first['error']['attributes'];
  return new ApicError(status, typeof code === 'string' ? code : '', typeof text === 'string' ? text : '');
}

function judge({ status, text }: Answer, keep: ReadonlySet<string> | undefined): Envelope {
  const value = parse(text);
  const error = errorOf(value, status);
  if (error !== undefined) throw error;
  if (status === 413) throw new ApicError(status, '413', 'the request is too large');
  const envelope = decodeEnvelope(value, keep);
  if (envelope === undefined || status !== 200)
    throw new ProblemError('fabric.busy', `HTTP ${status} without an answer of the APIC's own`);
  return envelope;
}

/** The answer of the APIC itself; throws `ApicError`, `ProblemError` or `PeerError`. */
export async function exchange(
  peer: Peer,
  request: ApicRequest,
  token?: string,
  signal?: AbortSignal,
): Promise<Envelope> {
  try {
    return judge(await ask(peer, request, token, signal), request.keep);
  } catch (thrown) {
    if (request.method !== 'GET' || !isWorthAsking(thrown)) throw thrown;
  }
  return judge(await ask(peer, request, token, signal), request.keep);
}

/** The first object of a class in a reply, which must be there. */
export function only(envelope: Envelope, className: string): Readonly<Record<string, string>> {
  const mo = envelope.imdata.find((each) => each.className === className);
  if (mo !== undefined) return mo.attributes;
  const found = problem('fabric.incomplete', `the reply has no ${className}`);
  throw new ProblemError(found.code, found.detail);
}
