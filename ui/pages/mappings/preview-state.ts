/**
 * What a mapping would do, asked again a moment after it was last changed. What was known stays until the next is there; a late
 * answer to an old question is dropped.
 */
import { effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { PreviewModel } from '../../../backend/api/contract/preview.ts';
import type { Written } from '../../forms/logic/written.ts';
import { problemOf } from '../../live/request-problem.ts';
import type { RequestProblem } from '../../live/request-problem.ts';

export interface PreviewState {
  /** The last one that told of groups; undefined until there is one. */
  readonly value: ReadonlySignal<PreviewModel | undefined>;
  /** What is shown is of what was written before. */
  readonly stale: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<RequestProblem | undefined>;
  stop(): void;
}

export interface PreviewOptions {
  readonly written: ReadonlySignal<Written>;
  readonly ask: (mapping: Written, signal: AbortSignal) => Promise<PreviewModel>;
  /** Told of every answer, those with faults too. */
  readonly onAnswer: (preview: PreviewModel) => void;
  readonly later: (ms: number, act: () => void) => () => void;
}

const quietMs = 350;

export function createPreview({ written, ask, onAnswer, later }: PreviewOptions): PreviewState {
  const value = signal<PreviewModel | undefined>(undefined);
  const stale = signal(true);
  const problem = signal<RequestProblem | undefined>(undefined);
  let current: AbortController | undefined;
  let asked = '';

  const answer = async (mapping: Written, mine: AbortController): Promise<void> => {
    try {
      const preview = await ask(mapping, mine.signal);
      if (mine !== current) return;
      problem.value = undefined;
      onAnswer(preview);
      if (preview.faults.length > 0) return;
      value.value = preview;
      stale.value = false;
    } catch (error) {
      if (mine === current) problem.value = problemOf(error);
    }
  };

  const stop = effect(() => {
    const mapping = written.value;
    const text = JSON.stringify(mapping);
    if (text === asked) return undefined;
    stale.value = true;
    current?.abort();
    current = undefined;
    return later(asked === '' ? 0 : quietMs, () => {
      asked = text;
      current = new AbortController();
      void answer(mapping, current);
    });
  });
  return {
    value,
    stale,
    problem,
    stop() {
      stop();
      current?.abort();
      current = undefined;
    },
  };
}
