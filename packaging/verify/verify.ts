/**
 * Says what is wrong with a package, by the code numbers of Cisco's validator: what an APIC refuses at upload (`apic`),
 * and what else is asked where apps are published (`store`).
 *
 * One rule is one value of the tables in rules/. Knows nothing of how packages are made.
 */
import type { Finding, ImageArchive, Mode, PackedFile, Unpacked } from './model.ts';
import { readImage } from './read-image.ts';
import { readZip, Refused } from './read-zip.ts';
import { clusterRules } from './rules/cluster.ts';
import { manifestRules } from './rules/manifest.ts';
import { mediaRules } from './rules/media.ts';
import { ourRules } from './rules/ours.ts';
import { treeRules } from './rules/tree.ts';

const rules = [...manifestRules, ...treeRules, ...mediaRules, ...clusterRules, ...ourRules];

/** Of the archive itself: not a zip, or not safe to unpack. */
const archiveCodes = [202, 203];
/** Every code that a finding can have, in order. */
export const codes: readonly number[] = [
  ...new Set([...archiveCodes, ...rules.map(({ code }) => code)]),
].sort((a, b) => a - b);

export interface Question {
  readonly mode: Mode;
  /** The release that is asked to install it, as `5.2(1g)`; absent: any. */
  readonly running?: string | undefined;
}

/** `from`: the path of a package, or the package itself. Rejects only when the file cannot be read. */
export async function verifyPackage(from: string | Buffer, question: Question): Promise<Finding[]> {
  const entries = await entriesOf(from);
  if (entries instanceof Refused) {
    const { code, path, message } = entries;
    return [{ code, path, found: message, expected: 'a zip archive of one folder, safe to unpack' }];
  }
  const unpacked = await unpack(entries, question.running);
  return rules
    .filter(({ on }) => on === 'apic' || question.mode === 'store')
    .flatMap(({ code, check }) => check(unpacked).map((fault) => ({ code, ...fault })));
}

async function entriesOf(from: string | Buffer): Promise<Map<string, PackedFile> | Refused> {
  try {
    return await readZip(from);
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown;
    throw thrown;
  }
}

async function unpack(entries: ReadonlyMap<string, PackedFile>, running?: string): Promise<Unpacked> {
  const names = [...entries.keys()];
  const top = names.find((name) => name.includes('/'))?.split('/')[0] ?? '';
  const inside = names.filter((name) => name.startsWith(`${top}/`)).map((name) => name.slice(top.length + 1));
  const files = new Map(
    inside.flatMap((path) => {
      const file = entries.get(`${top}/${path}`);
      return path === '' || path.endsWith('/') || file === undefined ? [] : [[path, file] as const];
    }),
  );
  return {
    top,
    beside: names.filter((name) => !name.startsWith(`${top}/`)),
    files,
    folders: new Set(inside.flatMap(foldersAbove)),
    manifest: parseObject(files.get('app.json')?.body),
    images: await imagesOf(files),
    running,
  };
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

async function imagesOf(files: ReadonlyMap<string, PackedFile>): Promise<Map<string, ImageArchive>> {
  const archives = [...files].filter(([path]) => /^Image\/[^/]*t[^/]*gz$/.test(path));
  const read = archives.map(async ([path, { body }]) => [path, await readImage(body)] as const);
  return new Map(await Promise.all(read));
}

function parseObject(body: Buffer | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body?.toString() ?? '');
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
