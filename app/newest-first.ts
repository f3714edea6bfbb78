/**
 * Long work that pages ask for with each stroke: one at a time, the newest of those that wait before the older ones, and the oldest
 * refused where too many wait, since whoever asked has mostly asked anew. The same subject is made once for all who ask.
 *
 * It knows nothing of what is made.
 */
import { ProblemError } from '../backend/model/problems.ts';

export type NewestFirst<Result> = (subject: string, make: () => Promise<Result>) => Promise<Result>;

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (why: ProblemError) => void;
}

/** What is refused is so with `request.too-many`. */
export function newestFirst<Result>(mostWaiting: number): NewestFirst<Result> {
  const known = new Map<string, Promise<Result>>();
  const waiting: Waiting[] = [];
  let isAtWork = false;
  const turn = (): Promise<void> => {
    if (!isAtWork) {
      isAtWork = true;
      return Promise.resolve();
    }
    if (waiting.length >= mostWaiting) waiting.shift()?.refuse(displaced());
    return new Promise((begin, refuse) => waiting.push({ begin, refuse }));
  };
  const next = (): void => {
    const newest = waiting.pop();
    if (newest === undefined) isAtWork = false;
    else newest.begin();
  };
  const made = async (make: () => Promise<Result>): Promise<Result> => {
    await turn();
    try {
      return await make();
    } finally {
      next();
    }
  };
  return (subject, make) => {
    const promised = known.get(subject) ?? made(make).finally(() => known.delete(subject));
    known.set(subject, promised);
    return promised;
  };
}

function displaced(): ProblemError {
  return new ProblemError('request.too-many', 'newer previews were asked for meanwhile; ask again');
}
