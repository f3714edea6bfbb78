/** One test at a time of what is being edited: what it found, whether it is still of what is written now. */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { TestReport, TestSubject } from '../../../backend/api/contract/tests.ts';
import { isSame } from '../../forms/logic/written.ts';
import type { Written } from '../../forms/logic/written.ts';
import { problemOf } from '../../live/request-problem.ts';
import type { RequestProblem } from '../../live/request-problem.ts';
import type { Requests } from '../../live/requests.ts';

export interface Testing {
  readonly report: ReadonlySignal<TestReport | undefined>;
  readonly problem: ReadonlySignal<RequestProblem | undefined>;
  /** Since when it runs, milliseconds since the epoch; undefined: it does not. */
  readonly since: ReadonlySignal<number | undefined>;
  readonly running: ReadonlySignal<boolean>;
  run(entry: Written): void;
  cancel(): void;
  /** Whether what was found is of another entry than this one. */
  isStale(entry: Written): boolean;
}

export function createTesting(kind: TestSubject['kind'], requests: Pick<Requests, 'test'>): Testing {
  const report = signal<TestReport | undefined>(undefined);
  const problem = signal<RequestProblem | undefined>(undefined);
  const since = signal<number | undefined>(undefined);
  const tested = signal<Written | undefined>(undefined);
  let current: AbortController | undefined;
  const cancel = (): void => {
    current?.abort();
    current = undefined;
    since.value = undefined;
  };
  const ask = async (entry: Written, mine: AbortController): Promise<void> => {
    try {
      const found = await requests.test({ kind, entry: { name: '', ...entry } }, mine.signal);
      if (mine === current) report.value = found;
    } catch (error) {
      if (mine === current) problem.value = problemOf(error);
    } finally {
      if (mine === current) cancel();
    }
  };
  return {
    report,
    problem,
    since,
    running: computed(() => since.value !== undefined),
    run(entry) {
      cancel();
      current = new AbortController();
      since.value = Date.now();
      tested.value = entry;
      report.value = undefined;
      problem.value = undefined;
      void ask(entry, current);
    },
    cancel,
    isStale: (entry) => tested.value !== undefined && !isSame(tested.value, entry),
  };
}
