/** The demo's story, played with the product as it is handed out instead of the checkout: each has to come true to its last step. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import product from '../../package.json' with { type: 'json' };
import { run, storage, withContainer } from '../../packaging/buildah.ts';
import { provideImage } from '../../packaging/image.ts';
import { makeRelease } from '../../packaging/release.ts';
import { lane } from '../support/lane.ts';

const demo = join(import.meta.dirname, '../../lab/demo/demo.ts');

/** Resolves with what it printed, whether it came true or not. */
function play(...options: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [demo, '--check', ...options], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

describe("the demo's story", function () {
  this.timeout(240_000);

  it('comes true with the command of the systemd unit, from an unpacked release', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'release-'));
    try {
      const { path } = await makeRelease(folder);
      await run('tar', ['-xzf', path, '-C', folder]);
      const installed = join(folder, `aci-kube-sync-${product.version}`);
      const unit = await readFile(join(installed, 'aci-kube-sync.service'), 'utf8');
      const command = /^ExecStart=(.*) serve$/m.exec(unit)?.[1] ?? '';

      const said = await play('--product', command.replace('/opt/aci-kube-sync', installed));

      assert.match(said, /everything came true/, said);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  lane(
    'in a container',
    [
      { names: ['buildah'], install: 'apt-get install buildah' },
      { names: ['debootstrap'], install: 'apt-get install debootstrap', asRoot: true },
    ],
    () => {
      it('comes true with the image of the Dockerfile, as its user, in its own root file system', async function () {
        this.timeout(900_000);
        const { name: image } = await provideImage({ target: 'standalone' }, console.log);
        await withContainer(image, async (container) => {
          const command = [
            ...['buildah', ...storage, 'run', '--isolation', 'chroot', '--volume', '{folder}:{folder}'],
            ...[container, '--', 'aci-kube-sync'],
          ];

          const said = await play('--user', '10001', '--product', command.join(' '));

          assert.match(said, /everything came true/, said);
        });
      });
    },
  );
});
