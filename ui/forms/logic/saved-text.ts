/** What is said when something was saved: that may not mean yet that it is followed. */
import type { EntryModel } from '../../../backend/api/contract/configuration.ts';

export function savedText({ name, problem }: Pick<EntryModel, 'name' | 'problem'>): string {
  return problem === null ? `${name} was saved` : `${name} – ${problem.detail}. ${problem.next}`;
}
