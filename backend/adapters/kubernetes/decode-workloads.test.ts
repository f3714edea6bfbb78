import assert from 'node:assert/strict';
import type { PodRecord, WorkloadRecord } from '../../model/cluster-records.ts';
import { decodeDaemonSet, decodeDeployment, decodeJob, decodePod } from './decode-workloads.ts';
import type { DecodeContext } from './decode.ts';
import { createInterner } from './interner.ts';

const context: DecodeContext = { interner: createInterner(), onBadAddress: () => undefined };
const metadata = { name: 'web-1', namespace: 'shop', uid: 'uid-1', resourceVersion: '7' };

function podOf(object: { metadata?: object; spec?: object; status?: object }): PodRecord {
  const record = decodePod({ ...object, metadata: { ...metadata, ...object.metadata } }, context);
  assert.ok(record !== undefined);
  return record;
}

const ended = { state: { terminated: { exitCode: 0 } } };
const running = { state: { running: {} } };
const deleting = { deletionTimestamp: '2026-11-22T10:00:00Z' };

describe('decoding of pods', () => {
  it('reads both families, node, owner, readiness and start', () => {
    const pod = podOf({
      metadata: {
        ownerReferences: [
          { kind: 'Other', name: 'x', uid: 'u0' },
          { kind: 'ReplicaSet', name: 'web', uid: 'u1', controller: true },
        ],
      },
      spec: { nodeName: 'node-1', containers: [{ ports: [{ name: 'web', containerPort: 8080 }] }] },
      status: {
        phase: 'Running',
        podIP: '10.244.0.7',
        podIPs: [{ ip: '10.244.0.7' }, { ip: 'fd00::7' }],
        startTime: '2026-11-22T10:00:00Z',
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });

    assert.deepEqual(pod, {
      kind: 'Pod',
      uid: 'uid-1',
      path: 'shop/web-1',
      namespace: 'shop',
      name: 'web-1',
      labels: {},
      resourceVersion: '7',
      phase: 'Running',
      node: 'node-1',
      hostNetwork: false,
      addresses: ['10.244.0.7', 'fd00::7'],
      owner: { kind: 'ReplicaSet', path: 'shop/web', uid: 'u1' },
      ports: [{ name: 'web', number: 8080, protocol: 'TCP' }],
      ready: true,
      terminating: false,
      finished: false,
      startedAt: Date.parse('2026-11-22T10:00:00Z'),
    });
  });

  it('takes the one address where there is no list of them', () => {
    assert.deepEqual(podOf({ status: { podIP: '10.244.0.7' } }).addresses, ['10.244.0.7']);
  });

  it('says finished of pods that succeeded or failed', () => {
    assert.equal(podOf({ status: { phase: 'Succeeded' } }).finished, true);
    assert.equal(podOf({ status: { phase: 'Failed' } }).finished, true);
  });

  it('says finished of a pod being deleted whose containers have all ended', () => {
    const status = { phase: 'Running', containerStatuses: [ended, ended], initContainerStatuses: [ended] };

    assert.equal(podOf({ metadata: deleting, status }).finished, true);
  });

  it('does not say finished while anything runs, may restart, or is not known', () => {
    const status = { phase: 'Running', containerStatuses: [ended] };
    const sidecar = { ...status, initContainerStatuses: [running] };

    assert.equal(podOf({ status }).finished, false);
    assert.equal(
      podOf({ metadata: deleting, status: { containerStatuses: [ended, running] } }).finished,
      false,
    );
    assert.equal(podOf({ metadata: deleting, status: sidecar }).finished, false);
    assert.equal(podOf({ metadata: deleting, status: { phase: 'Running' } }).finished, false);
  });

  it('says Unknown of phases that it does not know', () => {
    assert.equal(podOf({ status: { phase: 'Dreaming' } }).phase, 'Unknown');
  });
});

describe('decoding of workloads', () => {
  const workload = (record: WorkloadRecord | undefined): number | undefined => record?.replicas;

  it('reads how many pods are wanted, where the kind says it', () => {
    assert.equal(workload(decodeDeployment({ metadata, spec: { replicas: 0 } }, context)), 0);
    assert.equal(workload(decodeDeployment({ metadata, spec: {} }, context)), undefined);
    assert.equal(workload(decodeDaemonSet({ metadata, status: { desiredNumberScheduled: 3 } }, context)), 3);
    assert.equal(workload(decodeJob({ metadata, spec: { parallelism: 3 } }, context)), undefined);
  });
});
