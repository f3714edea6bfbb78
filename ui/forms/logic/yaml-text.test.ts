import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { yamlText } from './yaml-text.ts';

const key = fc.string({ minLength: 1 }).filter((each) => each !== '__proto__');
const { tree } = fc.letrec<{ tree: unknown; object: Record<string, unknown> }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
}));
const texts = fc.constantFrom(
  'yes',
  'null',
  '12',
  '1e3',
  '0x1f',
  '{a}_b',
  '- a',
  'a: b',
  '~',
  '#x',
  ' a',
  'a\nb\n',
  '',
  '10.0.0.0/8',
  '::/56',
  '30s',
  '*',
);

describe('an entry as YAML', () => {
  it('reads back as what it was', () =>
    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(tree, texts), { noNullPrototype: true }), (entry) => {
        assert.deepEqual(parse(yamlText(entry)) ?? {}, entry);
      }),
    ));

  it('is written as people write it', () => {
    const text = yamlText({
      name: 'shop',
      from: { kind: 'workload', clusters: ['prod-a'], labels: 'tier!=internal' },
      to: { externalEpg: { name: '{cluster}_{namespace}', create: true, emptyFor: '10m' } },
      ca: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    });

    assert.equal(
      text,
      [
        'name: shop',
        'from:',
        '  kind: workload',
        '  clusters: [prod-a]',
        '  labels: "tier!=internal"',
        'to:',
        '  externalEpg:',
        '    name: "{cluster}_{namespace}"',
        '    create: true',
        '    emptyFor: 10m',
        'ca: |',
        '  -----BEGIN CERTIFICATE-----',
        '  MIIB',
        '  -----END CERTIFICATE-----',
        '',
      ].join('\n'),
    );
  });
});
