/** The status, fed with one cluster and one fabric. */
import { manualClock } from '../../backend/model/clock.ts';
import { createStatus } from '../../backend/report/status.ts';
import type { Status } from '../../backend/report/status.ts';
import { FakeCluster, FakeFabric, dc1, documentOf, mapping } from './report-world.ts';

export const shop = mapping('shop');

export function arrange(): { fabric: FakeFabric; status: Status; cluster: FakeCluster } {
  const fabric = new FakeFabric();
  const cluster = new FakeCluster('prod-a');
  const status = createStatus({
    version: '1.2.3',
    clock: manualClock(5_000),
    document: documentOf([shop]),
    wanted: fabric,
    paused: () => false,
  });
  status.source(cluster);
  status.system(dc1, fabric);
  return { fabric, status, cluster };
}
