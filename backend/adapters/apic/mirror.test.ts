/** What a notification may say and what not: pure, without a fabric. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatMark, type OwnershipMark } from '../../model/ownership-mark.ts';
import { shortId } from '../../model/digest.ts';
import type { InstanceId } from '../../model/identity.ts';
import { externalEpg } from './codec/external-epg.ts';
import type { Dn } from './dn.ts';
import { Mirror } from './mirror.ts';
import type { Mo } from './mo.ts';
import { ObjectRecord } from './record.ts';

const dn = 'uni/tn-t/out-o/instP-e' as Dn;
const mark: OwnershipMark = { instance: '7f3a' as InstanceId, mapping: shortId('m'), source: '-' };
const everything = (): boolean => true;

function epg(attributes: Record<string, string> = {}): Mo {
  return { className: 'l3extInstP', dn, attributes: { prefGrMemb: 'exclude', ...attributes } };
}

function subnet(ip: string, attributes: Record<string, string> = {}): Mo {
  const values = { scope: 'import-security', annotation: formatMark(mark), ...attributes };
  return { className: 'l3extSubnet', dn: `${dn}/extsubnet-[${ip}]` as Dn, attributes: values };
}

function notice(mo: Mo, status: string, attributes = mo.attributes): Mo {
  return { ...mo, attributes: { ...attributes, status } };
}

function record(...mos: readonly Mo[]): ObjectRecord {
  const found = ObjectRecord.of(externalEpg, dn, mos);
  if (found === undefined) throw new Error('no EPG among the objects');
  return found;
}

function mirrorOf(...mos: readonly Mo[]): Mirror {
  const mirror = new Mirror();
  mirror.finish(mirror.begin(everything), new Map([[dn, record(...mos)]]));
  return mirror;
}

const doubt = { in: 'object', dn };

describe('the mirror of a fabric', () => {
  it('hears nothing new in what it already knows', () => {
    const mirror = mirrorOf(epg(), subnet('10.0.0.1/32'));

    const heard = [
      notice(epg(), 'created'),
      notice(subnet('10.0.0.1/32'), 'created'),
      notice(subnet('10.0.0.1/32'), 'modified', { scope: 'import-security' }),
      notice(epg(), 'modified', { pcTag: '16390', configSt: 'applied' }),
      notice(subnet('10.0.0.9/32'), 'deleted', {}),
    ].map((each) => mirror.judge(each));

    assert.deepEqual(heard, [undefined, undefined, undefined, undefined, undefined]);
  });

  it('doubts an object when a notification says anything else of it or in it', () => {
    const mirror = mirrorOf(epg(), subnet('10.0.0.1/32'));

    const heard = [
      notice(subnet('10.0.0.9/32'), 'created'),
      notice(subnet('10.0.0.1/32'), 'modified', { annotation: 'orchestrator:me' }),
      notice(subnet('10.0.0.1/32'), 'modified', { scope: 'export-rtctrl' }),
      notice(subnet('10.0.0.1/32'), 'deleted', {}),
      notice(epg(), 'deleted', {}),
      notice(epg(), 'modified', { prefGrMemb: 'include' }),
      notice({ className: 'fvRsConsIf', dn: `${dn}/rsconsIf-x` as Dn, attributes: {} }, 'created'),
    ].map((each) => mirror.judge(each));

    assert.deepEqual(
      heard,
      heard.map(() => doubt),
    );
  });

  it('never changes by a notification, whatever it says', () => {
    const notices = fc.array(
      fc.record({
        ip: fc.constantFrom('10.0.0.1/32', '10.0.0.2/32'),
        status: fc.constantFrom('created', 'modified', 'deleted'),
      }),
    );
    fc.assert(
      fc.property(notices, (heard) => {
        const mirror = mirrorOf(epg(), subnet('10.0.0.1/32'));
        const before = mirror.get(dn);

        for (const { ip, status } of heard) mirror.judge(notice(subnet(ip), status));

        assert.equal(mirror.get(dn), before);
      }),
    );
  });

  it('does not take an older read for newer than its own write', () => {
    const mirror = mirrorOf(epg());
    const reading = mirror.begin(everything);
    mirror.write(dn, record(epg(), subnet('10.0.0.1/32')));

    const found = mirror.finish(reading, new Map([[dn, record(epg())]]));

    assert.deepEqual(found, { changed: [], uncertain: [dn] });
    assert.equal(mirror.get(dn)?.items.size, 1);
  });

  it('asks for another read when something was notified while it read', () => {
    const mirror = mirrorOf(epg());
    const reading = mirror.begin(everything);
    mirror.judge(notice(epg(), 'modified', { prefGrMemb: 'exclude' }));

    const found = mirror.finish(reading, new Map([[dn, record(epg({ prefGrMemb: 'include' }))]]));

    assert.deepEqual(found, { changed: [dn], uncertain: [dn] });
  });

  it('drops what a read of everything did not find', () => {
    const mirror = mirrorOf(epg(), subnet('10.0.0.1/32'));

    const found = mirror.finish(mirror.begin(everything), new Map());

    assert.deepEqual(found.changed, [dn]);
    assert.equal(mirror.get(dn), undefined);
    assert.deepEqual([...mirror.owned()], []);
  });

  it('finds no difference in reading the same twice', () => {
    const mirror = mirrorOf(epg(), subnet('10.0.0.1/32'));
    const again = record(epg(), subnet('10.0.0.1/32'));

    const found = mirror.finish(mirror.begin(everything), new Map([[dn, again]]));

    assert.deepEqual(found, { changed: [], uncertain: [] });
  });
});
