/** Values that break careless programs. */
import type { Random } from './random.ts';

/** Whatever is told to be a password, a token or a key begins like this, and must never be heard again. */
export const secretMark = 'S3CRET-';

export const names = [
  'prod-a',
  'dc1',
  'lb1',
  'f5-edge',
  'shop',
  'billing',
  'inspect',
  'edge',
  '1',
  '2',
] as const;

export const hostileTexts = [
  '',
  ' ',
  '.',
  '..',
  '../../../../etc/passwd',
  '..\\..\\windows',
  '/etc/shadow',
  '\0',
  'a\0b',
  'a\r\nSet-Cookie: aks_session=x',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE history; --",
  '{{7*7}}${7*7}',
  '%00%2e%2e%2f',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\ud800',
  '\u202egnp.exe',
  'ﷺ'.repeat(50),
  '🧨'.repeat(100),
  'x'.repeat(65),
  'x'.repeat(5000),
  '-1',
  '1e999',
  'NaN',
  '9007199254740993',
  '0x10',
  'true',
  'null',
  '[object Object]',
  '10.0.0.0/8',
  '::1%lo',
  '`id`',
  '$(id)',
  '*',
  '%',
  '_',
] as const;

export function hostileValue(random: Random): unknown {
  return random.pick<() => unknown>([
    () => random.pick(hostileTexts),
    () => random.pick(hostileTexts),
    () => random.pick([0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, 1e21]),
    () => random.pick([true, false, null]),
    () => [],
    () => ({}),
    () => nested(random.pick([5, 39, 41, 300])),
    () => Array.from({ length: random.pick([1, 1000]) }, () => random.pick(hostileTexts)),
    () =>
      JSON.parse(
        `{"${random.pick(['__proto__', 'constructor', 'prototype', 'toJSON', 'length'])}": {"role": "admin"}}`,
      ) as unknown,
    () => ({ secret: `${secretMark}${random.below(1000)}` }),
  ])();
}

function nested(depth: number): unknown {
  return JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
}

/** Documents as text: whole, broken, and some that unfold. */
export function documentText(random: Random): string {
  return random.pick([
    'version: 1\ninstance: 7f3a\nclusters: []\nfabrics: []\nloadBalancers: []\nmappings: []\n',
    'version: 1\nfabrics:\n  - name: dc1\n    controllers: [https://10.0.0.1]\n',
    `version: 1\nfabrics:\n  - name: dc1\n    controllers: [https://10.0.0.1]\n    credentials: {username: a, password: ${secretMark}7}\n`,
    `fabrics:\n  - credentials:\n      password: "${secretMark}8\n  broken: [`,
    'a: &a [x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nmappings: [*c, *c]\n',
    'a: &a {b: *a}\n',
    '__proto__: {polluted: true}\nversion: 1\n',
    '!!js/function "function () { return 1 }"\n',
    '[1, 2, 3]',
    '{"version": 1, "mappings": [{"name": "shop"}, {"name": "shop"}]}',
    '---\na: 1\n---\nb: 2\n',
    `${'- '.repeat(3000)}x`,
    '\t',
    'x'.repeat(100_000),
    ...hostileTexts,
  ]);
}
