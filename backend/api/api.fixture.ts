/** The API over a small world: one fabric, one cluster, one mapping with one change that is held. */
import { manualClock, systemClock } from '../model/clock.ts';
import { createMetrics } from '../report/metrics.ts';
import { createStatus } from '../report/status.ts';
import type { Status } from '../report/status.ts';
import { fakePorts } from '../../test/support/api-world.ts';
import type { FakePorts, FakePortsOptions } from '../../test/support/api-world.ts';
import {
  FakeCluster,
  FakeFabric,
  add,
  dc1,
  eepg,
  documentOf,
  mapping,
  podAddress,
} from '../../test/support/report-world.ts';
import type { ApiOptions } from './express-api.ts';

export const shop = mapping('shop');
export const web = eepg('prod-a_shop_web');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface Arranged {
  readonly fabric: FakeFabric;
  readonly status: Status;
  readonly options: ApiOptions;
  /** What was logged as an error. */
  readonly logged: string[];
  readonly ports: FakePorts;
}

export function arrange(over: Partial<ApiOptions> = {}, world: FakePortsOptions = {}): Arranged {
  const ports = fakePorts(world);
  const fabric = new FakeFabric();
  const paused = (): boolean => false;
  const document = documentOf([shop]);
  const status = createStatus({
    version: '1.2.3',
    clock: manualClock(5_000),
    document,
    wanted: fabric,
    paused,
  });
  const metrics = createMetrics({ version: '1.2.3', paused });
  for (const feed of [status, metrics]) {
    feed.document(document);
    feed.source(new FakeCluster('prod-a'));
    feed.system(dc1, fabric);
  }
  fabric.want(web, 'shop', [podAddress(1)]);
  const run = fabric.run({ changes: [add(web, 'shop', podAddress(1), 'isolated')], mappings: [shop] });
  status.report(run);
  metrics.report(run);
  const logged: string[] = [];
  const options: ApiOptions = {
    ...ports,
    version: '1.2.3',
    status,
    metrics,
    ready: () => ({ ready: true, detail: 'everything was read' }),
    assets: new Map([
      ['index.html', { body: bytes('<!doctype html>'), type: 'text/html; charset=utf-8', immutable: false }],
      ['main-AB.js', { body: bytes('1'), type: 'text/javascript; charset=utf-8', immutable: true }],
    ]),
    clock: systemClock(),
    log: { info: () => undefined, error: (_fields, message) => void logged.push(message) },
    signal: new AbortController().signal,
    ...over,
  };
  return { fabric, status, options, logged, ports };
}
