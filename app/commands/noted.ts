/** What a person does at the command line: a line of it waits in the ledger for the history, in one transaction with the act. */
import { userInfo } from 'node:os';
import { asTakenDown, type Act } from '../../backend/model/person.ts';
import { problemOf } from '../../backend/model/problems.ts';
import type { Ledger } from '../../backend/reconcile/ports.ts';

export type Deed = Pick<Act, 'verb' | 'object' | 'detail'>;

/** Does it, and notes it; also what is refused, which then is thrown. */
export function noted<Result>(ledger: Pick<Ledger, 'note'>, deed: Deed, body: () => Result): Result {
  const done: Result[] = [];
  try {
    ledger.note(actOf(deed, 'done'), () => void done.push(body()));
  } catch (thrown) {
    const { code } = problemOf(thrown);
    // A ledger that takes nothing does not take this either.
    if (!code.startsWith('store.')) ledger.note(actOf(deed, code));
    throw thrown;
  }
  return done[0] as Result;
}

export function actOf({ verb, object, detail }: Deed, result: string): Act {
  const [at, person] = [Date.now(), whoIsHere()];
  return asTakenDown({ at, person, via: 'commandLine', from: '', verb, object, detail, result });
}

/** Trap: in a container nobody need have a name. */
export function whoIsHere(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
