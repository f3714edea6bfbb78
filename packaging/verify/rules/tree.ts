/** Rules on which files and folders there are. */
import { shown } from '../facts.ts';
import type { Fault, Rule, Unpacked } from '../model.ts';
import { clusterManager } from './cluster.ts';

const known = ['UIAssets', 'Service', 'Media', 'Image', 'Legal', 'app.json', 'app.ver'];
const customerAgreement = 'Legal/Cisco_App_Center_Customer_Agreement.docx';
const questionnaire = 'Legal/Cisco_App_Center_Export_Compliance_Questionnaire.docx';

export const treeRules: readonly Rule[] = [
  { code: 101, on: 'apic', check: hasKnownEntries },
  { code: 102, on: 'apic', check: hasManifest },
  filled(103, 'apic', 'UIAssets', ['UIAssets/app.html']),
  folder(104, 'apic', 'UIAssets'),
  filled(105, 'store', 'Legal', [customerAgreement, questionnaire]),
  folder(106, 'store', 'Legal'),
  filled(107, 'apic', 'Service', ['Service/start.sh']),
  folder(108, 'apic', 'Service'),
  { code: 109, on: 'apic', check: hasImage },
  { code: 109, on: 'store', check: imageUnpacks },
  folder(110, 'apic', 'Image'),
  folder(125, 'apic', 'Media'),
  { code: 150, on: 'apic', check: manifestIsJson },
  { code: 150, on: 'store', check: isSigned },
];

/** The folder must be there, where the one around it is. */
export function folder(code: number, on: Rule['on'], name: string): Rule {
  const around = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : undefined;
  const check = ({ folders }: Unpacked): Fault[] =>
    folders.has(name) || (around !== undefined && !folders.has(around))
      ? []
      : [{ path: name, found: 'nothing', expected: 'a folder' }];
  return { code, on, check };
}

/** Where its folder is, these files must be there and not empty. */
export function filled(code: number, on: Rule['on'], within: string, paths: readonly string[]): Rule {
  const check = ({ folders, files }: Unpacked): Fault[] => {
    const lacking = paths.filter((path) => (files.get(path)?.body.length ?? 0) === 0);
    if (!folders.has(within)) return [];
    return lacking.map((path) => ({
      path,
      found: files.has(path) ? 'an empty file' : 'nothing',
      expected: 'a file with content',
    }));
  };
  return { code, on, check };
}

/** The names of what stands directly in a folder of the package. */
export function namesIn(unpacked: Unpacked, within: string): string[] {
  const prefix = within === '' ? '' : `${within}/`;
  const all = [...unpacked.files.keys(), ...unpacked.folders].filter(
    (path) => path.startsWith(prefix) && path.length > prefix.length,
  );
  return [...new Set(all.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))];
}

function hasKnownEntries(unpacked: Unpacked): Fault[] {
  const allowed = new Set(known);
  if (clusterManager(unpacked) !== 'none') allowed.add('ClusterMgrConfig');
  if (unpacked.manifest?.['infraresources'] !== undefined) allowed.add('InfraConfigs');
  return namesIn(unpacked, '')
    .filter((name) => !name.startsWith('.') && !allowed.has(name))
    .map((name) => ({ path: name, found: 'an unknown name', expected: [...allowed].join(', ') }));
}

function hasManifest({ files, manifest }: Unpacked): Fault[] {
  if (!files.has('app.json'))
    return [{ path: 'app.json', found: 'nothing', expected: 'what the app says of itself' }];
  const version = manifest?.['metaversion'];
  if (version === undefined || Number(version) >= 1) return [];
  return [{ path: 'app.json#metaversion', found: shown(version), expected: '1.0 or more' }];
}

function manifestIsJson({ files, manifest }: Unpacked): Fault[] {
  if (!files.has('app.json') || manifest !== undefined) return [];
  return [{ path: 'app.json', found: 'something else', expected: 'a JSON object' }];
}

function isSigned({ top, beside }: Unpacked): Fault[] {
  const path = `${top}.dev.signature`;
  return beside.includes(path)
    ? []
    : [{ path, found: 'nothing', expected: 'the publisher’s signature beside the folder' }];
}

function hasImage(unpacked: Unpacked): Fault[] {
  const { folders, images } = unpacked;
  if (!folders.has('Image')) return [];
  const expected = clusterManager(unpacked) === 'none' ? 'one archive *t*gz' : 'archives *t*gz';
  const right = clusterManager(unpacked) === 'none' ? images.size === 1 : images.size > 0;
  return right ? [] : [{ path: 'Image', found: `${images.size} archives`, expected }];
}

function imageUnpacks({ images }: Unpacked): Fault[] {
  return [...images]
    .filter(([, { names }]) => !names.includes('manifest.json') && !names.includes('repositories'))
    .map(([path]) => ({
      path,
      found: 'no manifest.json and no repositories',
      expected: 'an image as docker save writes it, gzipped',
    }));
}
