/**
 * The image, built from the Dockerfile and started: what a person gets who runs the container. Where no engine and no
 * registry are at hand buildah does it alone (packaging/image.ts); size and start time are printed, not judged.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';

import product from '../../package.json' with { type: 'json' };
import { buildah, run, storage, withContainer } from '../../packaging/buildah.ts';
import { buildImage } from '../../packaging/image.ts';
import { lane } from '../support/lane.ts';

const image = 'localhost/aci-kube-sync:test';
const say = (line: string): void => {
  console.log(`      ${line}`);
};

/** What the image says about how it is run. */
interface Settings {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Volumes: Readonly<Record<string, object>>;
}

interface Started {
  readonly process: ChildProcess;
  readonly url: string;
  readonly ms: number;
}

/** Runs the image's own command on a free port of loopback; resolves when it says where it listens. */
async function start(container: string, settings: Settings): Promise<Started> {
  const from = performance.now();
  const child = spawn(
    'buildah',
    [
      ...storage,
      ...['run', '--isolation', 'chroot', container, '--'],
      ...[...settings.Entrypoint, ...settings.Cmd, '--listen', '127.0.0.1:0'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`;
    const [, url] = /"url":"([^"]+)"/.exec(line) ?? [];
    if (url !== undefined) return { process: child, url, ms: performance.now() - from };
  }
  throw new Error(`the container ended before it listened:\n${said}`);
}

lane(
  'The image',
  [
    { names: ['buildah'], install: 'apt-get install buildah' },
    { names: ['debootstrap'], install: 'apt-get install debootstrap', asRoot: true },
  ],
  () => {
    let settings: Settings;

    before(async function () {
      this.timeout(900_000);
      const from = performance.now();
      await buildImage(image, say);
      const inspected = JSON.parse(await buildah('inspect', '--type', 'image', image)) as {
        OCIv1: { config: Settings };
      };
      settings = inspected.OCIv1.config;
      const size = await buildah('images', '--noheading', '--format', '{{.Size}}', image);
      say(`built in ${Math.round((performance.now() - from) / 1000)} s; ${size}`);
    });

    after(async () => {
      await buildah('rmi', image);
    });

    it('starts with nothing configured, says that it lives and is ready, and shows the page', async function () {
      this.timeout(120_000);
      await withContainer(image, async (container) => {
        const { process: child, url, ms } = await start(container, settings);
        say(`listening after ${Math.round(ms)} ms, of which the container engine took its part`);
        try {
          const live = await request(`${url}livez`);
          const page = await request(url);
          const ready = await untilReady(`${url}readyz`);

          assert.equal(live.statusCode, 200);
          assert.equal(ready, 200);
          assert.equal(page.statusCode, 200);
          assert.match(await page.body.text(), /<script[^>]+src="[^"]+\.js"/);
          await live.body.dump();
        } finally {
          child.kill();
          await once(child, 'exit');
        }
      });
    });

    it('runs unprivileged, and holds Node and the bundle but no package manager', async function () {
      this.timeout(120_000);
      await withContainer(image, async (container) => {
        const root = await buildah('mount', container);

        const version = await run('buildah', [
          ...storage,
          ...['run', '--isolation', 'chroot', container, '--', ...settings.Entrypoint, '--version'],
        ]);

        assert.equal(version, product.version);
        assert.match(settings.User, /^[1-9]\d*:[1-9]\d*$/);
        assert.deepEqual(Object.keys(settings.Volumes), ['/data']);
        for (const present of ['main.js', 'main.js.map', 'licences.txt', 'LICENSE', 'ui/index.html'])
          assert.ok(existsSync(join(root, 'opt/aci-kube-sync', present)), present);
        const data = await stat(join(root, 'data'));
        assert.equal(`${data.uid}:${data.gid}`, settings.User);
        assert.equal((await stat(root)).uid, 0);
        for (const absent of ['usr/local/bin/npm', 'usr/local/lib/node_modules', 'src', 'root/.npm'])
          assert.ok(!existsSync(join(root, absent)), absent);
      });
    });
  },
);

/** The status of the first answer that is not "not yet"; the test's own time limit bounds it. */
async function untilReady(url: string): Promise<number> {
  for (;;) {
    const { statusCode, body } = await request(url);
    await body.dump();
    if (statusCode !== 503) return statusCode;
  }
}
