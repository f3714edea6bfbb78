/**
 * The real API and the real page over loopback, fed from a small world of its own.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createApi } from '../../backend/api/express-api.ts';
import { systemClock } from '../../backend/model/clock.ts';
import type { SystemName } from '../../backend/model/identity.ts';
import type { Mapping } from '../../backend/model/mapping.ts';
import { createMetrics } from '../../backend/report/metrics.ts';
import { createStatus } from '../../backend/report/status.ts';
import type { Status } from '../../backend/report/status.ts';
import { buildUi } from '../../ui/bundle.ts';
import { fakePorts } from '../support/api-world.ts';
import type { FakePorts, FakePortsOptions } from '../support/api-world.ts';
import { FakeFabric, documentOf, f5, lb1, wantedOf } from '../support/report-world.ts';

export interface Site {
  readonly url: string;
  readonly fabric: FakeFabric;
  /** A BIG-IP and a HAProxy. */
  readonly balancers: readonly [FakeFabric, FakeFabric];
  /** Since when items drain, by `DrainId`. */
  readonly drains: Map<string, number>;
  readonly status: Status;
  /** Systems that are not planned whole now. */
  readonly unseen: Set<SystemName>;
  /** Everything else that the API needs; whoever asks is an admin unless said. */
  readonly ports: FakePorts;
  close(): Promise<void>;
}

let built: ReturnType<typeof buildUi> | undefined;

/** Serves under `/some/path/`, as behind a proxy whose path is not ours to choose. */
export async function openSite(mappings: readonly Mapping[], world: FakePortsOptions = {}): Promise<Site> {
  const ports = fakePorts(world);
  const closing = new AbortController();
  const fabric = new FakeFabric();
  const balancers = [new FakeFabric(f5), new FakeFabric(lb1)] as const;
  const drains = new Map<string, number>();
  const unseen = new Set<SystemName>();
  const paused = (): boolean => false;
  const clock = systemClock();
  const document = documentOf(mappings);
  const status = createStatus({
    version: '0.1.0',
    clock,
    document,
    wanted: wantedOf([fabric, ...balancers]),
    paused,
    drainingSince: (item) => drains.get(item),
    unseen: () => [...unseen],
  });
  const api = createApi({
    ...ports,
    version: '0.1.0',
    status,
    metrics: createMetrics({ version: '0.1.0', paused }),
    ready: () => ({ ready: true, detail: 'everything was read' }),
    assets: await (built ??= buildUi()),
    clock,
    log: { info: () => undefined, error: (fields, message) => console.error(message, fields) },
    signal: closing.signal,
  });
  const server = createServer(express().use('/some/path', api)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/some/path/`,
    fabric,
    balancers,
    drains,
    status,
    unseen,
    ports,
    async close() {
      closing.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
