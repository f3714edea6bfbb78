/** Whose code is in a bundle: name, version, licence and its text, per npm package, from what the bundler says it read. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** `root`: the directory that the inputs of `metafiles` are relative to. */
export async function licencesOf(root: string, metafiles: readonly Metafile[]): Promise<string> {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const entries = await Promise.all([...folders].toSorted().map((folder) => entryOf(join(root, folder))));
  return entries.join(`\n${'-'.repeat(80)}\n\n`);
}

function packageFolder(input: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

async function entryOf(folder: string): Promise<string> {
  const described = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageFile;
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const title = `${described.name} ${described.version}: ${described.license ?? 'see below'}`;
  return [title, ...texts.map((text) => text.trim())].join('\n\n') + '\n';
}
