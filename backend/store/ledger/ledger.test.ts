import assert from 'node:assert/strict';
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type {
  SourceName,
  InstanceId,
  KeyText,
  MappingName,
  ObjectPath,
  ShortId,
  SystemName,
} from '../../model/identity.ts';
import { parseKeyText } from '../../model/identity.ts';
import type { IpAddress } from '../../model/ip.ts';
import type { AtomId, Change, Explanation, Fingerprint } from '../../model/plan.ts';
import { ProblemError } from '../../model/problems.ts';
import { itemId } from '../../model/target-object.ts';
import type { Ledger } from '../../reconcile/ports.ts';
import { openLedger } from './ledger.ts';

const web = 'web' as MappingName;
const dc1 = 'dc1' as SystemName;
const dc10 = 'dc10' as SystemName;
const keyA = 'dc1|externalEpg|k8s/calico/a' as KeyText;
const keyB = 'dc1|externalEpg|k8s/calico/b' as KeyText;
const hour = 3_600_000;
const mark = { instance: '7f3a' as InstanceId, mapping: '00000000' as ShortId, source: '-' as const };

function base(key: KeyText): Pick<Change, 'key' | 'mapping' | 'verdict' | 'atom'> {
  return { key: parseKeyText(key), mapping: web, verdict: { apply: true }, atom: key as string as AtomId };
}

function removal(key: KeyText, address: string, explanation: Explanation = 'unexplained'): Change {
  return {
    ...base(key),
    type: 'removeItem',
    item: itemId('subnet', address),
    itemKind: 'subnet',
    itemName: address,
    mark,
    address: address as IpAddress,
    explanation,
    cut: false,
  };
}

function addition(key: KeyText, address: string): Change {
  const id = itemId('subnet', address);
  const item = {
    id,
    kind: 'subnet',
    name: address,
    attributes: {},
    mark,
    address: address as IpAddress,
    reasons: [],
    leaving: false,
  };
  return { ...base(key), type: 'addItem', item };
}

const sizes = (size: number): ReadonlyMap<MappingName, number> => new Map([[web, size]]);

