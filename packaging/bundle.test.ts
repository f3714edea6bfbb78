import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import product from '../package.json' with { type: 'json' };
import { run } from './buildah.ts';
import { bundle } from './bundle.ts';

describe('the bundle', function () {
  this.timeout(60_000);
  let outdir: string;

  before(async () => {
    outdir = await mkdtemp(join(tmpdir(), 'bundle-'));
    await bundle(outdir);
  });

  after(() => rm(outdir, { recursive: true }));

  it('runs where there is no node_modules', async () => {
    const version = await run(process.execPath, [join(outdir, 'main.js'), '--version']);

    assert.equal(version, product.version);
  });

  it('has the program of the thread that keeps history, by the name that its starter looks for', async () => {
    const worker = new Worker(join(outdir, 'history-worker.js'), { workerData: join(outdir, 'history.db') });

    worker.postMessage({ id: 7, ask: 'holders', address: '10.0.0.1', at: undefined, now: 0 });
    const [answer] = (await once(worker, 'message')) as unknown[];

    await worker.terminate();
    const starter = await readFile('backend/store/history/thread.ts', 'utf8');
    assert.deepEqual(answer, { id: 7, answer: [] });
    assert.ok(starter.includes("'./history-worker.js'"));
  });

  it('has the page beside it, under names that index.html asks for', async () => {
    const files = await readdir(join(outdir, 'ui'));

    const index = await readFile(join(outdir, 'ui', 'index.html'), 'utf8');
    const asked = [...index.matchAll(/(?:src|href)="([^":/]+)"/g)].map(([, name]) => name);
    assert.ok(asked.length >= 2);
    for (const name of asked) assert.ok(files.includes(name ?? ''), name);
  });

  it('names every package inside, with its licence', async () => {
    const licences = await readFile(join(outdir, 'licences.txt'), 'utf8');

    for (const name of ['express', 'preact', '@kubernetes/client-node'])
      assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: (MIT|Apache-2\\.0)$`, 'm'));
    assert.doesNotMatch(licences, /^esbuild /m);
    assert.doesNotMatch(licences, /: see below\n\n-/);
  });
});
