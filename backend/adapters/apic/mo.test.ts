import assert from 'node:assert/strict';
import { decodeEnvelope, wireMo } from './mo.ts';

describe('managed objects on the wire', () => {
  it('get their full names back from relative ones', () => {
    const reply = {
      totalCount: '1',
      imdata: [
        {
          l3extInstP: {
            attributes: { dn: 'uni/tn-a/out-o/instP-e', name: 'e' },
            children: [{ l3extSubnet: { attributes: { rn: 'extsubnet-[10.0.0.1/32]', ip: '10.0.0.1/32' } } }],
          },
        },
      ],
    };

    const envelope = decodeEnvelope(reply);

    assert.equal(envelope?.results, 1);
    assert.deepEqual(
      envelope.imdata.map((mo) => mo.dn),
      ['uni/tn-a/out-o/instP-e', 'uni/tn-a/out-o/instP-e/extsubnet-[10.0.0.1/32]'],
    );
  });

  it('do not invent a total where the reply has none', () => {
    assert.equal(decodeEnvelope({ imdata: [] })?.totalCount, undefined);
    assert.equal(decodeEnvelope({ totalCount: 'many', imdata: [] })?.totalCount, undefined);
  });

  it('are no envelope when imdata is missing', () => {
    assert.equal(decodeEnvelope({ totalCount: '0' }), undefined);
    assert.equal(decodeEnvelope('<html>'), undefined);
  });

  it('keep ids of subscriptions as text, beyond what a number can hold', () => {
    const envelope = decodeEnvelope(
      JSON.parse('{"totalCount":"0","subscriptionId":"72057598349803551","imdata":[]}'),
    );

    assert.equal(envelope?.subscriptionId, '72057598349803551');
  });

  it('are written with attributes first and without values that are not set', () => {
    const mo = wireMo('l3extSubnet', { ip: '10.0.0.1/32', scope: undefined }, [wireMo('tagAnnotation', {})]);

    assert.equal(
      JSON.stringify(mo),
      '{"l3extSubnet":{"attributes":{"ip":"10.0.0.1/32"},"children":[{"tagAnnotation":{"attributes":{}}}]}}',
    );
  });
});
