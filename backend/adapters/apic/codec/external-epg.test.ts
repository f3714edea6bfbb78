import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hostPrefix, parseAddress } from '../../../model/ip.ts';
import { shortId } from '../../../model/digest.ts';
import type { InstanceId } from '../../../model/identity.ts';
import type { OwnershipMark } from '../../../model/ownership-mark.ts';
import { itemId } from '../../../model/target-object.ts';
import { splitLast, type Dn } from '../dn.ts';
import type { Mo } from '../mo.ts';
import type { Patch } from '../patch.ts';
import type { ItemToWrite, Known, StoredItem } from './codec.ts';
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

const subnet = fc.record({ address, scopes, mark }).map((each): ItemToWrite => ({
  id: itemId('subnet', hostPrefix(parseAddress(each.address) ?? ('' as never))),
  kind: 'subnet',
  name: hostPrefix(parseAddress(each.address) ?? ('' as never)),
  attributes: { scope: externalEpg.canonicalAttribute('scope', each.scopes.join(',')) },
  mark: each.mark,
}));
const relation = fc
  .record({ kind: fc.constantFrom('provides', 'consumes', 'inherits'), name: aciName, mark })
  .map((each): ItemToWrite => ({ ...each, id: itemId(each.kind, each.name), attributes: {} }));

const nothing: Known = { object: undefined, resolves: () => true };

/** What the APIC would give back of an object that was written. */
function readBack({ className, dn, attributes }: Patch): Mo {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return { className, dn, attributes: Object.fromEntries(given) as Record<string, string> };
}

function encoded(dn: Dn, item: ItemToWrite): Patch {
  const [patch] = externalEpg.encodeItem(dn, item, 'created', nothing);
  if (patch === undefined) throw new Error('nothing is written');
  return patch;
}

function decoded(dn: Dn, mo: Mo): StoredItem | undefined {
  return externalEpg.decodeItem(dn, mo, () => undefined);
}

const epg = 'uni/tn-t/out-o/instP-e' as Dn;

describe('the codec of external EPGs', () => {
  it('reads back every item as it was written', () => {
    fc.assert(
      fc.property(keyName, fc.oneof(subnet, relation), (key, item) => {
        const dn = externalEpg.dnOf(key) ?? epg;

        const read = decoded(dn, readBack(encoded(dn, item)));

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

        const dn = externalEpg.dnOf(key);
        assert.equal(dn, `uni/tn-${tenant}/out-${l3out}/instP-${name}`);
        assert.equal(externalEpg.nameOf(dn), key);
      }),
    );
    assert.equal(externalEpg.dnOf('tenant/l3out'), undefined);
    assert.equal(externalEpg.dnOf('tenant/l3out/a b'), undefined);
  });

  it('writes flags in the order in which the APIC gives them back', () => {
    assert.equal(
      externalEpg.canonicalAttribute('scope', 'shared-security, import-security,'),
      'import-security,shared-security',
    );
  });

  it('names a master of another L3Out by its DN', () => {
    const master = 'uni/tn-t/out-other/instP-m';
    const item = { id: itemId('inherits', master), kind: 'inherits', name: master };
    const { dn } = encoded(epg, item);

    const read = decoded(epg, { className: 'fvRsSecInherited', dn, attributes: {} });

    assert.equal(splitLast(dn).rn, `rssecInherited-[${master}]`);
    assert.equal(read?.name, master);
  });

  it('takes for an address only a prefix that holds exactly one', () => {
    const of = (ip: string): unknown =>
      decoded(epg, { className: 'l3extSubnet', dn: `${epg}/extsubnet-[${ip}]` as Dn, attributes: {} })
        ?.address;

    assert.equal(of('10.0.0.1/32'), '10.0.0.1');
    assert.equal(of('FD00::1/128'), 'fd00::1');
    assert.equal(of('10.0.0.0/24'), undefined);
    assert.equal(of('10.0.0.1'), undefined);
  });
});
