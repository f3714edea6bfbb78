/** Files of the page Apps, built once in memory. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface Page {
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const policy = "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'";

/** By path of the origin. */
export async function readPages(): Promise<Map<string, Page>> {
  const here = import.meta.dirname;
  const html = await readFile(join(here, 'apps.html'), 'utf8');
  const css = await readFile(join(here, 'apps.css'), 'utf8');
  const script = await build({
    entryPoints: [join(here, 'apps.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    logLevel: 'silent',
  });
  const page = {
    type: 'text/html; charset=utf-8',
    body: html,
    headers: { 'Content-Security-Policy': policy },
  };
  return new Map<string, Page>([
    ['/', page],
    ['/apps.css', { type: 'text/css; charset=utf-8', body: css }],
    ['/apps.js', { type: 'text/javascript; charset=utf-8', body: script.outputFiles[0]?.text ?? '' }],
    ['/favicon.ico', { type: 'image/x-icon', body: '' }],
  ]);
}
