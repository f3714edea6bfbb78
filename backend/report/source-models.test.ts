import assert from 'node:assert/strict';
import type { ObjectPath } from '../model/identity.ts';
import { arrange } from '../../test/support/report-stage.ts';
import { FakeCluster, podAddress } from '../../test/support/report-world.ts';
import type { Status } from './status.ts';

describe('a fabric as a source', () => {
  function follow(status: Status): void {
    const learned = new FakeCluster('dc1');
    learned.set('LearnedEndpoint', { count: 7 });
    learned.records.push({
      kind: 'LearnedEndpoint',
      uid: 'uni/tn-k8s/ap-shop/epg-web/cep-1',
      path: 'k8s/shop/web/10.244.0.9' as ObjectPath,
      namespace: 'k8s/shop/web',
      name: '10.244.0.9',
      labels: {},
      resourceVersion: '',
      address: podAddress(9),
      mac: '00:50:56:AA:00:09',
      nodes: ['101'],
      absentSince: 4_000,
    });
    status.source(learned);
  }

  it('shows what it learned, beside the system of that name', () => {
    const { status } = arrange();

    follow(status);

    const { sources, systems } = status.status();
    assert.deepEqual(
      sources.map(({ name, kind, objects, kinds }) => [name, kind, objects, kinds.length]),
      [
        ['prod-a', 'cluster', 0, 10],
        ['dc1', 'fabric', 7, 1],
      ],
    );
    assert.deepEqual(
      systems.map(({ name }) => name),
      ['dc1'],
    );
  });

  it('explains an endpoint that no mapping selects', () => {
    const { status } = arrange();
    follow(status);

    const [reason] = status.explain(podAddress(9)).reasons;

    assert.deepEqual(
      [reason?.origin.path, reason?.addressKind, reason?.state, reason?.mac],
      ['k8s/shop/web/10.244.0.9', 'learned', 'absent', '00:50:56:AA:00:09'],
    );
  });
});
