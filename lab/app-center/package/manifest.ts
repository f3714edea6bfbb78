/** What App Center itself reads of a package: `app.json`, and what must stand beside it. Codes are those of its validator. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refused } from './refused.ts';

export interface Manifest {
  /** `Vendor_App`: what it is called everywhere. */
  readonly name: string;
  readonly vendorDomain: string;
  readonly appId: string;
  readonly title: string;
  readonly version: string;
  /** Paths of its own API that the GUI's web server passes on. */
  readonly endpoints: readonly string[];
  readonly icon: string;
  readonly description: string;
  readonly mayWrite: boolean;
  readonly permissions: readonly string[];
}

const required: readonly (readonly [key: string, code: string])[] = [
  ['appid', '10'],
  ['version', '11'],
  ['iconfile', '12'],
  ['name', '13'],
  ['shortdescr', '14'],
  ['vendor', '15'],
  ['apicversion', '16'],
  ['author', '17'],
  ['category', '18'],
  ['vendordomain', '19'],
  ['permissions', '20'],
  ['permissionslevel', '21'],
];

/** `fabricVersion`: release of the fabric, `6.0(9c)`. */
export async function readManifest(folder: string, top: string, fabricVersion: string): Promise<Manifest> {
  const app = await readJson(join(folder, 'app.json'));
  for (const [key, code] of required)
    if (app[key] === undefined) throw new Refused(code, `app.json has no ${key}`);
  const text = (key: string): string => (typeof app[key] === 'string' ? app[key] : '');
  const [vendorDomain, appId] = [text('vendordomain'), text('appid')];
  if (!/^[A-Za-z0-9]{1,32}$/.test(appId))
    throw new Refused('165', `appid '${appId}' is not 1-32 letters and digits`);
  if (!/^[A-Za-z0-9]{1,32}$/.test(vendorDomain))
    throw new Refused('167', `vendordomain '${vendorDomain}' is not 1-32 letters and digits`);
  if (!/^\d{1,4}\.\d{1,4}$/.test(text('version')))
    throw new Refused('168', `version '${text('version')}' is not major.minor`);
  const name = `${vendorDomain}_${appId}`;
  if (top !== name) throw new Refused('101', `the package's folder is ${top}, and should be ${name}`);
  assertRuns(text('apicversion'), fabricVersion);
  const endpoints = Object.keys(recordOf(app['api']));
  if (endpoints.length === 0) throw new Refused('23', 'app.json has no api, and the app has a Service');
  await assertLayout(folder, text('iconfile'));
  return {
    name,
    vendorDomain,
    appId,
    endpoints,
    title: text('name'),
    version: text('version'),
    icon: text('iconfile'),
    description: text('shortdescr'),
    mayWrite: text('permissionslevel') === 'write',
    permissions: Array.isArray(app['permissions']) ? app['permissions'].map(String) : [],
  };
}

/** The one image in the package. */
export async function imageIn(folder: string): Promise<string> {
  const images = (await readdir(join(folder, 'Image'))).filter((name) => /t.*gz$/.test(name));
  if (images.length !== 1) throw new Refused('109', `expected one image, found ${images.length}`);
  return join(folder, 'Image', images[0] ?? '');
}

/** Whether the first `major.minor` is later than the second. */
export function isLater(one: string, other: string): boolean {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [one, other].map((version) =>
    version.split('.').map(Number),
  ) as [number[], number[]];
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}

function assertRuns(wanted: string, fabricVersion: string): void {
  const [want, have] = [releaseOf(wanted), releaseOf(fabricVersion)];
  if (want === undefined) throw new Refused('169', `apicversion '${wanted}' is not like 5.2(1g)`);
  if (have !== undefined && compare(want, have) > 0)
    throw new Refused('172', `the app needs APIC ${wanted}, and this one is ${fabricVersion}`);
}

type Release = readonly [number, number, number, string];

function releaseOf(text: string): Release | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\((\d{1,3})([a-z])\)$/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3]), match[4] ?? ''] : undefined;
}

function compare(one: Release, other: Release): number {
  for (const [index, part] of one.entries()) {
    const against = other[index] ?? '';
    if (part !== against) return part > against ? 1 : -1;
  }
  return 0;
}

async function assertLayout(folder: string, icon: string): Promise<void> {
  const needed: readonly (readonly [path: string, code: string])[] = [
    ['UIAssets/app.html', '103'],
    ['UIAssets/app-start.html', '103'],
    [`UIAssets/${icon}`, '174'],
    ['Service/start.sh', '107'],
  ];
  for (const [path, code] of needed) {
    const size = await stat(join(folder, path)).then(
      (found) => found.size,
      () => 0,
    );
    if (size === 0) throw new Refused(code, `${path} is absent or empty`);
  }
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Refused('102', 'the package has no app.json');
  });
  try {
    return recordOf(JSON.parse(text));
  } catch {
    throw new Refused('150', 'app.json is not JSON');
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
