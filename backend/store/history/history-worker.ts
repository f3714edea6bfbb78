/** The program of the thread that keeps history: answers one question after the other, the quick ones between the steps of the long. */
import { parentPort, workerData } from 'node:worker_threads';
import { problemOf } from '../../model/problems.ts';
import { HistoryFile } from './history-file.ts';
import type { FromThread, ToThread } from './messages.ts';

const port = parentPort;
const tell = (message: FromThread): void => port?.postMessage(message);
const file = new HistoryFile(String(workerData), (damaged) => tell({ damaged }));

port?.on('message', ({ id, ...question }: ToThread) => {
  file.answer(question).then(
    (answer) => tell({ id, answer }),
    (error: unknown) => tell({ id, problem: problemOf(error) }),
  );
});
