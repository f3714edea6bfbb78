import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyQuerySchema, type HistoryPage } from '../../api/contract/history.ts';
import type { KeyText, MappingName, SystemName } from '../../model/identity.ts';
import { systemClock } from '../../model/clock.ts';
import { problem, ProblemError } from '../../model/problems.ts';
import { openHistory, type History } from './history.ts';
import {
  act,
  add,
  apiKey,
  deletion,
  refused,
  remove,
  report,
  sent,
  shop,
  update,
  webKey,
} from './testing/happenings.ts';

const bounds = { keepForMs: 1e15, bytes: 1e9 };
const hour = 3_600_000;

describe('history', () => {
  let directory = '';
  let history: History;
  const reopen = async (): Promise<void> => {
    await history.close();
    history = openHistory({ path: join(directory, 'history.db'), clock: systemClock(), bounds });
  };
  const find = async (filter: Record<string, unknown> = {}): Promise<HistoryPage> => {
    await history.flushed();
    return history.search(historyQuerySchema.parse(filter));
  };
  const whats = async (filter: Record<string, unknown> = {}): Promise<string[]> =>
    (await find(filter)).entries.map(({ what }) => what);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'history-'));
    history = openHistory({ path: join(directory, 'history.db'), clock: systemClock(), bounds });
  });
  afterEach(async () => {
    await history.close();
    rmSync(directory, { recursive: true });
  });

  it('tells of a round, its changes and of acts in one timeline, newest first', async () => {
    history.run(report(1000, sent([add('10.0.0.1'), update('10.0.0.2')])));
    history.act(act(2000));

    const page = await find();

    assert.deepEqual(
      page.entries.map(({ at, kind, what, why, result }) => ({ at, kind, what, why, result })),
      [
        { at: 2000, kind: 'act', what: 'approve mapping shop', why: 'apic, 10.9.9.9', result: 'done' },
        { at: 1000, kind: 'run', what: 'round 1', why: '', result: 'done' },
        {
          at: 1000,
          kind: 'change',
          what: 'set weight 1 → 2 on subnet 10.0.0.2/32',
          why: 'pod prod-a/shop/web-1',
          result: 'accepted',
        },
        {
          at: 1000,
          kind: 'change',
          what: 'add subnet 10.0.0.1/32',
          why: 'pod prod-a/shop/web-1',
          result: 'accepted',
        },
      ],
    );
    assert.deepEqual([page.next, page.oldest], [null, 1000]);
  });

  it('has it still after a restart', async () => {
    history.run(report(1000, sent([add('10.0.0.1')])));
    await reopen();

    const [run, change] = (await find()).entries;

    assert.equal(run?.what, 'round 1');
    assert.deepEqual(change, {
      id: '1',
      at: 1000,
      kind: 'change',
      system: 'dc1',
      mapping: 'shop',
      key: webKey,
      address: '10.0.0.1',
      item: '10.0.0.1/32',
      person: null,
      what: 'add subnet 10.0.0.1/32',
      why: 'pod prod-a/shop/web-1',
      result: 'accepted',
      detail: '',
    });
  });

  it('has what the system answered to what it refused, and how a removal is explained', async () => {
    history.run(report(1000, [...sent([add('10.0.0.1')], refused), ...sent([remove('10.0.0.2')])]));

    const { entries } = await find({ kind: 'change' });

    assert.deepEqual(
      entries.map(({ result, why, detail }) => [result, why, detail]),
      [
        ['accepted', 'scaled down', ''],
        ['refused', 'pod prod-a/shop/web-1', 'This is a fault of ours: Invalid ip [internal.bug]'],
      ],
    );
  });

  it('has no line for a round that did nothing, and one for a failure however often it is met', async () => {
    const failed = { ...report(0, []), problem: problem('store.locked', 'x') };
    history.run(report(1000, [], 1));
    history.run({ ...failed, run: 2, finishedAt: 2000 });
    history.run({ ...failed, run: 3, finishedAt: 3000 });
    history.run({ ...failed, run: 4, finishedAt: 2000 + hour });
    history.run(report(5000 + hour, [], 5));
    history.run({ ...failed, run: 6, finishedAt: 6000 + hour });

    const found = await whats();

    assert.deepEqual(found, ['round 6', 'round 4', 'round 2']);
  });

  describe('is searched', () => {
    const other = { key: 'f5|pool|k8s/api' as KeyText, mapping: 'api' as MappingName, pod: 'api/api-1' };

    beforeEach(() => {
      history.run(report(1000, sent([add('10.0.0.1')])));
      history.run({ ...report(2000, sent([add('fd00::1', other)]), 2), system: 'f5' as SystemName });
      history.run(report(3000, sent([remove('10.0.0.1')], refused), 3));
      history.act(act(4000, 'pause', 'bob'));
    });

    for (const [by, filter, expected] of [
      ['kind run', { kind: 'run' }, ['round 3', 'round 2', 'round 1']],
      ['kind act', { kind: 'act' }, ['pause mapping shop']],
      ['kind change', { kind: 'change', limit: 1 }, ['remove subnet 10.0.0.1/32']],
      ['address', { address: '10.0.0.1' }, ['remove subnet 10.0.0.1/32', 'add subnet 10.0.0.1/32']],
      ['address in another spelling', { address: 'FD00:0::1' }, ['add subnet fd00::1/32']],
      [
        'address as a host prefix',
        { address: '10.0.0.1/32', kind: 'change', result: 'accepted' },
        ['add subnet 10.0.0.1/32'],
      ],
      ['no address at all', { address: 'nonsense' }, []],
      ['key', { key: other.key }, ['add subnet fd00::1/32']],
      ['mapping', { mapping: 'api' }, ['add subnet fd00::1/32']],
      ['mapping that never was', { mapping: 'never' }, []],
      ['system', { system: 'f5' }, ['round 2', 'add subnet fd00::1/32']],
      ['person', { person: 'bob' }, ['pause mapping shop']],
      ['result', { result: 'refused' }, ['remove subnet 10.0.0.1/32']],
      ['accepted', { result: 'accepted' }, ['add subnet fd00::1/32', 'add subnet 10.0.0.1/32']],
      ['unknown result', { result: 'unknown' }, []],
      ['time', { from: 1500, to: 3000, kind: 'run' }, ['round 3', 'round 2']],
      ['text of a line', { search: 'API-1' }, ['add subnet fd00::1/32']],
      ['text of a name', { search: 'k8s/api' }, ['add subnet fd00::1/32']],
      ['text that has a wildcard in it', { search: '%' }, []],
      [
        'several at once',
        { mapping: 'shop', result: 'accepted', search: 'web', from: 500 },
        ['add subnet 10.0.0.1/32'],
      ],
      ['several that exclude each other', { address: '10.0.0.1', mapping: 'api' }, []],
    ] as const)
      it(`by ${by}`, async () => {
        const found = await whats(filter);

        assert.deepEqual(found, expected);
      });

    it('and refuses a cursor that is none of its own', async () => {
      await assert.rejects(
        find({ before: "1' OR 1" }),
        (error) => error instanceof ProblemError && error.problem.code === 'request.invalid',
      );
    });
  });

  describe('of who held an address', () => {
    const holders = async (at?: number): Promise<unknown[]> => {
      await history.flushed();
      return (await history.holders('10.0.0.1', at)).map(({ key, from, until, seen }) => [
        key.name,
        from,
        until,
        seen,
      ]);
    };

    it('knows when it began and when it ended', async () => {
      history.run(report(1000, sent([add('10.0.0.1')])));
      history.run(report(2000, sent([remove('10.0.0.1')])));
      history.run(report(3000, sent([add('10.0.0.1', { key: apiKey })])));

      const found = [await holders(), await holders(1000), await holders(2000), await holders(3000)];

      assert.deepEqual(found, [
        [
          ['k8s/calico/api', 3000, null, false],
          ['k8s/calico/web', 1000, 2000, false],
        ],
        [['k8s/calico/web', 1000, 2000, false]],
        [],
        [['k8s/calico/api', 3000, null, false]],
      ]);
    });

    it('has where it came from', async () => {
      history.run(report(1000, sent([add('10.0.0.1', { pod: 'shop/web-7' })])));
      await history.flushed();

      const [holder] = await history.holders('10.0.0.1', undefined);

      assert.deepEqual([holder?.origin, holder?.mapping], ['pod prod-a/shop/web-7', 'shop']);
    });

    it('ends with the object', async () => {
      history.run(report(1000, sent([add('10.0.0.1')])));
      history.run(report(2000, sent([deletion()])));

      assert.deepEqual(await holders(), [['k8s/calico/web', 1000, 2000, false]]);
    });

    it('takes nothing that was refused for done', async () => {
      history.run(report(1000, sent([add('10.0.0.1')])));
      history.run(report(2000, sent([remove('10.0.0.1')], refused)));
      history.run(report(3000, sent([add('10.0.0.1', { key: apiKey })], refused)));

      assert.deepEqual(await holders(), [['k8s/calico/web', 1000, null, false]]);
    });

    it('goes by what is there when a system is first looked at', async () => {
      history.run(report(1000, sent([add('10.0.0.1')])));
      history.run(report(1000, sent([add('10.0.0.2')])));
      const there = { key: apiKey, item: '10.0.0.1/32', address: '10.0.0.1', mapping: shop };
      history.seen('dc1' as SystemName, [there as never]);

      const [now, before] = (await holders()) as [unknown[], unknown[]];

      assert.deepEqual([now[0], now[2], now[3]], ['k8s/calico/api', null, true]);
      assert.deepEqual([before[0], before[1], before[2] !== null], ['k8s/calico/web', 1000, true]);
      assert.equal((await history.holders('10.0.0.2', undefined))[0]?.until, now[1]);
    });

    it('counts an address on two ports of a pool once, until the last of them is gone', async () => {
      const member = (port: number): { name: string } => ({ name: `10.0.0.1:${port}` });
      history.run(report(1000, sent([add('10.0.0.1', member(80))])));
      history.run(report(2000, sent([add('10.0.0.1', member(443))])));
      history.run(report(3000, sent([remove('10.0.0.1', member(80))])));
      const before = await holders();
      history.run(report(4000, sent([remove('10.0.0.1', member(443))])));

      const after = await holders();

      assert.deepEqual(
        [before, after],
        [[['k8s/calico/web', 1000, null, false]], [['k8s/calico/web', 1000, 4000, false]]],
      );
    });
  });
});
