import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import type { MappingName } from '../../backend/model/identity.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import { openLedger } from '../../backend/store/ledger/ledger.ts';
import { noted } from './noted.ts';

const web = 'web' as MappingName;
const deed = { verb: 'approve', object: 'mapping web', detail: 'f1' };

describe('what is done at the command line', () => {
  it('leaves a line that says who did what, and how they were known', () => {
    const ledger = openLedger(':memory:');

    const said = noted(ledger, deed, () => {
      ledger.confirmFirstPlan(web, 'ann', 1);
      return 'done so';
    });

    const [line] = ledger.noted();
    const { username } = userInfo();
    assert.equal(said, 'done so');
    assert.deepEqual(
      { ...line?.act, at: 0 },
      { at: 0, person: username, via: 'commandLine', from: '', ...deed, result: 'done' },
    );
    assert.equal(ledger.firstPlanConfirmed(web), true);
  });

  it('leaves a line where it was refused, and changes nothing', () => {
    const ledger = openLedger(':memory:');

    assert.throws(
      () =>
        noted(ledger, { ...deed, object: 'mapping\nweb' }, () => {
          ledger.confirmFirstPlan(web, 'ann', 1);
          throw new ProblemError('plan.changed', 'another one waits');
        }),
      /another one waits/,
    );

    const [line, ...others] = ledger.noted();
    assert.deepEqual([line?.act.result, line?.act.object], ['plan.changed', 'mapping\u{fffd}web']);
    assert.deepEqual([others, ledger.firstPlanConfirmed(web)], [[], false]);
  });
});
