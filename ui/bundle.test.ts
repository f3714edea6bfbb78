import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { buildUi } from './bundle.ts';

describe('the page as it is served', function () {
  this.timeout(30_000);

  it('weighs at most 120 kB, gzipped', async () => {
    const files = [...(await buildUi()).values()];

    const bytes = files.reduce((sum, { body }) => sum + gzipSync(body).length, 0);
    assert.ok(bytes <= 120_000, `it weighs ${bytes} bytes`);
  });

  it('refers to its files by relative names, and evaluates no text', async () => {
    const files = await buildUi();
    const page = Buffer.from(files.get('index.html')?.body ?? []).toString();
    const script = [...files]
      .filter(([name]) => name.endsWith('.js'))
      .map(([, { body }]) => Buffer.from(body).toString());

    assert.doesNotMatch(page, /(src|href)="\//);
    for (const text of script) assert.doesNotMatch(text, /\beval\(|new Function\(/);
  });
});
