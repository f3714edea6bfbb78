/**
 * Makes `dist/`: everything the product needs to run on a bare Node, without node_modules.
 *
 *   dist/main.js        the server and the command line, with what each command needs in files of its own beside it,
 *                       so that a start reads no more than it runs (*.map leads back to the sources)
 *   dist/history-worker.js  the program of the thread that keeps history
 *   dist/storage-worker.js  the program of the thread that touches the data directory
 *   dist/package.json   says that all this is ES modules, so that Node need not find out at each file
 *   dist/ui/            the page, served from beside the bundle
 *   dist/licences.txt   whose code is inside, and on what terms
 *
 * Knows the entries and the page's bundler, nothing of what they do.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

import { buildUi } from '../ui/bundle.ts';
import { licencesOf } from './licences.ts';

const root = join(import.meta.dirname, '..');

/** Some packages inside are CommonJS and call `require` for built-ins, which an ES module does not have. */
const requireForCommonJs =
  "import { createRequire as requireOfBundle } from 'node:module';\nconst require = requireOfBundle(import.meta.url);";

/** Replaces `outdir` by a complete build. */
export async function bundle(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const server = await bundleServer(outdir);
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
  await writeUi(join(outdir, 'ui'));
  await writeFile(join(outdir, 'licences.txt'), await licencesOf(root, [server, await insideUi()]));
}

/** By name in `outdir`. What runs in a thread of its own is a program of its own, started from beside the file that starts it. */
const entries = {
  main: 'app/main.ts',
  'history-worker': 'backend/store/history/history-worker.ts',
  'storage-worker': 'backend/store/thread/storage-worker.ts',
};

/** Answers what went into it. */
async function bundleServer(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: entries,
    outdir,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // What builds pages from source stays out: ours is built beside the bundle, the lab's App Center takes a checkout.
    external: ['*/ui/bundle.ts', '*/app-center/app-center.ts'],
    banner: { js: requireForCommonJs },
    // Names stay as they are, for whoever reads a stack without the maps.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return metafile;
}

async function writeUi(outdir: string): Promise<void> {
  const files = await buildUi();
  await mkdir(outdir, { recursive: true });
  for (const [path, { body }] of files) await writeFile(join(outdir, path), body);
}

/** What went into the page: the same sources again, for their names only. */
async function insideUi(): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ['ui/main.tsx'],
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return metafile;
}

if (import.meta.main) await bundle(join(root, 'dist'));
