/**
 * Builds the page from source, in memory: at the start of the server, and once for the image.
 *
 * Names carry a digest of the content, and all references are relative: the page works under whatever path it is served.
 */
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { build } from 'esbuild';

export interface BuiltFile {
  readonly body: Uint8Array;
  readonly type: string;
  /** The name carries a digest of the content. */
  readonly immutable: boolean;
}

const here = import.meta.dirname;
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Files of the page by path below its base. */
export async function buildUi(): Promise<Map<string, BuiltFile>> {
  const files = await bundle();
  const nameOf = (extension: string): string =>
    [...files.keys()].find((name) => extname(name) === extension) ?? '';
  const template = await readFile(join(here, 'index.html'), 'utf8');
  const page = template.replace('{{script}}', nameOf('.js')).replace('{{style}}', nameOf('.css'));
  files.set('index.html', file('index.html', Buffer.from(page), false));
  files.set('icon.svg', file('icon.svg', await readFile(join(here, 'icon.svg')), false));
  return files;
}

async function bundle(): Promise<Map<string, BuiltFile>> {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'main.tsx'), join(here, 'style/page.css')],
    outdir: join(here, 'out'),
    entryNames: '[name]-[hash]',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const name = basename(path);
      return [name, file(name, contents, true)];
    }),
  );
}

function file(name: string, body: Uint8Array, immutable: boolean): BuiltFile {
  return { body, immutable, type: types[extname(name)] ?? 'application/octet-stream' };
}
