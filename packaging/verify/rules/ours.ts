/** What Cisco's validator does not look at, and an APIC stumbles over all the same. Numbers of our own, from 901. */
import { shown } from '../facts.ts';
import type { Fault, ImageArchive, Rule, Unpacked } from '../model.ts';

export const ourRules: readonly Rule[] = [
  { code: 901, on: 'apic', check: isNamedAfterTheApp },
  { code: 902, on: 'apic', check: startsByScript },
  { code: 903, on: 'apic', check: imageIsWhole },
  image(904, ({ count = 1 }) => (count === 1 ? [] : [[`${count} images`, 'one image']])),
  image(905, namesItself),
  image(906, ({ start }) => (start?.command.length === 0 ? [['no CMD', 'a CMD of start.sh']] : [])),
  // It would be given start.sh as an argument.
  image(907, ({ start }) =>
    start === undefined || start.entrypoint.length === 0
      ? []
      : [[`ENTRYPOINT ${shown(start.entrypoint)}`, 'no ENTRYPOINT']],
  ),
  // Port 80 and the app's key in the mounted folders are root's.
  image(908, ({ start }) =>
    start === undefined || /^(0|root|)(:|$)/.test(start.user)
      ? []
      : [[`USER ${start.user}`, 'root, or no USER']],
  ),
];

function isNamedAfterTheApp({ top, manifest, beside }: Unpacked): Fault[] {
  const { vendordomain, appid } = (manifest ?? {}) as Record<string, string>;
  const expected = `${vendordomain ?? ''}_${appid ?? ''}`;
  const strangers = beside.filter((path) => path !== `${top}.dev.signature`);
  if (manifest === undefined || (top === expected && strangers.length === 0)) return [];
  return [
    {
      path: strangers[0] ?? top,
      found: top === expected ? 'a file beside it' : top,
      expected: `one folder ${expected}`,
    },
  ];
}

function startsByScript({ files }: Unpacked): Fault[] {
  const path = 'Service/start.sh';
  const file = files.get(path);
  if (file === undefined || file.body.length === 0) return [];
  const wrong = [
    [(file.mode & 0o111) === 0o111, 'a file that is not executable', 'mode 0755'],
    [file.body.subarray(0, 2).toString() === '#!', 'no interpreter in its first line', '#!/bin/sh'],
    [!file.body.includes('\r'), 'carriage returns', 'lines that end with a line feed'],
  ] as const;
  return wrong.flatMap(([isRight, found, expected]) => (isRight ? [] : [{ path, found, expected }]));
}

function imageIsWhole({ images }: Unpacked): Fault[] {
  return [...images].flatMap(([path, { names, manifest, platform }]) => {
    if (manifest === undefined)
      return [{ path, found: 'no manifest', expected: 'an image as docker save writes it, gzipped' }];
    const lacking = [manifest.config, ...manifest.layers].filter((name) => !names.includes(name));
    if (lacking.length > 0) return [{ path, found: `no ${lacking.join(', ')}`, expected: 'the whole image' }];
    return platform === 'linux/amd64' ? [] : [{ path, found: platform ?? '?', expected: 'linux/amd64' }];
  });
}

type Said = readonly (readonly [found: string, expected: string])[];

/** On each image that has a manifest; that one has none is another rule's. */
function image(code: number, check: (image: ImageArchive) => Said): Rule {
  return {
    code,
    on: 'apic',
    check: ({ images }) =>
      [...images]
        .filter(([, { manifest }]) => manifest !== undefined)
        .flatMap(([path, one]) => check(one).map(([found, expected]) => ({ path, found, expected }))),
  };
}

/** Where no registry can be asked, an image is found by the name that it is loaded with, and by no other. */
function namesItself({ tags = [] }: ImageArchive): Said {
  if (tags.length === 0) return [['no name (RepoTags)', 'a name such as vendor/app:1.0']];
  return tags
    .filter((tag) => /^(localhost|[^/]*[.:][^/]*)\//.test(tag))
    .map((tag) => [tag, 'a name without a registry in front']);
}
