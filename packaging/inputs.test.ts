import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { digestOfInputs } from './inputs.ts';

const right = ['Dockerfile', '.dockerignore', '.npmrc', 'LICENSE', 'package.json', 'package-lock.json'];
const folders = ['app', 'backend', 'lab', 'packaging', 'ui'];

describe('the digest of what an image is made from', () => {
  const path = process.env['PATH'] ?? '';
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'inputs-'));
    for (const name of [...right, ...folders.map((folder) => `${folder}/one.ts`)]) await put(name, 'x');
    await buildahSays('1.0');
    process.env['PATH'] = `${root}/bin${delimiter}${path}`;
  });

  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(root, { recursive: true });
  });

  for (const name of ['app/launcher', 'backend/.settings', 'lab/.hidden/one', 'ui/a.test.tsx', 'LICENSE'])
    it(`changes with ${name}`, async () => {
      const before = await digestOfInputs(root, []);
      await put(name, 'y');

      assert.notEqual(await digestOfInputs(root, []), before);
    });

  for (const name of ['app/a.test.ts', 'ui/testing/one', 'lab/run.log', 'app/node_modules/x/y', 'docs/x.md'])
    it(`stays with ${name}, which is not copied`, async () => {
      const before = await digestOfInputs(root, []);
      await put(name, 'y');

      assert.equal(await digestOfInputs(root, []), before);
    });

  it('changes with the version of what builds, and with what it starts from', async () => {
    const before = await digestOfInputs(root, []);
    const onAnother = await digestOfInputs(root, ['another base']);
    await buildahSays('2.0');

    assert.notEqual(onAnother, before);
    assert.notEqual(await digestOfInputs(root, []), before);
  });

  async function put(name: string, body: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), body, { mode });
  }

  function buildahSays(version: string): Promise<void> {
    return put('bin/buildah', `#!/bin/sh\necho buildah version ${version}\n`, 0o755);
  }
});
