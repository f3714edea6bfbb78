import assert from 'node:assert/strict';
import { signal } from '@preact/signals';
import type { PreviewModel } from '../../../backend/api/contract/preview.ts';
import type { Written } from '../../forms/logic/written.ts';
import { createPreview } from './preview-state.ts';

function preview(groups: number, faults: PreviewModel['faults'] = []): PreviewModel {
  return { faults, groups, addresses: 0, targets: [], total: 0, changes: [], problems: [], cutOff: [] };
}

/** Questions that are answered when the test says so; time passes when it does. */
function around() {
  const written = signal<Written>({ name: 'a' });
  const questions: {
    mapping: Written;
    signal: AbortSignal;
    answer: (of: PreviewModel) => void;
    fail: () => void;
  }[] = [];
  const answers: PreviewModel[] = [];
  let due: (() => void) | undefined;
  const state = createPreview({
    written,
    ask: (mapping, abort) =>
      new Promise((resolve, reject) => {
        const fail = (): void => reject(new Error('no contact'));
        questions.push({ mapping, signal: abort, answer: resolve, fail });
      }),
    onAnswer: (each) => void answers.push(each),
    later: (_, act) => {
      due = act;
      return () => (due = undefined);
    },
  });
  const pass = (): void => {
    const act = due;
    due = undefined;
    act?.();
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { written, questions, answers, state, pass, settle };
}

describe('the preview of a mapping', () => {
  it('asks once for changes that follow each other closely', () => {
    const { written, questions, pass } = around();
    pass();

    written.value = { name: 'ab' };
    written.value = { name: 'abc' };
    pass();

    assert.deepEqual(
      questions.map(({ mapping }) => mapping['name']),
      ['a', 'abc'],
    );
  });

  it('keeps what was known while it asks anew, and says that it is of before', async () => {
    const { written, questions, state, pass, settle } = around();
    pass();
    questions[0]?.answer(preview(1));
    await settle();

    written.value = { name: 'b' };

    assert.deepEqual([state.value.value?.groups, state.stale.value], [1, true]);
    pass();
    questions[1]?.answer(preview(2));
    await settle();
    assert.deepEqual([state.value.value?.groups, state.stale.value], [2, false]);
  });

  it('drops a late answer to an old question, and ends the asking', async () => {
    const { written, questions, state, pass, settle } = around();
    pass();
    written.value = { name: 'b' };
    pass();

    questions[1]?.answer(preview(2));
    await settle();
    questions[0]?.answer(preview(1));
    await settle();

    assert.equal(state.value.value?.groups, 2);
    assert.equal(questions[0]?.signal.aborted, true);
  });

  it('keeps what was known when there are faults, and hands them on', async () => {
    const { written, questions, answers, state, pass, settle } = around();
    pass();
    questions[0]?.answer(preview(1));
    await settle();
    written.value = { name: '' };
    pass();

    questions[1]?.answer(preview(0, [{ path: 'name', found: 'nothing', expected: 'a name' }]));
    await settle();

    assert.deepEqual([state.value.value?.groups, state.stale.value], [1, true]);
    assert.equal(answers.at(-1)?.faults.length, 1);
  });

  it('says when it could not be asked, until it could again', async () => {
    const { written, questions, state, pass, settle } = around();
    pass();
    questions[0]?.fail();
    await settle();
    const told = state.problem.value?.detail;

    written.value = { name: 'b' };
    pass();
    questions[1]?.answer(preview(2));
    await settle();

    assert.deepEqual([told, state.problem.value], ['no contact', undefined]);
  });
});
