/** What tests of the test buttons share: one run of them, and a look at its report. */
import assert from 'node:assert/strict';
import type { TestReport, TestStep } from '../backend/api/contract/tests.ts';
import type { Tests } from '../backend/api/ports.ts';
import { systemClock } from '../backend/model/clock.ts';
import { ProblemError } from '../backend/model/problems.ts';
import { createTests, type TestsOptions } from './inspect.ts';

export const admin = { name: 'admin', role: 'admin', via: 'local' } as const;

export function stepOf(report: TestReport, step: TestStep['step']): TestStep {
  const found = report.steps.find((each) => each.step === step);
  assert.ok(found, `no step ${step}`);
  return found;
}

export function results(report: TestReport): string[] {
  return report.steps.map(({ step, result }) => `${step} ${result}`);
}

export function tests(options: Partial<TestsOptions> = {}): Tests {
  return createTests({
    entry: () => undefined,
    secrets: {
      read: (reference) => {
        throw new ProblemError('config.secret', `${reference}: not to be read`);
      },
    },
    identities: () => new Map(),
    clock: systemClock(),
    ...options,
  });
}

type Kind = 'cluster' | 'fabric' | 'loadBalancer';

export function run(kind: Kind, entry: object, options: Partial<TestsOptions> = {}): Promise<TestReport> {
  const subject = { kind, entry: { name: 'prod-a', ...entry } };
  return tests(options).run(subject, admin, new AbortController().signal);
}

export async function refusalOf(work: Promise<unknown>): Promise<ProblemError> {
  const thrown: unknown = await work.then(
    () => assert.fail('expected a refusal'),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof ProblemError, String(thrown));
  return thrown;
}
