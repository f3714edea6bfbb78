/** A refusal says whether what was refused may be found later: with folders and disks that refuse in between. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lane } from '../../../test/support/lane.ts';
import { problemOf, type Problem } from '../../model/problems.ts';
import { writeWhole, type Placing } from './write-whole.ts';

const nobody = 65_534;

interface Refused extends Problem {
  readonly toldInDoubt: boolean;
}

function refusal(path: string, placing: Placing = {}): Refused {
  let toldInDoubt = false;
  try {
    writeWhole(path, 'new', { ...placing, inDoubt: () => (toldInDoubt = true) });
  } catch (error) {
    return { ...problemOf(error), toldInDoubt };
  }
  throw new Error('it was not refused');
}

/** As somebody who is not root, who may do everything. */
function asNobody<Result>(body: () => Result): Result {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0) return body();
  seteuid?.(nobody);
  try {
    return body();
  } finally {
    seteuid?.(0);
  }
}

describe('a file that is replaced', () => {
  it('is as it was where its folder cannot be opened to put it on the disk', () => {
    const folder = mkdtempSync(join(tmpdir(), 'write-whole-'));
    const path = join(folder, 'file');
    writeWhole(path, 'old');
    if (process.geteuid?.() === 0) for (const each of [folder, path]) chownSync(each, nobody, nobody);
    // Names may be put there and taken away, and not be listed.
    chmodSync(folder, 0o300);

    const { code, detail, toldInDoubt } = asNobody(() => refusal(path));

    chmodSync(folder, 0o700);
    assert.deepEqual([code, detail, toldInDoubt], ['store.unwritable', `${path} (EACCES)`, false]);
    assert.deepEqual([readdirSync(folder), readFileSync(path, 'utf8')], [['file'], 'old']);
  });

  lane(
    'on a disk that fails',
    [
      { names: ['mount'], install: 'apt-get install mount, and run the tests as root', asRoot: true },
      { names: ['losetup'], install: 'apt-get install mount' },
      { names: ['mkfs.ext4'], install: 'apt-get install e2fsprogs' },
    ],
    (mount, losetup, mkfs) => {
      it('is in doubt when the disk fails after the text took its place, and the refusal says so', () => {
        const folder = mkdtempSync(join(tmpdir(), 'failing-disk-'));
        const image = join(folder, 'image');
        const disk = mkdtempSync(join(folder, 'disk-'));
        writeFileSync(image, '');
        truncateSync(image, 8_000_000);
        execFileSync(mkfs, ['-q', '-F', image]);
        execFileSync(mount, ['-o', 'loop', image, disk]);
        const device = execFileSync(losetup, ['--noheadings', '--output', 'NAME', '-j', image], {
          encoding: 'utf8',
        }).trim();
        try {
          const path = join(disk, 'file');
          writeWhole(path, 'old');
          const failing = (): void => {
            truncateSync(image, 0);
            execFileSync(losetup, ['--set-capacity', device]);
          };

          const { code, detail, toldInDoubt } = refusal(path, { beforeItCounts: failing });

          assert.deepEqual([code, toldInDoubt], ['store.unwritable', true]);
          assert.match(detail, /EIO.*may be in effect after a restart/);
          assert.equal(readFileSync(path, 'utf8'), 'new');
        } finally {
          execFileSync('umount', ['--lazy', disk]);
          rmSync(folder, { recursive: true });
        }
      });
    },
  );
});
