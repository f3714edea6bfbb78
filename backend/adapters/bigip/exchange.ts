/**
 * One request and its answer: knows that answers may be JSON of two families, nothing at all, or a page; nothing of sessions or objects.
 */
import { ProblemError } from '../../model/problems.ts';
import type { Peer } from '../http/peer.ts';
import { isWorthAsking } from '../http/peer-error.ts';
import { BigIpError } from './bigip-error.ts';
import { isRecord, numberOf, textOf } from './json.ts';

export interface BigIpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With the query; begins with `/mgmt/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

export type Headers = Readonly<Record<string, string>>;

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(
  peer: Peer,
  request: BigIpRequest,
  headers: Headers,
  signal?: AbortSignal,
): Promise<Answer> {
  const { body, timeoutMs } = request;
  const response = await peer.request(request.method, request.path, {
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(timeoutMs !== undefined && { timeoutMs }),
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

/** What is said with a page instead of an answer. */
function failureOfPage({ status, text }: Answer): Error {
  if (status === 401) return new BigIpError(401, 'HTTP 401 without an answer of the device itself');
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1] ?? '';
  const said = `HTTP ${status} with a page instead of an answer${title === '' ? '' : `: ${title}`}`;
  const isRestart = status === 404 || status === 502 || status === 503 || /restarting/i.test(text);
  return new ProblemError(isRestart ? 'loadBalancer.restarting' : 'loadBalancer.busy', said);
}

function judge(answer: Answer): unknown {
  const { status, text } = answer;
  // What deletes and empties answers with.
  if (status >= 200 && status < 300 && text.trim() === '') return undefined;
  const value = parse(text);
  if (!isRecord(value)) throw failureOfPage(answer);
  if (status >= 200 && status < 300) return value;
  throw new BigIpError(status, textOf(value['message']) || `HTTP ${status}`, numberOf(value['apiError']));
}

/** The answer of the device itself, undefined for an empty one; throws `BigIpError`, `ProblemError` or `PeerError`. */
export async function exchange(
  peer: Peer,
  request: BigIpRequest,
  headers: Headers,
  signal?: AbortSignal,
): Promise<unknown> {
  try {
    return judge(await ask(peer, request, headers, signal));
  } catch (thrown) {
    if (request.method !== 'GET' || !isWorthAsking(thrown)) throw thrown;
  }
  return judge(await ask(peer, request, headers, signal));
}
