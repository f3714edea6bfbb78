/**
 * What the ledger keeps for systems that carry traffic: drains, what waits per system, and what an older file has.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  InstanceId,
  KeyText,
  MappingName,
  ShortId,
  SourceName,
  SystemName,
} from '../../model/identity.ts';
import { parseKeyText } from '../../model/identity.ts';
import type { IpAddress } from '../../model/ip.ts';
import type { AtomId, Change, DrainId, Fingerprint } from '../../model/plan.ts';
import { itemId } from '../../model/target-object.ts';
import type { Ledger } from '../../reconcile/ports.ts';
import { openDatabase } from '../sqlite/database.ts';
import { openLedger } from './ledger.ts';
import { migrations } from './schema.ts';

const web = 'web' as MappingName;
const f5 = 'f5' as SystemName;
const edge = 'edge' as SystemName;
const poolKey = 'f5|pool|k8s/web' as KeyText;
const fingerprint = 'f1' as Fingerprint;
const drain = (n: number, key: KeyText = poolKey): DrainId =>
  `${key} ${itemId('member', `10.0.0.${n}:80`)}` as DrainId;

/** The first step of a removal, or the return of what had begun to leave. */
function update(n: number, leaving: boolean): Change {
  const name = `10.0.0.${n}:80`;
  const mark = { instance: '7f3a' as InstanceId, mapping: '00000000' as ShortId, source: '-' as const };
  const item = { id: itemId('member', name), kind: 'member', name, mark, reasons: [] };
  return {
    type: 'updateItem',
    key: parseKeyText(poolKey),
    mapping: web,
    verdict: { apply: true },
    atom: name as AtomId,
    item: { ...item, attributes: {}, address: `10.0.0.${n}` as IpAddress, leaving },
    before: {},
    ...(leaving && { explanation: 'unexplained' as const }),
  };
}

