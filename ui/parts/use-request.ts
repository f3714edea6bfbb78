import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { problemOf } from '../live/request-problem.ts';
import type { RequestProblem } from '../live/request-problem.ts';

export interface Asked<Value> {
  /** The newest answer; the one before stays until it is there. */
  readonly value: Value | undefined;
  readonly problem: RequestProblem | undefined;
  readonly busy: boolean;
  readonly again: () => void;
}

/** Asks whenever one of `by` changes. A late answer to an old question is dropped. */
export function useRequest<Value>(read: () => Promise<Value>, by: readonly unknown[]): Asked<Value> {
  const state = useSignal<Omit<Asked<Value>, 'again'>>({ value: undefined, problem: undefined, busy: true });
  const asked = useRef(0);
  const ask = async (): Promise<void> => {
    asked.current += 1;
    const mine = asked.current;
    state.value = { ...state.peek(), busy: true };
    const next = await read().then(
      (value) => ({ value, problem: undefined, busy: false }),
      (error: unknown) => ({ value: state.peek().value, problem: problemOf(error), busy: false }),
    );
    if (mine === asked.current) state.value = next;
  };
  useEffect(() => {
    void ask();
    return () => void (asked.current += 1);
  }, by);
  return { ...state.value, again: () => void ask() };
}

export interface Doing {
  readonly busy: boolean;
  readonly problem: RequestProblem | undefined;
  /** One at a time. Resolves to whether it came to its end. */
  readonly run: (act: () => Promise<void>) => Promise<boolean>;
  readonly forget: () => void;
}

/** Something that a button begins. */
export function useAct(): Doing {
  const busy = useSignal(false);
  const problem: Signal<RequestProblem | undefined> = useSignal(undefined);
  return {
    busy: busy.value,
    problem: problem.value,
    forget: () => void (problem.value = undefined),
    async run(act) {
      if (busy.peek()) return false;
      busy.value = true;
      problem.value = undefined;
      try {
        await act();
        return true;
      } catch (error) {
        problem.value = problemOf(error);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
