/**
 * The image, built from the Dockerfile and started: what a person gets who runs the container. Where no engine and no
 * registry are at hand buildah does it alone (packaging/image.ts); the start's time is printed, not judged.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';

import product from '../../package.json' with { type: 'json' };
import { baseImage } from '../../packaging/base-image.ts';
import { buildah, run, storage, withContainer, withRoot } from '../../packaging/buildah.ts';
import { provideImage } from '../../packaging/image.ts';
import { lane } from '../support/lane.ts';

const say = (line: string): void => {
  console.log(`      ${line}`);
};
const inContainer = [...storage, 'run', '--isolation', 'chroot'];

/** What the image says about how it is run. */
interface Settings {
  readonly User: string;
  readonly Entrypoint: readonly string[] | null;
  readonly Cmd: readonly string[];
  readonly Volumes: Readonly<Record<string, object>>;
}

interface Started {
  readonly process: ChildProcess;
  readonly url: string;
  /** From the start of the program until it said where it listens. */
  readonly ms: number;
}

/** Runs a program until it says where it listens. */
async function started(program: string, args: readonly string[]): Promise<Started> {
  const from = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`;
    const [, url] = /"url":"([^"]+)"/.exec(line) ?? [];
    if (url !== undefined) return { process: child, url, ms: performance.now() - from };
  }
  throw new Error(`the container ended before it listened:\n${said}`);
}

async function stop({ process: child }: Started): Promise<void> {
  child.kill();
  await once(child, 'exit');
}

lane(
  'The image',
  [
    { names: ['buildah'], install: 'apt-get install buildah' },
    { names: ['debootstrap'], install: 'apt-get install debootstrap', asRoot: true },
  ],
  () => {
    let image: string;
    let settings: Settings;

    before(async function () {
      this.timeout(900_000);
      ({ name: image } = await provideImage({ target: 'standalone' }, say));
      const inspected = JSON.parse(await buildah('inspect', '--type', 'image', image)) as {
        OCIv1: { config: Settings };
        Docker: { config: { Healthcheck?: { Test: string[] } } };
      };
      settings = inspected.OCIv1.config;
      assert.deepEqual(inspected.Docker.config.Healthcheck?.Test, [
        'CMD',
        'node',
        '/opt/aci-kube-sync/health.ts',
      ]);
    });

    it('starts with nothing configured, says that it lives and is ready, and shows the page', async function () {
      this.timeout(240_000);
      await withContainer(image, async (container) => {
        const listen = ['--listen', '127.0.0.1:0'];
        const one = await started('buildah', [...inContainer, container, '--', ...settings.Cmd, ...listen]);
        say(`listening after ${Math.round(one.ms)} ms, of which the container engine took its part`);
        try {
          const live = await request(`${one.url}livez`);
          const page = await request(one.url);
          const ready = await untilReady(`${one.url}readyz`);

          assert.equal(live.statusCode, 200);
          assert.equal(ready, 200);
          assert.equal(page.statusCode, 200);
          assert.match(await page.body.text(), /<script[^>]+src="[^"]+\.js"/);
          await live.body.dump();
        } finally {
          await stop(one);
        }
      });
    });

    it('runs on a read-only root, unprivileged, and its health check tells whether it lives', async function () {
      this.timeout(240_000);
      await withRoot(image, async (root) => {
        const one = await started('unshare', ['--mount', 'sh', '-ec', readOnly(root, settings)]);
        say(`listening after ${Math.round(one.ms)} ms, without a container engine`);
        const { host } = new URL(one.url);
        const check = (): Promise<string> =>
          run('chroot', [root, 'node', '/opt/aci-kube-sync/health.ts'], { KUBESYNC_LISTEN: host });
        try {
          await check();
        } finally {
          await stop(one);
        }

        await assert.rejects(check());
      });
    });

    it('adds at most 15 MB to the image that it starts from', async function () {
      this.timeout(240_000);
      const added = await withRoot(baseImage, (base) => withRoot(image, (root) => bytesAdded(base, root)));

      say(`adds ${(added / 1e6).toFixed(1)} MB`);
      assert.ok(added > 1e6, `${added} bytes`);
      assert.ok(added <= 15e6, `${added} bytes`);
    });

    it('holds Node, the bundle and the folders that are mounted over, but no package manager', async function () {
      this.timeout(240_000);
      await withContainer(image, async (container) => {
        const root = await buildah('mount', container);

        const version = await run('buildah', [
          ...inContainer,
          ...[container, '--', 'aci-kube-sync', '--version'],
        ]);

        assert.equal(version, product.version);
        assert.equal(settings.Entrypoint?.length ?? 0, 0);
        assert.match(settings.User, /^[1-9]\d*:[1-9]\d*$/);
        assert.deepEqual(Object.keys(settings.Volumes), ['/data']);
        for (const present of ['main.js', 'main.js.map', 'licences.txt', 'LICENSE', 'ui/index.html'])
          assert.ok(existsSync(join(root, 'opt/aci-kube-sync', present)), present);
        for (const folder of ['log', 'data', 'local-data', 'credentials', 'src/Service', 'src/UIAssets'])
          assert.ok((await stat(join(root, 'home/app', folder))).isDirectory(), folder);
        const data = await stat(join(root, 'data'));
        assert.equal(`${data.uid}:${data.gid}`, settings.User);
        assert.equal((await stat(root)).uid, 0);
        for (const absent of ['usr/local/bin/npm', 'usr/local/lib/node_modules', 'src'])
          assert.ok(!existsSync(join(root, absent)), absent);
        assert.deepEqual(await readdir(join(root, 'root/.npm')).catch(() => []), []);
      });
    });
  },
);

/** A shell's script: the image's command as its user, on `root` mounted read-only, with an empty /data. */
function readOnly(root: string, { User, Cmd }: Settings): string {
  return [
    `mount --bind ${root} ${root}`,
    `mount -t tmpfs -o mode=0700,uid=${User.replace(':', ',gid=')} tmpfs ${root}/data`,
    `mount -t proc proc ${root}/proc`,
    `mount -o remount,bind,ro ${root}`,
    `if touch ${root}/anything 2>&-; then echo the root can be written >&2; exit 1; fi`,
    'export NODE_ENV=production NODE_DISABLE_COMPILE_CACHE=1 HOME=/data KUBESYNC_DATA_DIR=/data',
    `exec chroot --userspec=${User} ${root} ${Cmd.join(' ')} --listen 127.0.0.1:0`,
  ].join('\n');
}

/** The sizes of the files below `root` that are not below `base`, or of another size there. */
async function bytesAdded(base: string, root: string): Promise<number> {
  let added = 0;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = await lstat(path);
    const before = await lstat(join(base, path.slice(root.length))).catch(() => undefined);
    if (before?.size !== size) added += size;
  }
  return added;
}

/** The status of the first answer that is not "not yet"; the test's own time limit bounds it. */
async function untilReady(url: string): Promise<number> {
  for (;;) {
    const { statusCode, body } = await request(url);
    await body.dump();
    if (statusCode !== 503) return statusCode;
  }
}