describe('the ledger, of what drains', () => {
  let directory = '';
  let path = '';
  const open: Ledger[] = [];
  const reopen = (): Ledger => {
    const ledger = openLedger(path);
    open.push(ledger);
    return ledger;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ledger-'));
    path = join(directory, 'ledger.db');
  });
  afterEach(() => {
    for (const ledger of open.splice(0)) ledger.close();
    rmSync(directory, { recursive: true });
  });

  it('keeps since when, across a restart', () => {
    const first = openLedger(path);
    first.recordDrains(f5, new Set([drain(1)]), 5);
    first.close();

    const second = reopen();

    assert.deepEqual([second.drains(f5), second.drainingSince(drain(1))], [[drain(1)], 5]);
  });

  it('lets the time of each run on, and forgets what is not on its way out any more', () => {
    const ledger = reopen();
    ledger.recordDrains(f5, new Set([drain(1)]), 1);
    ledger.recordDrains(f5, new Set([drain(1), drain(2)]), 2);
    const before = [ledger.drainingSince(drain(1)), ledger.drainingSince(drain(2))];

    ledger.recordDrains(f5, new Set([drain(2)]), 3);

    assert.deepEqual(before, [1, 2]);
    assert.deepEqual([ledger.drainingSince(drain(1)), ledger.drainingSince(drain(2))], [undefined, 2]);
  });

  it('begins anew for what came back in between', () => {
    const ledger = reopen();
    ledger.recordDrains(f5, new Set([drain(1)]), 1);
    ledger.recordDrains(f5, new Set(), 2);

    ledger.recordDrains(f5, new Set([drain(1)]), 3);

    assert.equal(ledger.drainingSince(drain(1)), 3);
  });

  it('keeps systems apart', () => {
    const ledger = reopen();
    const onEdge = drain(1, 'edge|pool|web' as KeyText);
    ledger.recordDrains(f5, new Set([drain(1)]), 1);
    ledger.recordDrains(edge, new Set([onEdge]), 2);

    ledger.recordDrains(f5, new Set(), 3);

    assert.deepEqual([ledger.drains(f5), ledger.drains(edge)], [[], [onEdge]]);
  });

  it('means nothing to another instance', () => {
    const first = openLedger(path, { instance: 'aaaa' as InstanceId });
    first.recordDrains(f5, new Set([drain(1)]), 1);
    first.close();

    const second = openLedger(path, { instance: 'bbbb' as InstanceId, adopt: true });
    open.push(second);

    assert.deepEqual(second.drains(f5), []);
  });

  it('counts for the guard what begins to leave unexplained, once, until it is back in service', () => {
    const ledger = reopen();
    ledger.recordAct([update(1, true), update(2, true)], new Map([[web, 10]]), 1);
    ledger.recordAct([update(1, true)], new Map([[web, 10]]), 2);
    const before = ledger.guardWindow(web, f5, 0)?.removed;

    ledger.recordAccepted([update(1, false)], 3);

    assert.deepEqual(before, new Set([drain(2), drain(1)]));
    assert.deepEqual(ledger.guardWindow(web, f5, 0)?.removed, new Set([drain(2)]));
    assert.equal(ledger.guardWindow(web, edge, 0), undefined);
  });

  describe('what waits for a person', () => {
    it('is kept for each system, and cleared there alone', () => {
      const ledger = reopen();
      ledger.setPending(f5, web, { fingerprint, changes: ['a'] });
      ledger.setPending(edge, web, { fingerprint: 'f2' as Fingerprint, changes: ['b'] });
      const before = ledger.pending(web).map((each) => each.fingerprint);

      ledger.setPending(f5, web, undefined);

      assert.deepEqual(before.toSorted(), ['f1', 'f2']);
      assert.deepEqual(ledger.pending(web), [{ fingerprint: 'f2', changes: ['b'] }]);
      assert.deepEqual([ledger.pendingNames(f5), ledger.pendingNames(edge)], [[], [web]]);
    });

    it('is replaced by what waits now', () => {
      const ledger = reopen();
      ledger.setPending(f5, web, { fingerprint, changes: ['a'] });

      ledger.setPending(f5, web, { fingerprint: 'f2' as Fingerprint, changes: ['b'] });

      assert.deepEqual(ledger.pending(web), [{ fingerprint: 'f2', changes: ['b'] }]);
    });
  });

  it('of a file from before has everything that was decided, and waits for the next plan to say what waits', () => {
    const old = openDatabase(path, { migrations: migrations.slice(0, 1), busyMs: 100 });
    const key = 'dc1|externalEpg|k8s/calico/a';
    old.run("INSERT INTO facts VALUES ('instance', '7f3a')");
    old.run("INSERT INTO runs VALUES ('web', 1)");
    old.run("INSERT INTO confirmed_plans VALUES ('web', 'ann', 2)");
    old.run("INSERT INTO approved VALUES ('web', 'removeItem x', 'ann', 3)");
    old.run("INSERT INTO pending VALUES ('web', 'f1', '[]')");
    old.run("INSERT INTO pauses VALUES (1, 'ann', 4)");
    old.run(`INSERT INTO empty VALUES ('${key}', 'dc1', 5)`);
    old.run("INSERT INTO identities VALUES ('prod-a', 'uid', 'ann', 6)");
    old.run("INSERT INTO resource_versions VALUES ('prod-a', '77')");
    old.run(
      `INSERT INTO removals (mapping, key, source, item, at, size) VALUES ('web', '${key}', '-', 'subnet:10.0.0.1/32', 7, 20)`,
    );
    old.run(
      `INSERT INTO group_owners VALUES ('${key}', '{"cluster":"prod-a","ref":{"kind":"Deployment","path":"shop/web","uid":"u"}}')`,
    );
    old.close();

    const ledger = reopen();

    assert.equal(ledger.instance, '7f3a');
    assert.deepEqual([ledger.hasRun(web), ledger.firstPlanConfirmed(web), ledger.paused], [true, true, true]);
    assert.deepEqual(ledger.approvals(web), [{ mapping: web, changes: new Set(['removeItem x']) }]);
    assert.equal(ledger.emptySince(key as KeyText), 5);
    assert.equal(ledger.identity('prod-a' as SourceName), 'uid');
    assert.equal(ledger.resourceVersion('prod-a' as SourceName), '77');
    assert.deepEqual(ledger.guardWindow(web, 'dc1' as SystemName, 0), {
      removed: new Set([`${key} subnet:10.0.0.1/32`]),
      sizeAtStart: 20,
    });
    assert.equal(ledger.groupOwner(key as KeyText)?.ref.path, 'shop/web');
    assert.deepEqual([ledger.pending(web), ledger.drains('dc1' as SystemName)], [[], []]);
  });
});
