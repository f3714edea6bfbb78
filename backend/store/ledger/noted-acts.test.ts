import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstanceId, MappingName } from '../../model/identity.ts';
import type { Ledger } from '../../reconcile/ports.ts';
import { act } from '../history/testing/happenings.ts';
import { openLedger, type LedgerOptions } from './ledger.ts';

const web = 'web' as MappingName;
const served = { instance: '7f3a' as InstanceId, adopt: true };
const approval = { mapping: web, changes: new Set(['a', 'b']) };

describe('the ledger, of acts that no history has yet', () => {
  let directory = '';
  let open: Ledger[] = [];
  const opened = (options: LedgerOptions = {}): Ledger => {
    const ledger = openLedger(join(directory, 'ledger.db'), options);
    open.push(ledger);
    return ledger;
  };
  const acts = (ledger: Ledger): unknown[] => ledger.noted().map((noted) => noted.act);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ledger-'));
  });
  afterEach(() => {
    for (const ledger of open) ledger.close();
    open = [];
    rmSync(directory, { recursive: true });
  });

  it('keeps them in order, across a restart and for whichever instance, until they are forgotten', () => {
    const first = opened();
    first.note(act(2, 'pause'));
    first.note(act(1, 'approve'));
    first.close();
    open = [];

    const second = opened({ ...served, instance: 'bbbb' as InstanceId });

    assert.deepEqual(acts(second), [act(1, 'approve'), act(2, 'pause')]);
    second.forgetNoted(second.noted().map(({ id }) => id));
    assert.deepEqual(acts(second), []);
  });

  for (const [where, options] of [
    ['of the command line', {}],
    ['of whoever serves', served],
  ] as const)
    it(`has the act with its line, or neither, in the ledger ${where}`, () => {
      const ledger = opened(options);
      ledger.note(act(1), () => ledger.approve(approval, 'ann', 1));
      const done = [ledger.approvals(web)[0]?.changes.size, acts(ledger).length];

      assert.throws(
        () =>
          ledger.note(act(2), () => {
            ledger.confirmFirstPlan(web, 'ann', 2);
            ledger.approve({ mapping: web, changes: new Set(['c']) }, 'ann', 2);
            throw new Error('refused');
          }),
        /refused/,
      );

      assert.deepEqual(done, [2, 1]);
      for (const each of [ledger, opened()])
        assert.deepEqual(
          [each.approvals(web)[0]?.changes.size, each.firstPlanConfirmed(web), acts(each).length],
          [2, false, 1],
        );
    });

  it('shows to whoever serves what the command line notes, and forgets it in the file', () => {
    const serving = opened(served);
    const before = serving.version();
    const commandLine = opened();
    commandLine.note(act(1), () => commandLine.approve(approval, 'ann', 1));

    const isNews = serving.version() !== before;
    const seen = acts(serving);
    serving.forgetNoted(serving.noted().map(({ id }) => id));

    assert.deepEqual([isNews, seen], [true, [act(1)]]);
    assert.deepEqual(acts(commandLine), []);
    assert.equal(commandLine.approvals(web)[0]?.changes.size, 2);
  });

  it('gives up the oldest where nobody ever takes them', () => {
    const ledger = opened();

    for (let at = 1; at <= 1003; at += 1) ledger.note(act(at));

    assert.deepEqual([ledger.noted().length, ledger.noted()[0]?.act.at], [1000, 4]);
  }).timeout(20_000);
});
