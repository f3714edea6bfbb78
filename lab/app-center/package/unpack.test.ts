import assert from 'node:assert/strict';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { Refused } from './refused.ts';
import { unpack } from './unpack.ts';

interface File {
  readonly path: string;
  readonly mode?: number;
  /** What to write in place of the path, of the same length: the library that packs refuses some. */
  readonly as?: string;
}

describe('unpacking a package', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'unpack-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function pack(files: readonly File[]): Promise<string> {
    const archive = new ZipFile();
    for (const { path, mode = 0o100644 } of files)
      archive.addBuffer(Buffer.from(path), path, { mode, compress: false });
    archive.end();
    const target = join(folder, 'a.aci');
    await pipeline(archive.outputStream, createWriteStream(target));
    let bytes = readFileSync(target).toString('latin1');
    for (const { path, as } of files) if (as !== undefined) bytes = bytes.replaceAll(path, as);
    writeFileSync(target, bytes, 'latin1');
    return target;
  }

  it('gives what is in its one folder', async () => {
    const aci = await pack([{ path: 'A_B/app.json' }, { path: 'A_B/Service/start.sh', mode: 0o100755 }]);

    const top = await unpack(aci, join(folder, 'out'));

    assert.equal(top, 'A_B');
    assert.equal(readFileSync(join(folder, 'out/A_B/Service/start.sh'), 'utf8'), 'A_B/Service/start.sh');
  });

  const bad: readonly (readonly [string, readonly File[], string])[] = [
    ['a file that leads outside', [{ path: 'A_B/xx/escaped', as: 'A_B/../../escap' }], '203'],
    ['an absolute path', [{ path: 'A_B/escaped', as: '/tmp/escape' }], '203'],
    ['a symbolic link', [{ path: 'A_B/link', mode: 0o120777 }], '203'],
    ['two folders at the top', [{ path: 'A_B/one' }, { path: 'C_D/two' }], '101'],
    ['a file beside its folder', [{ path: 'app.json' }], '101'],
    ['nothing', [], '101'],
  ];
  for (const [title, files, code] of bad)
    it(`refuses ${title}`, async () => {
      const aci = await pack(files);

      const refusal = await unpack(aci, join(folder, 'out')).catch((error: unknown) => error);

      assert.ok(refusal instanceof Refused, String(refusal));
      assert.equal(refusal.code, code);
      assert.ok(!existsSync(join(folder, 'escap')));
    });

  it('refuses what is no archive', async () => {
    writeFileSync(join(folder, 'a.aci'), 'no');

    await assert.rejects(unpack(join(folder, 'a.aci'), join(folder, 'out')), { code: '202' });
  });
});