describe('the ledger', () => {
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

  it('remembers every kind of decision across a restart', () => {
    const first = openLedger(path);
    const owner = {
      cluster: 'prod-a' as SourceName,
      ref: { kind: 'Deployment', path: 'shop/web' as ObjectPath, uid: 'u' },
    };
    first.recordRun(web, 1);
    first.confirmFirstPlan(web, 'ann', 1);
    first.approve({ mapping: web, changes: new Set(['a', 'b']) }, 'ann', 2);
    first.setPending(dc1, web, { fingerprint: 'f1' as Fingerprint, changes: ['c'] });
    first.setPaused(true, 'ann', 3);
    first.recordEmpty(dc1, new Set([keyA]), 4);
    first.confirmIdentity(dc1, 'fabric-1', 'ann', 5);
    first.setResourceVersion('prod-a' as SourceName, '9007199254740993');
    first.setGroupOwners(new Map([[keyA, owner]]));
    first.recordAct([removal(keyA, '10.0.0.1')], sizes(20), 6);
    first.close();

    const second = reopen();

    assert.equal(second.instance, first.instance);
    assert.deepEqual([second.hasRun(web), second.firstPlanConfirmed(web), second.paused], [true, true, true]);
    assert.deepEqual(second.approvals(web), [{ mapping: web, changes: new Set(['a', 'b']) }]);
    assert.deepEqual(second.pending(web), [{ fingerprint: 'f1', changes: ['c'] }]);
    assert.equal(second.emptySince(keyA), 4);
    assert.equal(second.identity(dc1), 'fabric-1');
    assert.equal(second.resourceVersion('prod-a' as SourceName), '9007199254740993');
    assert.deepEqual(second.groupOwner(keyA), owner);
    assert.deepEqual(second.guardWindow(web, dc1, 7 - hour), {
      removed: new Set([`${keyA} subnet:10.0.0.1`]),
      sizeAtStart: 20,
    });
  });

  it('knows nothing of a mapping that it never heard of', () => {
    const ledger = reopen();

    assert.deepEqual([ledger.hasRun(web), ledger.paused, ledger.emptySince(keyA)], [false, false, undefined]);
    assert.deepEqual(ledger.approvals(web), []);
    assert.equal(ledger.guardWindow(web, dc1, -hour), undefined);
  });

  it('takes up writing again when the pause ends', () => {
    const ledger = reopen();
    ledger.setPaused(true, 'ann', 1);

    ledger.setPaused(false, 'ann', 2);

    assert.equal(ledger.paused, false);
  });

  it('keeps of the approvals only what is still in the plan', () => {
    const ledger = reopen();
    const [done, waiting] = [`removeItem ${keyA} subnet:10.0.0.1/32`, `deleteObject ${keyA}`];
    ledger.approve({ mapping: web, changes: new Set([done, waiting]) }, 'ann', 1);

    ledger.forgetApprovals(dc1, (id) => id === waiting);

    assert.deepEqual(ledger.approvals(web), [{ mapping: web, changes: new Set([waiting]) }]);
  });

  it('drops the approval of what a lost mapping left behind, once that is gone, and none of another system', () => {
    const ledger = reopen();
    const [orphan, elsewhere] = ['orphan:1a2b3c4d', 'orphan:5e6f7a8b'] as MappingName[];
    ledger.approve({ mapping: orphan!, changes: new Set([`deleteObject ${keyA}`]) }, 'ann', 1);
    const other = new Set(['deleteObject dc10|externalEpg|k8s/calico/a']);
    ledger.approve({ mapping: elsewhere!, changes: other }, 'ann', 1);

    ledger.forgetApprovals(dc1, () => false);

    assert.deepEqual(ledger.approvals(orphan!), []);
    assert.deepEqual(ledger.approvals(elsewhere!), [{ mapping: elsewhere, changes: other }]);
  });

  it('names what waits on a system, so that what vanished can be cleared', () => {
    const ledger = reopen();
    const orphan = 'orphan:1a2b3c4d' as MappingName;
    const fingerprint = 'f1' as Fingerprint;
    ledger.setPending(dc1, orphan, { fingerprint, changes: [`deleteObject ${keyA}`] });
    ledger.setPending(dc10, web, { fingerprint, changes: ['deleteObject dc10|externalEpg|k8s/calico/a'] });

    const before = ledger.pendingNames(dc1);
    ledger.setPending(dc1, orphan, undefined);

    assert.deepEqual([before, ledger.pendingNames(dc1)], [[orphan], []]);
  });

  it('lets the time of an empty object run on, and forgets it once it is filled', () => {
    const ledger = reopen();
    ledger.recordEmpty(dc1, new Set([keyA]), 1);
    ledger.recordEmpty(dc1, new Set([keyA, keyB]), 2);
    ledger.recordEmpty('dc2' as SystemName, new Set(), 3);
    const before = [ledger.emptySince(keyA), ledger.emptySince(keyB)];

    ledger.recordEmpty(dc1, new Set([keyB]), 4);

    assert.deepEqual(before, [1, 2]);
    assert.deepEqual([ledger.emptySince(keyA), ledger.emptySince(keyB)], [undefined, 2]);
  });

  it('names the owners of groups on a system, and no more those that it was told to forget', () => {
    const ledger = reopen();
    const cluster = 'prod-a' as SourceName;
    const owner = { cluster, ref: { kind: 'Job', path: 'shop/job' as ObjectPath, uid: 'u' } } as const;
    const elsewhere = 'dc10|externalEpg|k8s/calico/a' as KeyText;
    ledger.setGroupOwners(new Map([keyA, keyB, elsewhere].map((key) => [key, owner])));
    const before = ledger.groupOwners(dc1);

    ledger.setGroupOwners(new Map([[keyA, undefined]]));

    assert.deepEqual([...before.keys()].sort(), [keyA, keyB]);
    assert.deepEqual(ledger.groupOwners(dc1), new Map([[keyB, owner]]));
    assert.deepEqual([ledger.groupOwner(keyA), ledger.groupOwner(elsewhere)], [undefined, owner]);
  });

  it('keeps files that nobody else may read', () => {
    const ledger = reopen();
    ledger.recordRun(web, 1);

    for (const suffix of ['', '-wal', '-shm'])
      assert.equal(statSync(path + suffix).mode & 0o777, 0o600, suffix);
  });

  describe('window of the guard', () => {
    it('slides: what is older drops out, and the size is that of the oldest one left', () => {
      const ledger = reopen();
      ledger.recordAct([removal(keyA, '10.0.0.1')], sizes(100), 0);
      ledger.recordAct([removal(keyA, '10.0.0.2')], sizes(99), hour / 2);

      const windows = [0, hour - 1, hour, 2 * hour]
        .map((now) => ledger.guardWindow(web, dc1, now - hour))
        .map((window) => window && { removed: window.removed.size, sizeAtStart: window.sizeAtStart });

      assert.deepEqual(windows, [
        { removed: 2, sizeAtStart: 100 },
        { removed: 2, sizeAtStart: 100 },
        { removed: 1, sizeAtStart: 99 },
        undefined,
      ]);
    });

    it('does not count what is explained, nor what is no address', () => {
      const ledger = reopen();
      const contract: Change = { ...removal(keyA, 'web'), address: undefined } as Change;

      ledger.recordAct([removal(keyA, '10.0.0.1', 'deleted'), contract], sizes(10), 0);

      assert.equal(ledger.guardWindow(web, dc1, -hour), undefined);
    });

    it('stops counting what came back', () => {
      const ledger = reopen();
      ledger.recordAct([removal(keyA, '10.0.0.1'), removal(keyA, '10.0.0.2')], sizes(10), 0);

      ledger.recordAccepted([addition(keyA, '10.0.0.2')], 1);

      assert.equal(ledger.guardWindow(web, dc1, 1 - hour)?.removed.size, 1);
    });

    it('counts by how much an object shrank: replacements take off, in another object they do not', () => {
      const ledger = reopen();
      const gone = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) => removal(keyA, address));

      ledger.recordAct(gone, sizes(10), 0);
      ledger.recordAccepted([...gone, addition(keyA, '10.0.0.7'), addition(keyB, '10.0.0.8')], 0);

      assert.equal(ledger.guardWindow(web, dc1, -hour)?.removed.size, 2);
    });

    it('credits nothing that was only sent', () => {
      const ledger = reopen();
      ledger.recordAct([removal(keyA, '10.0.0.1')], sizes(10), 0);

      ledger.recordAct([addition(keyA, '10.0.0.1'), addition(keyA, '10.0.0.2')], sizes(9), 1);

      assert.equal(ledger.guardWindow(web, dc1, 1 - hour)?.removed.size, 1);
    });

    it('does not let explained replacements take off what nothing explains', () => {
      const ledger = reopen();
      ledger.recordAct([removal(keyA, '10.0.0.1')], sizes(10), 0);

      ledger.recordAccepted([removal(keyA, '10.0.0.2', 'deleted'), addition(keyA, '10.0.0.3')], 1);

      assert.equal(ledger.guardWindow(web, dc1, 1 - hour)?.removed.size, 1);
    });

    it('does not let what one source adds take off what another one lost', () => {
      const ledger = reopen();
      const other = { ...mark, source: '11111111' as ShortId };
      const lost = removal(keyA, '10.0.0.1');
      ledger.recordAct([{ ...lost, mark: other } as Change], sizes(10), 0);

      ledger.recordAccepted([addition(keyA, '10.0.0.3')], 1);

      assert.equal(ledger.guardWindow(web, dc1, 1 - hour)?.removed.size, 1);
    });

    it('never credits an addition in advance', () => {
      const ledger = reopen();
      ledger.recordAccepted([addition(keyA, '10.0.0.9')], 0);

      ledger.recordAct([removal(keyA, '10.0.0.1')], sizes(11), 1);

      assert.equal(ledger.guardWindow(web, dc1, 1 - hour)?.removed.size, 1);
    });
  });

  describe('instance', () => {
    it('is made once and kept', () => {
      const first = openLedger(path);
      first.close();

      const second = reopen();

      assert.match(first.instance, /^[a-z0-9]{4,12}$/);
      assert.equal(second.instance, first.instance);
    });

    it('of another document is refused: what was decided belongs to whoever runs there', () => {
      const first = openLedger(path, { instance: 'aaaa' as InstanceId });
      first.recordRun(web, 1);

      assert.throws(
        () => openLedger(path, { instance: 'bbbb' as InstanceId }),
        (error) => error instanceof ProblemError && error.problem.code === 'store.other-instance',
      );
      assert.equal(first.hasRun(web), true);
      first.close();
    });

    it('of the document wins for the owner of the directory, and what was decided for another one is forgotten', () => {
      const first = openLedger(path, { instance: 'aaaa' as InstanceId });
      first.recordRun(web, 1);
      first.confirmIdentity(dc1, 'fabric-1', 'ann', 1);
      first.close();

      const second = openLedger(path, { instance: 'bbbb' as InstanceId, adopt: true });
      open.push(second);

      assert.equal(second.instance, 'bbbb');
      assert.deepEqual([second.hasRun(web), second.identity(dc1)], [false, 'fabric-1']);
    });
  });

  describe('shared by two processes', () => {
    it('shows what the other one wrote, and that it wrote', () => {
      const server = reopen();
      const commandLine = reopen();
      const before = server.version();

      commandLine.approve({ mapping: web, changes: new Set(['a']) }, 'ann', 1);

      assert.notEqual(server.version(), before);
      assert.equal(server.approvals(web).length, 1);
    });

    it('does not take its own writes for another process', () => {
      const ledger = reopen();
      const before = ledger.version();

      ledger.recordRun(web, 1);

      assert.equal(ledger.version(), before);
    });

    it('waits for the other one instead of failing', async () => {
      const ledger = reopen();
      const child = await holdTransaction(path, 300);

      ledger.recordRun(web, 1);

      assert.equal(ledger.hasRun(web), true);
      child.kill('SIGKILL');
    });
  });

  it('loses nothing that was decided before a kill -9, and starts again', async () => {
    const child = fork(join(import.meta.dirname, 'ledger.child.ts'), [path], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let last = 0;
    await new Promise<void>((resolve) => {
      child.on('message', (count) => {
        last = Number(count);
        if (last >= 20) resolve();
      });
    });
    child.kill('SIGKILL');
    await once(child, 'exit');

    const ledger = reopen();

    const approved = ledger.approvals(web)[0]?.changes.size ?? 0;
    assert.ok(approved >= last, `${approved} of at least ${last}`);
    assert.equal(approved % 2, 0, 'both changes of an approval, or neither');
  });

  describe('refuses', () => {
    const refused = (code: string) => (error: unknown) =>
      error instanceof ProblemError && error.problem.code === code && error.problem.detail.includes(path);

    it('a file that is none of its own', () => {
      writeFileSync(path, 'x'.repeat(4096));

      assert.throws(() => openLedger(path), refused('store.unreadable'));
    });

    it('a torn file', () => {
      const ledger = openLedger(path);
      ledger.approve(
        { mapping: web, changes: new Set(Array.from({ length: 2000 }, (_, n) => `change ${n}`)) },
        'ann',
        1,
      );
      ledger.close();
      truncateSync(path, Math.floor(statSync(path).size / 2));

      assert.throws(() => openLedger(path), refused('store.unreadable'));
    });

    it('a file with bytes overwritten in its middle', () => {
      const ledger = openLedger(path);
      ledger.approve(
        { mapping: web, changes: new Set(Array.from({ length: 2000 }, (_, n) => `change ${n}`)) },
        'ann',
        1,
      );
      ledger.close();
      const bytes = readFileSync(path);
      bytes.fill(0xff, 4096, bytes.length - 4096);
      writeFileSync(path, bytes);

      assert.throws(() => openLedger(path), refused('store.unreadable'));
    });

    it('a file of a newer version', () => {
      openLedger(path).close();
      const database = new DatabaseSync(path);
      database.exec('PRAGMA user_version = 999');
      database.close();

      assert.throws(() => openLedger(path), /newer version/);
    });

    it('a directory that is not there', () => {
      path = join(directory, 'nowhere', 'ledger.db');

      assert.throws(() => openLedger(path), refused('store.unwritable'));
    });
  });
});

/** Another process that holds a write transaction for so long. */
async function holdTransaction(path: string, ms: number): Promise<ChildProcess> {
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(${JSON.stringify(path)});
    database.exec('BEGIN IMMEDIATE');
    console.log('held');
    setTimeout(() => { database.exec('COMMIT'); setInterval(() => {}, 1000); }, ${ms});`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
