/** One line of a report: what was looked at, how it is, and what to do about it. */
import type { TestStep } from '../api/contract/tests.ts';
import type { Problem } from '../model/problems.ts';
import { problemTable } from '../model/problems.ts';

type StepName = TestStep['step'];

const titles: Readonly<Record<StepName, string>> = {
  reach: 'Reach',
  certificate: 'Certificate',
  signIn: 'Sign-in',
  version: 'Version',
  permission: 'Permission',
  identity: 'Identity',
};

export function good(step: StepName, detail: string): TestStep {
  return { step, title: titles[step], result: 'good', detail, next: '' };
}

export function bad(step: StepName, detail: string, next: string): TestStep {
  return { step, title: titles[step], result: 'bad', detail, next };
}

export function warning(step: StepName, detail: string, next: string): TestStep {
  return { step, title: titles[step], result: 'warning', detail, next };
}

export function skipped(step: StepName, detail: string): TestStep {
  return { step, title: titles[step], result: 'skipped', detail, next: '' };
}

/** As the table of problems says it. */
export function badOf(step: StepName, problem: Problem): TestStep {
  const { title, next } = problemTable[problem.code];
  return bad(step, `${title}: ${problem.detail}`, next);
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
