/** Rules on apps of several containers, which app.json declares as `clustermanager`. */
import { shown } from '../facts.ts';
import type { Fault, Rule, Unpacked } from '../model.ts';

const folder = 'ClusterMgrConfig';

/** In lower case; `none` when nothing is declared. */
export function clusterManager({ manifest }: Unpacked): string {
  const declared = manifest?.['clustermanager'];
  return typeof declared === 'string' ? declared.toLowerCase() : 'none';
}

export const clusterRules: readonly Rule[] = [
  { code: 300, on: 'apic', check: isKnown },
  {
    code: 315,
    on: 'apic',
    check: (unpacked) =>
      ofKron(unpacked) && unpacked.folders.has(folder) && configurations(unpacked).length === 0
        ? [{ path: folder, found: 'no *.json', expected: 'a configuration' }]
        : [],
  },
  {
    code: 316,
    on: 'apic',
    check: (unpacked) =>
      ofKron(unpacked) && !unpacked.folders.has(folder)
        ? [{ path: folder, found: 'nothing', expected: 'a folder' }]
        : [],
  },
  { code: 317, on: 'apic', check: (unpacked) => wrong(unpacked, (value) => value === undefined) },
  { code: 318, on: 'apic', check: (unpacked) => wrong(unpacked, (value) => value === null) },
];

function isKnown(unpacked: Unpacked): Fault[] {
  if (['none', 'kubernetes', 'kron'].includes(clusterManager(unpacked))) return [];
  const found = shown(unpacked.manifest?.['clustermanager']);
  return [{ path: 'app.json#clustermanager', found, expected: 'none, kubernetes or kron' }];
}

function ofKron(unpacked: Unpacked): boolean {
  return clusterManager(unpacked) === 'kron';
}

function configurations({ files }: Unpacked): (readonly [string, unknown])[] {
  return [...files]
    .filter(([path]) => path.startsWith(`${folder}/`) && path.endsWith('.json'))
    .map(([path, { body }]) => [path, parse(body)]);
}

/** JSON has no undefined, so that stands for what is no JSON. */
function wrong(unpacked: Unpacked, isWrong: (value: unknown) => boolean): Fault[] {
  return configurations(unpacked)
    .filter(([, value]) => ofKron(unpacked) && isWrong(value))
    .map(([path, value]) => ({
      path,
      found: value === undefined ? 'no JSON' : 'null',
      expected: 'a configuration',
    }));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}
