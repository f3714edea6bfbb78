/**
 * `npm run release`: makes `packages/aci-kube-sync-<version>.tar.gz`, what a host with Node runs as a service: the
 * bundle, a launcher, a unit for systemd, a compose file and examples. The same sources give the same bytes.
 *
 *   node packaging/release.ts [--out DIR]
 */
import { createHash } from 'node:crypto';
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

import product from '../package.json' with { type: 'json' };
import { bundle } from './bundle.ts';
import { runSteps } from './steps.ts';

const root = join(import.meta.dirname, '..');
const name = `aci-kube-sync-${product.version}`;

/** Beside `dist/`: where it stands in the release, and where in the checkout. */
const others = {
  'bin/aci-kube-sync': 'packaging/standalone/aci-kube-sync',
  LICENSE: 'LICENSE',
  'aci-kube-sync.service': 'packaging/standalone/aci-kube-sync.service',
  'compose.yaml': 'packaging/standalone/compose.yaml',
  'environment.example': 'packaging/standalone/environment.example',
  'config.example.yaml': 'examples/production.yaml',
};

export interface Release {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** `out`: the folder to write into; made when absent. */
export async function makeRelease(out: string): Promise<Release> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  try {
    await bundle(folder);
    const body = await archive(await filesOf(folder));
    const path = join(out, `${name}.tar.gz`);
    await mkdir(out, { recursive: true });
    await writeFile(path, body);
    return { path, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** By name in the release, sorted. */
async function filesOf(dist: string): Promise<[string, Buffer][]> {
  const files = new Map<string, Buffer>();
  for await (const entry of glob('**/*', { cwd: dist, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(join('dist', path.slice(dist.length)), await readFile(path));
  }
  for (const [path, source] of Object.entries(others)) files.set(path, await readFile(join(root, source)));
  return [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function archive(files: readonly [string, Buffer][]): Promise<Buffer> {
  const tar = pack();
  const zipped = buffer(tar.pipe(createGzip()));
  const owned = { mtime: new Date('2020-01-01T00:00:00Z'), uid: 0, gid: 0, uname: 'root', gname: 'root' };
  for (const [path, body] of files) {
    const mode = path.startsWith('bin/') ? 0o755 : 0o644;
    tar.entry({ ...owned, name: `${name}/${path}`, mode }, body);
  }
  tar.finalize();
  return zipped;
}

if (import.meta.main)
  await runSteps(async (say) => {
    const { values } = parseArgs({ options: { out: { type: 'string' } } });
    const made = await makeRelease(values.out ?? 'packages');
    say(`${made.path}: ${(made.bytes / 1e6).toFixed(1)} MB, SHA-256 ${made.sha256}`);
  });
