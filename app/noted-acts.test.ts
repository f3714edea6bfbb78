import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyQuerySchema } from '../backend/api/contract/history.ts';
import { systemClock } from '../backend/model/clock.ts';
import type { Act } from '../backend/model/person.ts';
import { problem, ProblemError } from '../backend/model/problems.ts';
import type { Ledger } from '../backend/reconcile/ports.ts';
import { openHistory, type History } from '../backend/store/history/history.ts';
import { openLedger } from '../backend/store/ledger/ledger.ts';
import { eventually } from '../test/support/eventually.ts';
import { takeNotedActs } from './noted-acts.ts';

/** Its seconds are short. */
const clock = systemClock(200);

function act(at: number, verb = 'approve'): Act {
  const object = 'mapping shop';
  return { at, person: 'ann', via: 'commandLine', from: '', verb, object, result: 'done', detail: '' };
}

describe('acts of the command line', () => {
  let directory = '';
  let ledger: Ledger;
  let history: History;
  let stop: AbortController;
  const logged: string[] = [];
  const log = {
    info: (fields: object) => void logged.push((fields as Act).verb),
    error: (fields: object) => void logged.push(JSON.stringify(fields)),
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'noted-'));
    ledger = openLedger(':memory:');
    const path = join(directory, 'history.db');
    history = openHistory({ path, clock: systemClock(), bounds: { keepForMs: 1e15, bytes: 1e9 } });
    stop = new AbortController();
    logged.length = 0;
  });
  afterEach(async () => {
    stop.abort();
    await history.close();
    ledger.close();
    rmSync(directory, { recursive: true });
  });

  const take = (from: Partial<Parameters<typeof takeNotedActs>[0]> = {}): void =>
    void takeNotedActs({ ledger, history, clock, log, ...from }, stop.signal);
  const areTaken = (): Promise<void> => eventually('all are taken', () => ledger.noted().length === 0);
  const lines = async (): Promise<string[]> => {
    const { entries } = await history.search(historyQuerySchema.parse({ kind: 'act' }));
    return entries.map(({ at, person, what, why }) => [at, person, what, why].join(' '));
  };

  it('become lines of the history: those that waited, and those that come while it serves', async () => {
    ledger.note(act(1));
    take();
    await areTaken();
    ledger.note(act(2, 'refuse'));

    await areTaken();

    assert.deepEqual(await lines(), [
      '2 ann refuse mapping shop commandLine',
      '1 ann approve mapping shop commandLine',
    ]);
    assert.deepEqual(logged, ['approve', 'refuse']);
  });

  it('are lines once, also where a kill came between the history and the ledger', async () => {
    ledger.note(act(1));
    ledger.note(act(1, 'refuse'));
    await history.take(ledger.noted().map((noted) => noted.act));
    ledger.note(act(2));

    take();
    await areTaken();

    assert.deepEqual((await lines()).map((line) => line.slice(0, 13)).toSorted(), [
      '1 ann approve',
      '1 ann refuse ',
      '2 ann approve',
    ]);
  });

  it('wait in the ledger while the history takes nothing', async () => {
    let refusals = 0;
    ledger.note(act(1));
    take({
      history: {
        take(acts) {
          refusals += 1;
          if (refusals > 2) return history.take(acts);
          return Promise.reject(new ProblemError('store.unwritable', 'full'));
        },
      },
    });

    await eventually('it was refused', () => refusals === 2);
    const waiting = ledger.noted().length;
    await areTaken();

    assert.deepEqual([waiting, logged], [1, ['approve']]);
    assert.equal((await lines()).length, 1);
  });

  it('stay in a ledger that was closed meanwhile', async () => {
    ledger.note(act(1));
    let forgotten = 0;
    const closed = { noted: () => ledger.noted(), forgetNoted: () => void (forgotten += 1) };
    take({
      ledger: closed,
      history: {
        take() {
          stop.abort();
          return Promise.resolve();
        },
      },
    });

    await new Promise((resolve) => setTimeout(resolve, 20));

    assert.deepEqual([forgotten, ledger.noted().length], [0, 1]);
  });

  it('are the history’s problem while it cannot be written, and no more when it can', async () => {
    await history.close();
    ledger.note(act(1));
    const told: unknown[] = [];
    history.onProblem(() => told.push(history.problem?.code));

    await assert.rejects(history.take([act(1)]));

    assert.deepEqual(told, [problem('store.unwritable', '').code]);
  });
});
