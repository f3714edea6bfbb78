import assert from 'node:assert/strict';
import { arrange, shop } from '../../test/support/report-stage.ts';
import { add, eepg, podAddress } from '../../test/support/report-world.ts';

const web = eepg('prod-a_shop_web');

describe('explain', () => {
  it('names the pod that has the address, where it is wanted, where it is, and what is pending', () => {
    const { fabric, status } = arrange();
    fabric.want(web, 'shop', [podAddress(1)]);
    fabric.hold(eepg('old'), 'shop', [podAddress(1)]);
    status.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'conflict')], mappings: [shop] }));

    const chain = status.explain(podAddress(1));

    assert.equal(chain.reasons[0]?.origin.path, 'shop/pod-10.244.0.1');
    assert.deepEqual(
      chain.wantedIn.map(({ key }) => key.name),
      ['k8s/calico/prod-a_shop_web'],
    );
    assert.deepEqual(
      chain.presentIn.map(({ key, ours }) => [key.name, ours]),
      [['k8s/calico/old', true]],
    );
    assert.equal(chain.changes.length, 1);
  });
});
