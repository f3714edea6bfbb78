/** The ledger on a disk that fails: it goes on in memory, and comes back from its last good copy. */
import assert from 'node:assert/strict';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually.ts';
import { lane } from '../../../test/support/lane.ts';
import { makeSmallDisk, mounting, type SmallDisk } from '../../../test/support/small-disk.ts';
import type { InstanceId, MappingName, SourceName } from '../../model/identity.ts';
import type { Ledger } from '../../reconcile/ports.ts';
import { openLedger } from './ledger.ts';

const web = 'web' as MappingName;
const prod = 'prod-a' as SourceName;
const owned = { instance: '7f3a' as InstanceId, adopt: true, retryMs: 20 };

lane('the ledger, when its disk fails', mounting, () => {
  let disk: SmallDisk;
  let path = '';
  let ledger: Ledger;

  beforeEach(() => {
    disk = makeSmallDisk(2);
    path = join(disk.path, 'ledger.db');
    ledger = openLedger(path, owned);
    ledger.recordRun(web, 1);
  });
  afterEach(() => {
    ledger.close();
    disk.remove();
  });

  /** More than fits into what the side file has room for. */
  const approveMany = (count = 3000): void =>
    ledger.approve(
      {
        mapping: web,
        changes: new Set(Array.from({ length: count }, (_, n) => `removeItem a|b|c item:${n}`)),
      },
      'ann',
      2,
    );
  const isBack = (): Promise<void> =>
    eventually('it is on the disk again', () => ledger.problem === undefined);

  it('goes on in memory when it is full, says so, and brings everything to the disk once there is room', async () => {
    disk.fill();

    approveMany();
    const full = [ledger.problem?.code, ledger.hasRun(web), ledger.approvals(web)[0]?.changes.size];
    ledger.confirmIdentity(prod, 'uid', 'ann', 3);
    disk.free();
    await isBack();

    assert.deepEqual(full, ['store.unwritable', true, 3000]);
    const other = openLedger(path);
    assert.deepEqual([other.approvals(web)[0]?.changes.size, other.identity(prod)], [3000, 'uid']);
    other.close();
  });

  it('names the file, and what would be lost', () => {
    disk.fill();

    approveMany();

    assert.match(ledger.problem?.detail ?? '', new RegExp(`^${path}: .*kept in memory`));
  });

  it('tells when that begins and when it ends', async () => {
    const told: (string | undefined)[] = [];
    ledger.onProblem(() => told.push(ledger.problem?.code));
    disk.fill();

    approveMany();
    disk.free();
    await isBack();

    assert.deepEqual(told, ['store.unwritable', undefined]);
  });

  it('drops from the disk what was dropped in memory', async () => {
    ledger.setPaused(true, 'ann', 1);
    disk.fill();
    approveMany();

    ledger.setPaused(false, 'ann', 2);
    disk.free();
    await isBack();

    const other = openLedger(path);
    assert.deepEqual([other.paused, other.hasRun(web)], [false, true]);
    other.close();
  });

  it('keeps what another process wrote meanwhile, and tells of it when it is back', async () => {
    disk.fill();
    approveMany();
    const before = ledger.version();
    disk.free();
    const commandLine = openLedger(path);
    commandLine.confirmFirstPlan(web, 'bob', 4);
    commandLine.close();
    const meanwhile = [ledger.problem?.code, ledger.version() === before, ledger.firstPlanConfirmed(web)];

    await isBack();

    assert.deepEqual(meanwhile, ['store.unwritable', true, false]);
    assert.notEqual(ledger.version(), before);
    assert.equal(ledger.firstPlanConfirmed(web), true);
    assert.equal(ledger.approvals(web)[0]?.changes.size, 3000);
  });

  it('takes none of that for what another process wrote', async () => {
    const before = ledger.version();
    disk.fill();
    approveMany();
    disk.free();

    await isBack();

    assert.equal(ledger.version(), before);
  });

  it('makes a last try when it is closed', () => {
    disk.fill();
    approveMany();
    disk.free();

    ledger.close();

    ledger = openLedger(path, owned);
    assert.equal(ledger.approvals(web)[0]?.changes.size, 3000);
  });
});

describe('the ledger, when its file is damaged', () => {
  let directory = '';
  let path = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ledger-'));
    path = join(directory, 'ledger.db');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (): void => {
    const ledger = openLedger(path, owned);
    ledger.recordRun(web, 1);
    const changes = Array.from({ length: 2000 }, (_, n) => `change ${n}`);
    ledger.approve({ mapping: web, changes: new Set(changes) }, 'ann', 1);
    ledger.close();
  };
  const tear: Readonly<Record<string, () => void>> = {
    'cut in half': () => truncateSync(path, Math.floor(statSync(path).size / 2)),
    emptied: () => truncateSync(path, 0),
    'overwritten in its middle': () => {
      const bytes = readFileSync(path);
      bytes.fill(0xff, 4096, bytes.length - 4096);
      writeFileSync(path, bytes);
    },
    'overwritten from its beginning': () => writeFileSync(path, 'x'.repeat(9000)),
  };

  for (const [how, damage] of Object.entries(tear))
    it(`(${how}) comes back from its last good copy, and says what that forgets`, () => {
      write();
      damage();

      const ledger = openLedger(path, owned);

      const { problem, paused } = ledger;
      assert.deepEqual([ledger.hasRun(web), paused, problem?.code], [true, false, 'store.unreadable']);
      assert.deepEqual(ledger.approvals(web), [], 'an approval may have been used since the copy');
      assert.match(
        problem?.detail ?? '',
        /set aside as .*ledger\.db\.damaged-\d{8}T\d{6}Z\. Its last good copy, of 2/,
      );
      ledger.close();
      assert.ok(readdirSync(directory).some((name) => name.startsWith('ledger.db.damaged-')));
    });

  it('has what was paused, however short before', () => {
    const first = openLedger(path, owned);
    first.recordRun(web, 1);
    first.setPaused(true, 'ann', 1);
    const good = readFileSync(`${path}.good`);
    first.close();
    writeFileSync(`${path}.good`, good);
    tear['cut in half']?.();

    const ledger = openLedger(path, owned);

    assert.equal(ledger.paused, true);
    ledger.close();
  });

  it('begins anew, and paused, where no copy is good either', () => {
    write();
    tear['overwritten from its beginning']?.();
    writeFileSync(`${path}.good`, 'y'.repeat(5000));

    const ledger = openLedger(path, owned);

    assert.deepEqual([ledger.hasRun(web), ledger.paused, ledger.instance], [false, true, '7f3a']);
    assert.match(ledger.problem?.detail ?? '', /a new one is begun\. Every mapping only reports at first/);
    ledger.close();
    const again = openLedger(path, owned);
    assert.deepEqual([again.paused, again.problem], [true, undefined]);
    again.close();
  });

  it('is left as it is by whoever does not own the directory', () => {
    write();
    tear['cut in half']?.();

    assert.throws(() => openLedger(path), /damaged/);

    assert.ok(!readdirSync(directory).some((name) => name.includes('.db.damaged-')));
  });

  it('is not confused with one of a newer version', () => {
    write();
    const bytes = readFileSync(path);
    bytes.writeUInt32BE(999, 60);
    writeFileSync(path, bytes);

    assert.throws(() => openLedger(path, owned), /newer version/);
  });

  it('keeps a copy that nobody else may read', () => {
    write();

    assert.equal(statSync(`${path}.good`).mode & 0o777, 0o600);
  });
});
