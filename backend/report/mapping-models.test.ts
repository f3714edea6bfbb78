import assert from 'node:assert/strict';
import { manualClock } from '../model/clock.ts';
import { itemId } from '../model/target-object.ts';
import { shop } from '../../test/support/report-stage.ts';
import {
  FakeFabric,
  add,
  dc1,
  documentOf,
  eepg,
  f5,
  podAddress,
  wantedOf,
} from '../../test/support/report-world.ts';
import { backend, drain, pool, poolTarget, there } from '../../test/support/traffic-world.ts';
import { createStatus } from './status.ts';
import type { Status } from './status.ts';

const web = eepg('prod-a_shop_web');

describe('a mapping with targets on several systems', () => {
  const both = { ...shop, to: [...shop.to, poolTarget(f5)] };

  function arrangeBoth(): { fabric: FakeFabric; balancer: FakeFabric; status: Status } {
    const [fabric, balancer] = [new FakeFabric(), new FakeFabric(f5)];
    const status = createStatus({
      version: '1.2.3',
      clock: manualClock(5_000),
      document: documentOf([both]),
      wanted: wantedOf([fabric, balancer]),
      paused: () => false,
    });
    status.system(dc1, fabric);
    status.system(f5, balancer);
    return { fabric, balancer, status };
  }

  it('names them all, each of its kind', () => {
    const { status } = arrangeBoth();

    const { systems, mappings } = status.status();

    assert.deepEqual(
      systems.map(({ name, kind }) => [name, kind]),
      [
        ['dc1', 'fabric'],
        ['f5-edge', 'bigip'],
      ],
    );
    assert.deepEqual(mappings[0]?.systems, ['dc1', 'f5-edge']);
  });

  it('is in first contact as long as it is with one of them', () => {
    const { fabric, balancer, status } = arrangeBoth();
    status.report(fabric.run({ mappings: [both] }));
    const first = balancer.run({ mappings: [both] });
    const planned = first.plan.mappings.map((one) => ({
      ...one,
      mode: 'report' as const,
      firstContact: true,
    }));

    status.report({ ...first, plan: { ...first.plan, mappings: planned } });

    const [model] = status.status().mappings;
    assert.deepEqual([model?.mode, model?.firstContact], ['report', true]);
  });

  it('names the systems that are awaited, as long as it is in first contact', () => {
    let unseen = [f5];
    const fabric = new FakeFabric();
    const status = createStatus({
      version: '1.2.3',
      clock: manualClock(5_000),
      document: documentOf([both]),
      wanted: fabric,
      paused: () => false,
      unseen: () => unseen,
    });
    const awaited = () => status.status().mappings[0]?.awaited;
    const run = fabric.run({ mappings: [both] });
    const first = run.plan.mappings.map((one) => ({ ...one, firstContact: true }));
    status.report({ ...run, plan: { ...run.plan, mappings: first } });

    const before = awaited();
    unseen = [];
    status.touch();
    const seen = awaited();
    unseen = [f5];
    status.report(run);

    assert.deepEqual([before, seen, awaited()], [['f5-edge'], [], []]);
  });

  it('has a plan on each', () => {
    const { fabric, balancer, status } = arrangeBoth();
    const webPool = pool('Common/web');

    status.report(fabric.run({ changes: [add(web, 'shop', podAddress(1), 'isolated')], mappings: [both] }));
    status.report(
      balancer.run({
        changes: [drain(webPool, 'shop', backend(webPool, 'shop', podAddress(1)))],
        mappings: [both],
      }),
    );

    assert.deepEqual(
      status.plan(10).mappings.map(({ system, due, held: waits }) => [system, due, waits]),
      [
        ['dc1', 0, 1],
        ['f5-edge', 1, 0],
      ],
    );
  });

  it('explains an address once, wherever it is wanted and whatever the item is called there', () => {
    const { fabric, balancer, status } = arrangeBoth();
    const webPool = pool('Common/web');
    const item = backend(webPool, 'shop', podAddress(1));
    const other = { ...item, id: itemId('member', '10.244.0.1:9090'), name: '10.244.0.1:9090' };
    fabric.want(web, 'shop', [podAddress(1)]);
    balancer.wantItems(webPool, 'shop', [item, other]);
    balancer.holdItems(webPool, 'shop', [there(item), there(other, { mark: undefined })]);

    const { reasons, wantedIn, presentIn } = status.explain(podAddress(1));

    assert.equal(reasons.length, 1);
    assert.deepEqual(
      wantedIn.map(({ key, items }) => [key.kind, items]),
      [
        ['externalEpg', ['10.244.0.1/32']],
        ['pool', ['10.244.0.1:8080', '10.244.0.1:9090']],
      ],
    );
    assert.deepEqual(
      presentIn.map(({ key, ours, items }) => [key.kind, ours, items]),
      [['pool', true, ['10.244.0.1:8080', '10.244.0.1:9090']]],
    );
  });
});
