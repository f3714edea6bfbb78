/** What Cisco's validator does not look at, and an APIC stumbles over all the same. Numbers of our own, from 901. */
import type { Fault, Rule, Unpacked } from '../model.ts';

export const ourRules: readonly Rule[] = [
  { code: 901, on: 'apic', check: isNamedAfterTheApp },
  { code: 902, on: 'apic', check: startsByScript },
  { code: 903, on: 'apic', check: imageIsWhole },
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
