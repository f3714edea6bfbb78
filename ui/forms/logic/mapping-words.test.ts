import assert from 'node:assert/strict';
import { fromWords, toWords } from './mapping-words.ts';

describe('a mapping in words', () => {
  it('says what it selects', () => {
    const froms = [
      {
        kind: 'workload',
        clusters: ['a', 'b'],
        workloads: ['Deployment'],
        namespaces: { names: ['shop'] },
        labels: 'x=y',
      },
      { kind: 'service', clusters: ['a'], namespaces: { names: ['shop'], labels: 'team=web' } },
      { kind: 'workload', clusters: ['a'] },
      { kind: 'node', clusters: [] },
      { kind: 'aciEpg', epgs: ['t/a/e'], fabric: 'dc1' },
    ];

    assert.deepEqual(
      froms.map((from) => fromWords({ from })),
      [
        'Deployments in shop of a and b, where x=y',
        'Services in shop and namespaces with team=web of a',
        'workloads in every namespace of a',
        'nodes of no cluster yet',
        'endpoints learned in t/a/e on dc1',
      ],
    );
  });

  it('says where that goes', () => {
    const to = {
      externalEpg: { tenant: 'k8s', l3out: 'calico', fabric: 'dc1' },
      redirectPolicy: { tenant: 'k8s' },
      pool: { loadBalancer: 'f5', partition: 'Common' },
    };

    assert.deepEqual(toWords({ from: { kind: 'node' }, to }), [
      'an external EPG in k8s/calico on dc1',
      'a redirect policy in k8s',
      'a pool in Common on f5',
    ]);
    assert.deepEqual(toWords({ from: { kind: 'service' }, to: { redirectPolicy: { tenant: 'k8s' } } }), [
      'redirect policies in k8s',
    ]);
  });
});
