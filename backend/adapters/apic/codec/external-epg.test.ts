import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hostPrefix, parseAddress } from '../../../model/ip.ts';
import { shortId } from '../../../model/digest.ts';
import type { InstanceId } from '../../../model/identity.ts';
import type { OwnershipMark } from '../../../model/ownership-mark.ts';
import { splitLast, type Dn } from '../dn.ts';
import type { Mo, WireMo } from '../mo.ts';
import type { ItemToWrite } from './codec.ts';
import { externalEpg } from './external-epg.ts';

const aciName = fc.stringMatching(/^[a-zA-Z0-9_.:-]{1,20}$/);
const keyName = fc.tuple(aciName, aciName, aciName).map((parts) => parts.join('/'));
const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => parseAddress(text) !== undefined);
const mark: fc.Arbitrary<OwnershipMark> = fc.record(
  {
    instance: fc.stringMatching(/^[a-z0-9]{4,12}$/).map((text) => text as InstanceId),
    mapping: aciName.map(shortId),
    source: fc.oneof(fc.constant('-' as const), aciName.map(shortId)),
  },
  { noNullPrototype: true },
);
const scopes = fc.subarray(['import-security', 'shared-security', 'export-rtctrl'], { minLength: 1 });

const subnet = fc.record({ address, scopes, mark }).map((each) => ({
  kind: 'subnet',
  name: hostPrefix(parseAddress(each.address) ?? ('' as never)),
  attributes: { scope: externalEpg.canonicalAttribute('scope', each.scopes.join(',')) },
  mark: each.mark,
}));
const relation = fc
  .record({ kind: fc.constantFrom('provides', 'consumes', 'inherits'), name: aciName, mark })
  .map((each): ItemToWrite => ({ ...each, attributes: {} }));

/** What the APIC would give back of an object that was written. */
function readBack(written: WireMo, dn: Dn): Mo {
  const [className = '', body] = Object.entries(written)[0] ?? [];
  return { className, dn, attributes: body?.attributes ?? {} };
}

describe('the codec of external EPGs', () => {
  it('reads back every item as it was written', () => {
    fc.assert(
      fc.property(keyName, fc.oneof(subnet, relation), (key, item) => {
        const written = externalEpg.encodeItem(key, item, 'created');

        const read = externalEpg.decodeItem(key, readBack(written, externalEpg.itemDn(key, item)));

        assert.equal(read?.kind, item.kind);
        assert.equal(read.name, item.name);
        assert.deepEqual(read.attributes, item.attributes);
        assert.deepEqual(read.mark, item.mark);
      }),
    );
  });

  it('names every object by its key, and no other way', () => {
    fc.assert(
      fc.property(keyName, (key) => {
        const [tenant = '', l3out = '', name = ''] = key.split('/');

        assert.equal(externalEpg.dnOf(key), `uni/tn-${tenant}/out-${l3out}/instP-${name}`);
      }),
    );
    assert.equal(externalEpg.dnOf('tenant/l3out'), undefined);
    assert.equal(externalEpg.dnOf('tenant/l3out/a b'), undefined);
  });

  it('reads back the object with the attributes that were set', () => {
    const written = externalEpg.encodeObject('t/o/e', { attributes: { prefGrMemb: 'include' } }, 'created');

    const read = externalEpg.decodeObject(readBack(written, 'uni/tn-t/out-o/instP-e' as Dn));

    assert.deepEqual(read, { attributes: { prefGrMemb: 'include' }, mark: undefined });
  });

  it('sends only what is set, with attributes first', () => {
    const written = externalEpg.encodeObject('t/o/e', {}, 'modified', [
      externalEpg.encodeItem('t/o/e', { kind: 'subnet', name: '10.0.0.1/32' }, 'deleted'),
    ]);

    assert.equal(
      JSON.stringify(written),
      '{"l3extInstP":{"attributes":{"name":"e","status":"modified"},"children":[' +
        '{"l3extSubnet":{"attributes":{"ip":"10.0.0.1/32","status":"deleted"}}}]}}',
    );
  });

  it('writes flags in the order in which the APIC gives them back', () => {
    assert.equal(
      externalEpg.canonicalAttribute('scope', 'shared-security, import-security,'),
      'import-security,shared-security',
    );
  });

  it('names a master of another L3Out by its DN', () => {
    const dn = 'uni/tn-t/out-other/instP-m';
    const itemDn = externalEpg.itemDn('t/o/e', { kind: 'inherits', name: dn });

    const read = externalEpg.decodeItem('t/o/e', {
      className: 'fvRsSecInherited',
      dn: itemDn,
      attributes: {},
    });

    assert.equal(splitLast(itemDn).rn, `rssecInherited-[${dn}]`);
    assert.equal(read?.name, dn);
  });

  it('takes for an address only a prefix that holds exactly one', () => {
    const of = (ip: string): unknown =>
      externalEpg.decodeItem('t/o/e', {
        className: 'l3extSubnet',
        dn: `uni/tn-t/out-o/instP-e/extsubnet-[${ip}]` as Dn,
        attributes: {},
      })?.address;

    assert.equal(of('10.0.0.1/32'), '10.0.0.1');
    assert.equal(of('FD00::1/128'), 'fd00::1');
    assert.equal(of('10.0.0.0/24'), undefined);
    assert.equal(of('10.0.0.1'), undefined);
  });
});
