import assert from 'node:assert/strict';
import type { SystemName } from '../../model/identity.ts';
import type { Dn } from './dn.ts';
import { dnOf, keyOf, mentioned, placeOf } from './place.ts';

const system = 'dc1' as SystemName;

describe('places', () => {
  const objectOf = (dn: string): unknown => {
    const place = placeOf(dn);
    return place?.at === 'object' ? [place.codec.kind, place.container, place.dn] : place;
  };

  it('are the object that a name says, brackets notwithstanding', () => {
    assert.deepEqual(objectOf('uni/tn-a/out-o/instP-e/rssecInherited-[uni/tn-b/out-p/instP-m]'), [
      'externalEpg',
      'uni/tn-a/out-o',
      'uni/tn-a/out-o/instP-e',
    ]);
    assert.deepEqual(objectOf('uni/tn-a/svcCont/svcRedirectPol-p/RedirectDest_ip-[10.0.0.1]'), [
      'redirectPolicy',
      'uni/tn-a/svcCont',
      'uni/tn-a/svcCont/svcRedirectPol-p',
    ]);
    assert.deepEqual(objectOf('uni/tn-a/svcCont/redirectHealthGroup-g'), [
      'redirectHealthGroup',
      'uni/tn-a/svcCont',
      'uni/tn-a/svcCont/redirectHealthGroup-g',
    ]);
  });

  it('are what stands around where they are of no kind', () => {
    assert.deepEqual(placeOf('uni/tn-a/out-o/rsectx'), {
      at: 'container',
      tenant: 'a',
      container: 'uni/tn-a/out-o',
    });
    assert.deepEqual(objectOf('uni/tn-a/svcCont/backupPol-b'), {
      at: 'container',
      tenant: 'a',
      container: 'uni/tn-a/svcCont',
    });
    assert.deepEqual(placeOf('uni/tn-a/ctx-v/any'), { at: 'tenant', tenant: 'a' });
    assert.equal(placeOf('topology/pod-1/node-101/sys'), undefined);
  });

  it('have one key each, which leads back', () => {
    for (const dn of [
      'uni/tn-a/out-o/instP-e',
      'uni/tn-a/svcCont/svcRedirectPol-e',
      'uni/tn-a/svcCont/redirectHealthGroup-e',
    ])
      assert.equal(dnOf(keyOf(system, dn as Dn)), dn);
    assert.equal(dnOf({ kind: 'pool', name: 'a/b' }), undefined);
    assert.equal(dnOf({ kind: 'redirectPolicy', name: 'a/b/c' }), undefined);
  });

  it('are found in what a fault says', () => {
    assert.equal(
      mentioned('topology/pod-1/node-101/uni/epp/rtd-[uni/tn-a/out-o/instP-e]/nwissues/fault-F0467'),
      'uni/tn-a/out-o/instP-e',
    );
    assert.equal(mentioned('nothing of ours'), undefined);
  });
});
