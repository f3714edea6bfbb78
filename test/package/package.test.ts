/**
 * The package for an APIC, made without a container engine: it passes the validator, holds what an APIC looks for, and
 * is the same bytes when everything is built again.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import product from '../../package.json' with { type: 'json' };
import manifest from '../../app.json' with { type: 'json' };
import { appCenterVersion } from '../../packaging/app-version.ts';
import { run } from '../../packaging/buildah.ts';
import { makePackage, type Package } from '../../packaging/package.ts';
import { lane } from '../support/lane.ts';

const say = (line: string): void => {
  console.log(`      ${line}`);
};
const folderInside = 'KubeSync_AciKubeSync';

lane(
  'The package',
  [
    { names: ['buildah'], install: 'apt-get install buildah' },
    { names: ['debootstrap'], install: 'apt-get install debootstrap', asRoot: true },
    { names: ['unzip'], install: 'apt-get install unzip' },
  ],
  () => {
    let out: string;
    let made: Package;

    before(async function () {
      this.timeout(900_000);
      out = await mkdtemp(join(tmpdir(), 'package-'));
      made = await makePackage({ out }, say);
      say(`${(made.bytes / 1e6).toFixed(1)} MB`);
    });

    after(() => rm(out, { recursive: true }));

    it('is called as the App Center calls it', () => {
      const version = appCenterVersion(product.version);

      assert.equal(basename(made.path), `KubeSync-AciKubeSync-${version}.aci`);
    });

    it('passes what an APIC checks, and the store asks only for what a publisher adds', async function () {
      this.timeout(120_000);

      const apic = await verified(made.path, '--running', manifest.apicversion);
      const store = await verified(made.path, '--store');

      assert.deepEqual(apic, []);
      assert.deepEqual([...new Set(store)], [22, 106, 119, 121, 150].toSorted(byNumber));
    });

    it('has a page that asks by the proxy of an APIC, and asks for nothing that is not there', async function () {
      this.timeout(60_000);
      await unpack(made.path, out);
      const assets = join(out, folderInside, 'UIAssets');

      const page = await readFile(join(assets, 'app.html'), 'utf8');

      assert.match(page, /name="transport" content="envelope"/);
      assert.match(page, /name="endpoint" content="\/appcenter\/KubeSync\/AciKubeSync\/proxy\.json"/);
      assert.deepEqual(await readFile(join(assets, 'app-start.html'), 'utf8'), page);
      for (const [, file = ''] of page.matchAll(/(?:src|href)="([^":/]+)"/g))
        assert.ok((await readFile(join(assets, file))).length > 0, file);
    });

    it('carries the image as docker save writes it, with the script that starts it', async function () {
      this.timeout(60_000);
      await unpack(made.path, out);
      const archive = join(out, folderInside, 'Image', 'aci_appcenter_docker_image.tgz');

      const text = await run('tar', ['-xzOf', archive, 'manifest.json']);
      const [{ Config, RepoTags, Layers }] = JSON.parse(text) as [ImageOfArchive];
      const config = JSON.parse(await run('tar', ['-xzOf', archive, Config])) as ImageConfig;

      assert.deepEqual(RepoTags, [`kubesync/acikubesync:${manifest.version}`]);
      assert.equal(Layers.length, 1);
      assert.equal(config.architecture, 'amd64');
      assert.deepEqual(config.config.Cmd, ['/home/app/src/Service/start.sh']);
      assert.equal(config.config.Entrypoint?.length ?? 0, 0);
      assert.ok('80/tcp' in config.config.ExposedPorts);
    });

    it('is the same bytes when all of it is built again', async function () {
      this.timeout(900_000);

      const again = await makePackage({ out: join(out, 'again'), anew: true }, say);

      assert.equal(again.inputs, made.inputs, 'the checkout was edited meanwhile');
      assert.equal(again.sha256, made.sha256);
    });
  },
);

interface ImageOfArchive {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

interface ImageConfig {
  readonly architecture: string;
  readonly config: {
    readonly Cmd: readonly string[];
    readonly Entrypoint?: readonly string[] | null;
    readonly ExposedPorts: Readonly<Record<string, object>>;
  };
}

/** The codes that the validator's program finds. */
async function verified(path: string, ...options: string[]): Promise<number[]> {
  const program = join(import.meta.dirname, '../../packaging/verify/main.ts');
  const said = await run(process.execPath, [program, path, '--json', ...options]).catch(
    (thrown: unknown) => ((thrown as Error).cause as { stdout: string }).stdout,
  );
  const { findings } = JSON.parse(said) as { findings: { code: number }[] };
  return findings.map(({ code }) => code).toSorted(byNumber);
}

async function unpack(path: string, out: string): Promise<void> {
  await run('unzip', ['-qo', path, '-d', out]);
}

function byNumber(a: number, b: number): number {
  return a - b;
}
