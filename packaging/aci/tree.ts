/**
 * The files of a package by their path in it: the page, the start script, the image, and what the App Center shows of
 * an app. What only a publisher can supply comes from a folder of theirs, laid out as the package is.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { buildUi } from '../../ui/bundle.ts';
import { endpoint, manifestText, type Contact } from './manifest.ts';

export interface PackedFile {
  /** Below the app's folder, with slashes. */
  readonly path: string;
  readonly body: Buffer;
  readonly mode: number;
}

export interface TreeParts {
  /** The image, as a gzipped docker-archive. */
  readonly image: Buffer;
  /** `licences.txt` of the bundle. */
  readonly licences: string;
  /** Folder with contact.json, Legal/, Media/License/, Media/IntroVideo/, Media/ReleaseNotes/; each may be absent. */
  readonly publisher?: string | undefined;
}

const root = join(import.meta.dirname, '..', '..');
const own = join(import.meta.dirname, 'files');
const pictures = ['overview', 'mapping', 'plan', 'address', 'history'];
const publishersFolders = ['Legal', 'Media/License', 'Media/IntroVideo', 'Media/ReleaseNotes'];

export async function packageTree({ image, licences, publisher }: TreeParts): Promise<PackedFile[]> {
  const files = [
    file('app.json', manifestText(await contactOf(publisher))),
    file('Service/start.sh', await readFile(join(own, 'start.sh')), 0o755),
    file('Image/aci_appcenter_docker_image.tgz', image),
    ...(await page()),
    ...(await media(licences)),
  ];
  const theirs = publisher === undefined ? [] : await filesOf(publisher);
  const replaced = new Set(theirs.map(({ path }) => path));
  return [...files.filter(({ path }) => !replaced.has(path)), ...theirs].toSorted((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

/** The first page and the page are the same: the tokens that the frame around it hands over need no second hand. */
async function page(): Promise<PackedFile[]> {
  const built = await buildUi();
  const index = Buffer.from(built.get('index.html')?.body ?? []).toString();
  const framed = index
    .replace(/(name="transport" content=)"[^"]*"/, '$1"envelope"')
    .replace(/(name="endpoint" content=)"[^"]*"/, `$1"${endpoint}"`);
  const others = [...built].filter(([name]) => name !== 'index.html');
  return [
    file('UIAssets/app-start.html', framed),
    file('UIAssets/app.html', framed),
    file('UIAssets/icon.png', await readFile(join(own, 'icon.png'))),
    ...others.map(([name, { body }]) => file(`UIAssets/${name}`, body)),
  ];
}

async function media(licences: string): Promise<PackedFile[]> {
  const license = await readFile(join(root, 'LICENSE'), 'utf8');
  const rule = '='.repeat(80);
  const shown = pictures.map(async (name) =>
    file(
      `Media/Snapshots/${name}.png`,
      await readFile(join(root, 'docs', 'images', `${name}-light-1280.png`)),
    ),
  );
  return [
    file('Media/Readme/readme.txt', await readFile(join(own, 'readme.txt'))),
    file(
      'Media/License/License.txt',
      `${license.trimEnd()}\n\n${rule}\nWhat is inside\n${rule}\n\n${licences}`,
    ),
    ...(await Promise.all(shown)),
  ];
}

async function contactOf(publisher: string | undefined): Promise<Contact | undefined> {
  const path = publisher === undefined ? undefined : join(publisher, 'contact.json');
  if (path === undefined || !existsSync(path)) return undefined;
  return JSON.parse(await readFile(path, 'utf8')) as Contact;
}

async function filesOf(publisher: string): Promise<PackedFile[]> {
  const found = publishersFolders.map(async (folder) => {
    const path = join(publisher, folder);
    const names = existsSync(path) ? await readdir(path) : [];
    return Promise.all(
      names.map(async (name) => file(`${folder}/${name}`, await readFile(join(path, name)))),
    );
  });
  return (await Promise.all(found)).flat();
}

function file(path: string, body: string | Uint8Array, mode = 0o644): PackedFile {
  return { path, body: Buffer.from(body), mode };
}
