/** Rules on what is shown of an app before it is installed, and on whom to ask. */
import { isText, isVideo, pictureKind, shown } from '../facts.ts';
import type { Fault, Rule, Unpacked } from '../model.ts';
import { filled, folder, namesIn } from './tree.ts';

const kinds = ['Snapshots', 'ReleaseNotes', 'Readme', 'License', 'IntroVideo'];
const ciscoLicense = 'Media/License/Cisco_App_Center_License.txt';
const extensions: Readonly<Record<string, readonly string[]>> = {
  Snapshots: ['.png', '.jpg', '.gif'],
  IntroVideo: ['.mp4'],
  ReleaseNotes: ['.txt'],
  Readme: ['.txt'],
  License: ['.txt'],
};

export const mediaRules: readonly Rule[] = [
  { code: 22, on: 'store', check: saysWhomToAsk },
  { code: 162, on: 'store', check: hasEmailAddress },
  { code: 111, on: 'apic', check: hasKnownKinds },
  filled(112, 'store', 'Media/Readme', ['Media/Readme/readme.txt']),
  atMost(113, 'store', 'Readme', 1),
  contents(114, 'store', 'Readme', isText, 'text'),
  folder(115, 'store', 'Media/Readme'),
  contents(116, 'apic', 'ReleaseNotes', isText, 'text'),
  atMost(117, 'apic', 'ReleaseNotes', 1),
  folder(119, 'store', 'Media/License'),
  filled(119, 'store', 'Media/License', [ciscoLicense]),
  atMost(119, 'store', 'License', 2),
  atMost(120, 'store', 'IntroVideo', 1),
  atLeastOne(120, 'IntroVideo'),
  folder(121, 'store', 'Media/IntroVideo'),
  contents(122, 'store', 'IntroVideo', isVideo, 'an ISO media file, such as MP4'),
  folder(123, 'store', 'Media/Snapshots'),
  atLeastOne(123, 'Snapshots'),
  { code: 124, on: 'store', check: picturesAreWhatTheySay },
  contents(126, 'store', 'License', isText, 'text'),
  name(190, (_, base) => /^[\x20-\x7e]*$/.test(base), 'a name in ASCII'),
  name(191, (_, base) => base.replace(/\.[^.]*$/, '').length <= 256, 'a name of at most 256 characters'),
  name(192, (kind, base) => extensions[kind]?.some((end) => base.endsWith(end)) !== false, 'a known ending'),
];

function saysWhomToAsk({ manifest }: Unpacked): Fault[] {
  if (manifest === undefined) return [];
  const contact = (manifest['contact'] ?? {}) as Record<string, unknown>;
  const isPhone = (value: string): boolean =>
    /^[\d\s+-]*$/.test(value) && value.replace(/\D/g, '').length >= 10;
  const wanted = [
    ['contact-email', () => true, 'an address'],
    ['contact-url', () => true, 'an address'],
    ['contact-phone', isPhone, '10 digits or more, with spaces, dashes and plus'],
  ] as const;
  return wanted.flatMap(([key, isRight, expected]) => {
    const value = contact[key];
    if (typeof value === 'string' && isRight(value)) return [];
    return [{ path: `app.json#contact.${key}`, found: shown(value), expected }];
  });
}

function hasEmailAddress({ manifest }: Unpacked): Fault[] {
  const { 'contact-email': found } = (manifest?.['contact'] ?? {}) as Record<string, unknown>;
  if (found === undefined || (typeof found === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(found)))
    return [];
  return [{ path: 'app.json#contact.contact-email', found: shown(found), expected: 'an e-mail address' }];
}

function hasKnownKinds(unpacked: Unpacked): Fault[] {
  return namesIn(unpacked, 'Media')
    .filter((kind) => !kind.startsWith('.') && !kinds.includes(kind))
    .map((kind) => ({ path: `Media/${kind}`, found: 'an unknown name', expected: kinds.join(', ') }));
}

function atMost(code: number, on: Rule['on'], kind: string, most: number): Rule {
  const check = (unpacked: Unpacked): Fault[] => {
    const count = namesIn(unpacked, `Media/${kind}`).length;
    return count <= most
      ? []
      : [{ path: `Media/${kind}`, found: `${count} files`, expected: `at most ${most}` }];
  };
  return { code, on, check };
}

function atLeastOne(code: number, kind: string): Rule {
  const path = `Media/${kind}`;
  const check = (unpacked: Unpacked): Fault[] =>
    unpacked.folders.has(path) && namesIn(unpacked, path).length === 0
      ? [{ path, found: 'no file', expected: 'at least one' }]
      : [];
  return { code, on: 'store', check };
}

function contents(
  code: number,
  on: Rule['on'],
  kind: string,
  ...[isRight, expected]: readonly [(body: Buffer) => boolean, string]
): Rule {
  const check = ({ files }: Unpacked): Fault[] =>
    [...files]
      .filter(([path, { body }]) => path.startsWith(`Media/${kind}/`) && !isRight(body))
      .map(([path]) => ({ path, found: 'something else', expected }));
  return { code, on, check };
}

function picturesAreWhatTheySay({ files }: Unpacked): Fault[] {
  return [...files]
    .filter(([path]) => path.startsWith('Media/Snapshots/'))
    .flatMap(([path, { body }]) => {
      const expected = /\.[^.]*$/.exec(path)?.[0] ?? '';
      const found = pictureKind(body) ?? 'something else';
      return found === expected ? [] : [{ path, found, expected: `a picture ${expected}` }];
    });
}

function name(code: number, isRight: (kind: string, base: string) => boolean, expected: string): Rule {
  const check = (unpacked: Unpacked): Fault[] =>
    kinds.flatMap((kind) =>
      namesIn(unpacked, `Media/${kind}`)
        .filter((base) => !isRight(kind, base))
        .map((base) => ({ path: `Media/${kind}/${base}`, found: 'its name', expected })),
    );
  return { code, on: 'apic', check };
}
