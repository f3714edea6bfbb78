/** Rules on what app.json says. */
import { isFilled, pictureKind, releaseOf, shown } from '../facts.ts';
import type { Fault, Rule, Unpacked } from '../model.ts';

const mandatory = {
  10: 'appid',
  11: 'version',
  12: 'iconfile',
  13: 'name',
  14: 'shortdescr',
  15: 'vendor',
  16: 'apicversion',
  17: 'author',
  18: 'category',
  19: 'vendordomain',
  20: 'permissions',
  21: 'permissionslevel',
};

const layers = ['l1', 'l2', 'l3', 'mgmt', 'util'];
const layersAndOps = [...layers, 'ops'];
const each = (prefix: string, suffixes: readonly string[]): string[] =>
  suffixes.map((suffix) => `${prefix}-${suffix}`);

export const permissions: readonly string[] = [
  ...['admin', 'ops', 'access-equipment', 'access-qos', 'fabric-equipment'],
  ...each('access-connectivity', layers),
  ...each('access-protocol', layersAndOps),
  ...each('fabric-connectivity', layers),
  ...each('fabric-protocol', layersAndOps),
  ...each('nw-svc', ['device', 'devshare', 'policy']),
  ...each('tenant-connectivity', layers),
  ...each('tenant-ext-connectivity', layers),
  ...each('tenant-ext-protocol', layers),
  ...each('tenant-protocol', layersAndOps),
  ...each('tenant', ['epg', 'network-profile', 'qos', 'security']),
  ...each('vmm', ['connectivity', 'ep', 'policy', 'protocol-ops', 'security']),
];
const categories = [
  'Beta',
  'Tools and Utilities',
  'Visibility and Monitoring',
  'Optimization',
  'Security',
  'Networking',
  'Cisco Automation and Orchestration',
];

const lists = ['category', 'permissions'];
const missing = Object.entries(mandatory).map(([code, field]): Rule => ({
  code: Number(code),
  on: 'apic',
  check: ({ manifest }) =>
    manifest === undefined || field in manifest
      ? []
      : [
          {
            path: `app.json#${field}`,
            found: 'nothing',
            expected: lists.includes(field) ? 'a list' : 'a text',
          },
        ],
}));

export const manifestRules: readonly Rule[] = [
  ...missing,
  { code: 23, on: 'apic', check: apiGoesWithService },
  ...text(151, 'author', 256),
  endpoint(152, (path) => isFilled(path, 256), 'a path of 1 to 256 characters'),
  endpoint(153, (path) => path.split('/').length <= 4, 'a path of at most 4 parts'),
  endpoint(154, (path) => /\.(json|xml)$/.test(path), 'a path that ends with .json or .xml'),
  endpoint(154, (_, description) => isFilled(description, 1024), 'a description of 1 to 1024 characters'),
  list(155, 'permissions', (all) => all.length > 0, 'a list of at least one'),
  list(156, 'permissions', (all) => new Set(all).size === all.length, 'each once'),
  list(157, 'permissions', (all) => all.every((one) => permissions.includes(one)), 'known names'),
  list(158, 'category', (all) => all.length > 0, 'a list of at least one'),
  list(159, 'category', (all) => new Set(all).size === all.length, 'each once'),
  list(160, 'category', (all) => all.every((one) => categories.includes(one)), 'known names'),
  ...text(164, 'appid', 32),
  field(165, 'appid', (value) => /^[a-z0-9]*$/i.test(value), 'letters and digits only'),
  ...text(166, 'vendordomain', 32),
  field(167, 'vendordomain', (value) => /^[a-z0-9]*$/i.test(value), 'letters and digits only'),
  field(168, 'version', (value) => /^\d{1,4}\.\d{1,4}$/.test(value), 'major.minor, each up to 9999'),
  field(169, 'apicversion', (value) => releaseOf(value) !== undefined, 'a release such as 4.0(1g)'),
  { code: 172, on: 'apic', check: isNotTooNew },
  ...text(173, 'iconfile', 256),
  icon(174, (body) => body !== undefined, 'a file in UIAssets'),
  icon(175, (body) => ['.png', '.jpg', undefined].includes(body && (pictureKind(body) ?? '')), 'PNG or JPEG'),
  ...text(176, 'name', 256),
  ...text(177, 'shortdescr', 1024),
  ...text(178, 'vendor', 256),
];

/** A field that is there and not as `isRight` wants it; that it is missing is another rule's. */
function field(code: number, name: string, isRight: (value: string) => boolean, expected: string): Rule {
  const check = ({ manifest }: Unpacked): Fault[] => {
    const value = manifest?.[name];
    if (value === undefined || (typeof value === 'string' && isRight(value))) return [];
    return [{ path: `app.json#${name}`, found: shown(value), expected }];
  };
  return { code, on: 'apic', check };
}

function text(code: number, name: string, most: number): [Rule] {
  return [field(code, name, (value) => isFilled(value, most), `1 to ${most} characters`)];
}

function list(code: number, name: string, isRight: (all: string[]) => boolean, expected: string): Rule {
  const check = ({ manifest }: Unpacked): Fault[] => {
    const value = manifest?.[name];
    const all = Array.isArray(value) ? (value as string[]) : [];
    if (value === undefined || isRight(all)) return [];
    const found = Array.isArray(value) ? shown(value) : `${shown(value)}, which is no list`;
    return [{ path: `app.json#${name}`, found, expected }];
  };
  return { code, on: 'apic', check };
}

function endpoint(
  code: number,
  isRight: (path: string, description: unknown) => boolean,
  expected: string,
): Rule {
  const check = ({ manifest }: Unpacked): Fault[] =>
    Object.entries((manifest?.['api'] ?? {}) as Record<string, unknown>)
      .filter(([path, description]) => !isRight(path, description))
      .map(([path, description]) => ({
        path: 'app.json#api',
        found: shown({ [path]: description }),
        expected,
      }));
  return { code, on: 'apic', check };
}

function icon(code: number, isRight: (body: Buffer | undefined) => boolean, expected: string): Rule {
  const check = ({ manifest, files }: Unpacked): Fault[] => {
    const name = manifest?.['iconfile'];
    if (typeof name !== 'string') return [];
    const path = `UIAssets/${name}`;
    return isRight(files.get(path)?.body) ? [] : [{ path, found: 'no such picture', expected }];
  };
  return { code, on: 'apic', check };
}

function apiGoesWithService({ manifest, folders }: Unpacked): Fault[] {
  if (manifest === undefined) return [];
  const stateful = folders.has('Service');
  if ('api' in manifest === stateful) return [];
  const expected = stateful ? 'the endpoints of its service' : 'no endpoints, since there is no Service';
  return [{ path: 'app.json#api', found: shown(manifest['api']), expected }];
}

function isNotTooNew({ manifest, running }: Unpacked): Fault[] {
  const wanted = manifest?.['apicversion'];
  if (running === undefined || typeof wanted !== 'string') return [];
  const [needed, there] = [releaseOf(wanted), releaseOf(running)];
  if (needed === undefined || there === undefined || !isAbove(needed, there)) return [];
  return [{ path: 'app.json#apicversion', found: wanted, expected: `at most ${running}` }];
}

function isAbove(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at >= 0 && (one[at] ?? 0) > (other[at] ?? 0);
}
