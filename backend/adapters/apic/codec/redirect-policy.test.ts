import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shortId } from '../../../model/digest.ts';
import type { InstanceId } from '../../../model/identity.ts';
import { parseAddress } from '../../../model/ip.ts';
import { formatMark, type OwnershipMark } from '../../../model/ownership-mark.ts';
import { itemId, type DesiredItem } from '../../../model/target-object.ts';
import type { Dn } from '../dn.ts';
import type { Mo } from '../mo.ts';
import type { ItemToWrite, Known, StoredItem } from './codec.ts';
import { redirectPolicy } from './redirect-policy.ts';

const dn = 'uni/tn-t/svcCont/svcRedirectPol-p' as Dn;
const mark: OwnershipMark = { instance: '7f3a' as InstanceId, mapping: shortId('m'), source: '-' };
const nothing: Known = { object: undefined, resolves: () => true };
const aciName = fc.stringMatching(/^[a-zA-Z0-9_.:-]{1,20}$/);
const address = fc
  .oneof(fc.ipV4(), fc.ipV6())
  .map(parseAddress)
  .filter((parsed) => parsed !== undefined);
const octets = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .filter((bytes) => bytes.some((each) => each > 0));
const mac = octets.map((bytes) =>
  [...bytes]
    .map((each) => each.toString(16).padStart(2, '0'))
    .join(':')
    .toUpperCase(),
);
const values = fc.record(
  { weight: fc.integer({ min: 1, max: 10 }).map(String), mac, healthGroup: aciName },
  { requiredKeys: [], noNullPrototype: true },
);

function destination(name: string, attributes: Readonly<Record<string, string>>): ItemToWrite {
  return { id: itemId('destination', name), kind: 'destination', name, attributes, mark };
}

/** What the APIC would give back of what was written. */
function readBack(item: ItemToWrite): StoredItem | undefined {
  const mos = redirectPolicy
    .encodeItem(dn, item, 'created', nothing)
    .map(({ className, dn: own, attributes }): Mo => {
      const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
      return { className, dn: own, attributes: Object.fromEntries(given) as Record<string, string> };
    });
  const [first] = mos;
  return first && redirectPolicy.decodeItem(dn, first, (at) => mos.find((each) => each.dn === at));
}

describe('the codec of redirect policies', () => {
  it('reads back every destination as it was written', () => {
    fc.assert(
      fc.property(address, values, (name, attributes) => {
        const read = readBack(destination(name, attributes));

        assert.equal(read?.id, `destination:${name}`);
        assert.deepEqual(read.attributes, attributes);
        assert.deepEqual([read.address, read.mark], [name, mark]);
      }),
    );
  });

  it('reads back an IP SLA policy by its name, and one of another tenant by its DN', () => {
    for (const name of ['tcp80', 'uni/tn-common/ipslaMonitoringPol-icmp'])
      assert.equal(readBack({ id: itemId('ipSla', name), kind: 'ipSla', name, mark })?.name, name);
  });

  it('names every object by its key, and no other way', () => {
    fc.assert(
      fc.property(aciName, aciName, (tenant, name) => {
        const found = redirectPolicy.dnOf(`${tenant}/${name}`);

        assert.equal(found, `uni/tn-${tenant}/svcCont/svcRedirectPol-${name}`);
        assert.equal(redirectPolicy.nameOf(found), `${tenant}/${name}`);
      }),
    );
    assert.equal(redirectPolicy.dnOf('tenant/l3out/name'), undefined);
    assert.equal(redirectPolicy.dnOf('tenant'), undefined);
  });

  it('takes a MAC address of zeros for none, however it is spelled, and tells no letters apart', () => {
    const canonical = (written: string): unknown => {
      const item = {
        ...destination('10.0.0.1', { mac: written }),
        address: undefined,
        reasons: [],
        leaving: false,
      };
      return redirectPolicy.canonicaliseItem(item as unknown as DesiredItem).attributes;
    };

    assert.deepEqual(canonical('00-00-00-00-00-00'), { mac: '' });
    assert.deepEqual(canonical(''), { mac: '' });
    assert.deepEqual(canonical('00:50:56:aa:bb:01'), { mac: '00:50:56:AA:BB:01' });
    assert.deepEqual(readBack(destination('10.0.0.1', { mac: '00:00:00:00:00:00' }))?.attributes, {});
  });

  it('sends no attribute that nobody asked for', () => {
    const [patch, ...others] = redirectPolicy.encodeItem(
      dn,
      destination('10.0.0.1', { weight: '2' }),
      'modified',
      nothing,
    );

    const sent = Object.entries(patch?.attributes ?? {}).filter(([, value]) => value !== undefined);
    assert.deepEqual(Object.fromEntries(sent), { ip: '10.0.0.1', weight: '2', annotation: formatMark(mark) });
    assert.deepEqual(others, []);
  });
});
