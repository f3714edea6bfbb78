import assert from 'node:assert/strict';
import fc from 'fast-check';
import { digest, shortId } from './digest.ts';
import { worst } from './freshness.ts';
import type { Freshness } from './freshness.ts';
import { keyText, objectPath, parseKeyText } from './identity.ts';
import type { InstanceId, ShortId, SystemName, TargetKey } from './identity.ts';
import { formatMark, parseMark } from './ownership-mark.ts';

const shortIds = fc.string({ maxLength: 40 }).map(shortId);
const marks = fc.record(
  {
    instance: fc.stringMatching(/^[a-z0-9]{4,12}$/).map((text) => text as InstanceId),
    mapping: shortIds,
    source: fc.oneof(shortIds, fc.constant<ShortId | '-'>('-')),
  },
  { noNullPrototype: true },
);

describe('model/ownership-mark', () => {
  it('is read back as it was written, in at most 128 characters that the APIC takes', () => {
    fc.assert(
      fc.property(marks, (mark) => {
        const text = formatMark(mark);

        assert.deepEqual(parseMark(text), mark);
        assert.match(text, /^[a-zA-Z0-9_.:-]{1,128}$/);
      }),
    );
  });

  for (const text of [
    '',
    'orchestrator:aci-containers-controller',
    'orchestrator:aci-kube-sync:7f3a:12345678',
    'orchestrator:aci-kube-sync:7f3a:12345678:1234567g',
    'orchestrator:aci-kube-sync:7F3A:12345678:-',
    'orchestrator:aci-kube-sync:7f3a:12345678:-:more',
    ' orchestrator:aci-kube-sync:7f3a:12345678:-',
    'orchestrator:aci-kube-sync:7f3a:12345678:-\n',
  ])
    it(`${JSON.stringify(text)} is no mark of ours`, () => {
      assert.equal(parseMark(text), undefined);
    });
});

describe('model/identity', () => {
  const part = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,12}$/);

  it('a key and its text lead to each other, whatever the name has in it', () => {
    fc.assert(
      fc.property(part, fc.string(), (system, name) => {
        const key: TargetKey = { system: system as SystemName, kind: 'externalEpg', name };

        assert.deepEqual(parseKeyText(keyText(key)), key);
      }),
    );
  });

  it('a path is namespace/name, and the name alone without a namespace', () => {
    assert.deepEqual(
      [objectPath('shop', 'web'), objectPath('', 'node-1'), objectPath(undefined, 'node-1')],
      ['shop/web', 'node-1', 'node-1'],
    );
  });
});

describe('model/digest', () => {
  it('is SHA-256 in lower-case hexadecimal, cut where asked', () => {
    assert.equal(digest('abc', 16), 'ba7816bf8f01cfea');
    assert.equal(digest('').length, 64);
    assert.match(shortId('shop-web'), /^[0-9a-f]{8}$/);
  });

  it('stands in marks, so it never changes from release to release', () => {
    assert.equal(shortId('prod-a'), digest('prod-a').slice(0, 8));
    assert.equal(shortId('abc'), 'ba7816bf');
  });
});

describe('model/freshness', () => {
  const order: readonly Freshness[] = ['synced', 'stale', 'unknown'];

  it('of several the least trustworthy counts, in any order; of none, synced', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...order)), (values) => {
        const expected = order[Math.max(0, ...values.map((value) => order.indexOf(value)))];

        assert.equal(worst(values), expected);
      }),
    );
  });
});
