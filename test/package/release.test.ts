/** The release for a host with Node: unpacked in an empty folder, and started as its unit for systemd says. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';

import product from '../../package.json' with { type: 'json' };
import { run } from '../../packaging/buildah.ts';
import { makeRelease } from '../../packaging/release.ts';
import { lane } from '../support/lane.ts';

describe('The release', function () {
  this.timeout(120_000);
  let folder: string;
  let installed: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'release-'));
    const { path } = await makeRelease(folder);
    await run('tar', ['-xzf', path, '-C', folder]);
    installed = join(folder, `aci-kube-sync-${product.version}`);
  });

  after(() => rm(folder, { recursive: true }));

  it('is the same bytes when it is made again', async () => {
    const one = await makeRelease(join(folder, 'one'));
    const other = await makeRelease(join(folder, 'other'));

    assert.equal(other.sha256, one.sha256);
  });

  it('says on what terms it comes', async () => {
    for (const file of ['LICENSE', 'dist/licences.txt'])
      assert.match(await readFile(join(installed, file), 'utf8'), /Apache License/);
  });

  it('answers when it is started as the unit says, and ends when it is told to', async () => {
    const unit = await readUnit(installed, folder);
    await mkdir(unit.environment['KUBESYNC_DATA_DIR'] ?? '', { recursive: true });
    const [program = '', ...args] = unit.command;
    const child = spawn(program, args, {
      cwd: unit.environment['KUBESYNC_DATA_DIR'],
      env: { PATH: pathWithNode, KUBESYNC_LISTEN: '127.0.0.1:0', ...unit.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');

    const url = await urlSaid(createInterface(child.stdout));
    const { statusCode, body } = await request(`${url}livez`);
    await body.dump();
    child.stdout.resume();
    child.kill();

    assert.equal(statusCode, 200);
    assert.deepEqual(await ended, [0, null]);
  });

  lane(
    'Its unit',
    { names: ['systemd-analyze'], install: 'apt-get install systemd' },
    (systemdAnalyze: string) => {
      it('is one that systemd takes', async function () {
        this.timeout(60_000);
        const unit = await readFile(join(installed, 'aci-kube-sync.service'), 'utf8');
        const here = join(folder, 'aci-kube-sync.service');
        await writeFile(here, unit.replaceAll('/opt/aci-kube-sync', installed));

        const said = await run(systemdAnalyze, ['verify', '--man=no', here]);

        assert.equal(said, '');
      });
    },
  );
});

const pathWithNode = `${dirname(process.execPath)}:/usr/bin:/bin`;

interface Unit {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Paths are those of this folder instead of /opt and /var/lib; nothing else is changed. */
async function readUnit(installed: string, state: string): Promise<Unit> {
  const text = await readFile(join(installed, 'aci-kube-sync.service'), 'utf8');
  const of = (key: string): string[] => {
    const value = new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
    return value.replaceAll('/opt/aci-kube-sync', installed).replaceAll('%S', state).split(' ');
  };
  const environment = of('Environment').map((pair) => pair.split('=') as [string, string]);
  return { command: of('ExecStart'), environment: Object.fromEntries(environment) };
}

async function urlSaid(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const [, url] = /"url":"([^"]+)"/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('it ended before it listened');
}
