/** Why a request came to nothing, in words for people. It can be shown as any other problem. */
import type { FaultModel } from '../../backend/api/contract/configuration.ts';
import type { ProblemDetails, ProblemModel } from '../../backend/api/contract/models.ts';

export class RequestProblem extends Error implements ProblemModel {
  /** 0: no answer came. */
  readonly status: number;
  readonly code: string;
  readonly kind: ProblemModel['kind'];
  readonly title: string;
  readonly detail: string;
  readonly next: string;
  readonly faults: readonly FaultModel[];

  constructor(details: Omit<ProblemDetails, 'type'>) {
    super([details.title, details.detail].filter(Boolean).join(': '));
    this.name = 'RequestProblem';
    this.status = details.status;
    this.code = details.code;
    this.kind = details.status === 0 || details.status >= 500 ? 'transient' : 'terminal';
    this.title = details.title;
    this.detail = details.detail;
    this.next = details.next;
    this.faults = details.faults ?? [];
  }
}

/** Whatever was thrown, as a problem. */
export function problemOf(error: unknown): RequestProblem {
  if (error instanceof RequestProblem) return error;
  return new RequestProblem({
    status: 0,
    code: 'page.unreachable',
    title: 'The server did not answer',
    detail: error instanceof Error ? error.message : String(error),
    next: 'Try again; when it goes on, see whether the server runs and can be reached from here.',
  });
}

/** Of an answer that is not a success: its problem details, or what can be said without them. */
export function problemOfAnswer(status: number, body: unknown): RequestProblem {
  if (isDetails(body)) return new RequestProblem({ ...body, status });
  return new RequestProblem({
    status,
    code: 'page.unexpected',
    title: 'The answer is not one of this server',
    detail: `status ${status} without problem details`,
    next: 'Something between here and the server answered in its place: a proxy, a sign-in page.',
  });
}

function isDetails(body: unknown): body is ProblemDetails {
  if (typeof body !== 'object' || body === null) return false;
  return 'code' in body && 'title' in body && typeof body.title === 'string';
}

/** The fault of the field at `path`, as words under it. */
export function faultAt(faults: readonly FaultModel[], path: string): string | undefined {
  const fault = faults.find((one) => one.path === path || one.path === `settings.${path}`);
  return fault && `${fault.expected}${fault.found === '' ? '' : `, found ${fault.found}`}`;
}
