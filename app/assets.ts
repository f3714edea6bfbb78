/**
 * The page's files: those that were built beside the bundle, else built from source now.
 */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Asset, Assets } from '../backend/api/ports.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export async function loadAssets(): Promise<Assets> {
  const built = join(import.meta.dirname, 'ui');
  if (existsSync(join(built, 'index.html'))) return readAssets(built);
  const { buildUi } = await import('../ui/bundle.ts');
  return buildUi();
}

function readAssets(folder: string): Assets {
  return new Map(readdirSync(folder).map((name) => [name, readAsset(folder, name)]));
}

function readAsset(folder: string, name: string): Asset {
  const type = types[extname(name)] ?? 'application/octet-stream';
  return { body: readFileSync(join(folder, name)), type, immutable: /-[A-Z0-9]{8}\./.test(name) };
}
