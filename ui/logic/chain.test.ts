import assert from 'node:assert/strict';
import type { ExplanationModel, ExposedAddress } from '../../backend/api/contract/models.ts';
import { chainOf } from './chain.ts';

const web = { system: 'dc1', kind: 'externalEpg', name: 'k8s/calico/web' } as const;
const pool = { system: 'f5', kind: 'pool', name: 'Common/web' } as const;

function pod(name: string): ExposedAddress {
  return {
    address: '10.244.0.7',
    addressKind: 'pod',
    cluster: 'prod-a',
    origin: { kind: 'Pod', path: `shop/${name}`, uid: name },
    owner: { kind: 'Deployment', path: 'shop/web', uid: 'd' },
    node: 'node-1',
    state: 'ready',
    inService: true,
  };
}

function explanation(over: Partial<ExplanationModel>): ExplanationModel {
  return {
    address: '10.244.0.7',
    reasons: [],
    wantedIn: [],
    presentIn: [],
    changes: [],
    problems: [],
    ...over,
  };
}

describe('the chain of an address', () => {
  it('names an owner and a mapping once', () => {
    const chain = chainOf(
      explanation({
        reasons: [pod('web-1'), pod('web-2')],
        wantedIn: [
          { key: web, mapping: 'shop', group: 'shop/web', items: ['10.244.0.7/32'] },
          { key: pool, mapping: 'shop', group: 'shop/web', items: ['10.244.0.7:80'] },
        ],
      }),
    );

    assert.deepEqual(chain.owners, [{ kind: 'Deployment', path: 'shop/web', cluster: 'prod-a' }]);
    assert.deepEqual(chain.mappings, [{ name: 'shop', groups: ['shop/web'] }]);
  });

  it('tells what is present, missing, not ours, and not wanted any more', () => {
    const old = { ...web, name: 'k8s/calico/old' };
    const manual = { ...web, name: 'k8s/calico/manual' };
    const chain = chainOf(
      explanation({
        wantedIn: [
          { key: web, mapping: 'shop', group: 'g', items: [] },
          { key: pool, mapping: 'shop', group: 'g', items: [] },
        ],
        presentIn: [
          { key: web, ours: true, items: [] },
          { key: old, ours: true, items: [] },
          { key: manual, ours: false, items: [] },
        ],
      }),
    );

    assert.deepEqual(
      chain.targets.map(({ name, presence }) => [name, presence]),
      [
        ['k8s/calico/web', 'present'],
        ['Common/web', 'missing'],
        ['k8s/calico/old', 'notWanted'],
        ['k8s/calico/manual', 'notOurs'],
      ],
    );
  });
});
