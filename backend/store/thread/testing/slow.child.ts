/** In place of the thread that touches the disk: answers a question after as many milliseconds as its path says, and does nothing. Of texts: `at once`, `taken`, `in doubt`. */
import { workerData } from 'node:worker_threads';
import { problem } from '../../../model/problems.ts';
import { inPlace, type Beginning, type ToThread } from '../messages.ts';

const { port, answered } = workerData as Beginning;
const never = new Int32Array(new SharedArrayBuffer(4));

const refusal = problem('store.unwritable', 'refused when it was taking its place');

port.on('message', (question: ToThread) => {
  const isAtOnce = question.ask === 'put' && question.text === 'at once';
  if (question.ask === 'put' && question.text === 'taken') Atomics.store(question.decided, 0, inPlace.taken);
  const isInDoubt = question.ask === 'put' && question.text === 'in doubt';
  if (isInDoubt) Atomics.store(question.decided, 0, inPlace.inDoubt);
  if ('path' in question && !isAtOnce) Atomics.wait(never, 0, 0, Number(question.path));
  port.postMessage({ id: question.id, ...(isInDoubt ? { problem: refusal } : { answer: null }) });
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
});
