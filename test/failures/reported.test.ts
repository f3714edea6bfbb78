import assert from 'node:assert/strict';
import { createAuthority } from '../../lab/authority.ts';
import { mo } from '../../lab/fabric/seed.ts';
import type { Cluster } from '../../lab/cluster/cluster.ts';
import { l3out, mapping, openStage, type Stage } from './stage.ts';

const longName = 'a-name-that-is-quite-a-bit-longer-than-the-fabric-takes-for-one';

/** One product with everything wrong at once: whatever is wrong must not stop the rest. */
describe('what is wrong is said where it is wrong, while everything else goes on', () => {
  let stage: Stage;

  before(async function () {
    this.timeout(60_000);
    const strangers = await createAuthority();
    stage = await openStage({
      mappings: [
        mapping('healthy', { namespaces: { names: ['shop'] } }),
        mapping('nowhere', { namespaces: { names: ['lost'] } }, { l3out: 'missing' }),
        mapping('again', { namespaces: { names: ['twice'] } }),
        mapping('and-again', { namespaces: { names: ['twice'] }, groupBy: 'mapping' }, { name: 'second' }),
        mapping(
          'bare',
          { namespaces: { names: ['shop'] }, workloads: ['Pod'] },
          { name: '{namespace}_{workload}' },
        ),
        mapping(
          'services',
          { kind: 'service', namespaces: { names: ['shop'] }, groupBy: 'service' },
          { name: '{service}_lb', addresses: ['loadBalancer', 'external'] },
        ),
        mapping('locked', { namespaces: { names: ['locked'] } }, { fabric: 'dc2' }),
        mapping('others', { clusters: ['untrusted', 'refused'], namespaces: { names: ['elsewhere'] } }),
      ],
      fabrics: [{ name: 'dc2', credentials: { username: 'admin', password: 'file:wrong-password' } }],
      clusters: [
        { name: 'untrusted', ca: 'file:strangers.pem' },
        { name: 'refused', credentials: { token: 'file:wrong-password' } },
      ],
      files: { 'strangers.pem': strangers.caPem, 'wrong-password': 'not-the-password' },
      prepare: ({ fabric, cluster }) => {
        fabric.seed([
          mo('l3extInstP', { dn: `${l3out}/instP-theirs` }, [mo('l3extSubnet', { ip: '192.168.5.77/32' })]),
          mo('l3extInstP', { dn: `${l3out}/instP-c1_shop_cart`, descr: 'mine' }),
        ]);
        populate(cluster);
      },
    });
  });

  after(() => stage.close());

  it('fills the EPG of a healthy mapping', () =>
    stage.until('four addresses of two pods', () => stage.prefixes('c1_shop_web').length === 4));

  it('says that an L3Out is not there', async () => {
    const said = await stage.says('k8s/missing/', 'fabric.sentinel');

    assert.match(said.detail, /L3Out missing of tenant k8s/);
  });

  it('says that the APIC refuses the password', () => stage.says('dc2', 'fabric.unauthorized'));

  it('says that a cluster’s certificate is not trusted', () => stage.says('untrusted', 'cluster.untrusted'));

  it('says that a cluster refuses the token', () => stage.says('refused', 'cluster.unauthorized'));

  it('says that a Service has only a host name', async () => {
    const said = await stage.says('/named_lb', 'address.hostname-only');

    assert.match(said.detail, /shop\/named is known only as lb\.example\.net/);
  });

  it('says that an address lies outside the ranges, and uses the others', async () => {
    const said = await stage.says('/outside_lb', 'address.out-of-range');

    assert.match(said.detail, /203\.0\.113\.9 of Service shop\/outside/);
    await stage.until('the address in range', () => stage.prefixes('outside_lb').length === 1);
  });

  it('says that a running pod has no address', () => stage.says('/shop_mute', 'address.none'));

  it('says that a name was cut, and uses the cut one', async () => {
    const said = await stage.says('c1_shop_a-name', 'name.cut');

    const name = said.about.split('/').at(-1) ?? '';
    assert.equal(name.length, 64);
    await stage.until('the EPG is filled', () => stage.prefixes(name).length === 2);
  });

  it('gives an address that two mappings claim to the first, and says so on both', async () => {
    await stage.says('/second', 'address.two-claims');
    await stage.says('/c1_twice_pair', 'address.two-claims');

    await stage.until('the first has it', () => stage.prefixes('c1_twice_pair').length === 2);
    assert.deepEqual(stage.prefixes('second'), []);
  });

  it('leaves an address where a person has it, and says so, and takes it once it is free', async () => {
    const said = await stage.says('/taken_lb', 'address.in-use');

    assert.match(said.detail, /192\.168\.5\.77\/32 is in k8s\/calico\/theirs/);
    assert.deepEqual(stage.prefixes('taken_lb'), []);

    stage.fabric.remove(`${l3out}/instP-theirs/extsubnet-[192.168.5.77/32]`);
    await stage.until('the address moved', () => stage.prefixes('taken_lb').length === 1);
  });

  it('leaves an EPG of a person’s with the same name alone, and says so', async () => {
    await stage.says('/c1_shop_cart', 'object.foreign');

    assert.deepEqual(stage.prefixes('c1_shop_cart'), []);
    assert.equal(stage.fabric.get(`${l3out}/instP-c1_shop_cart`)?.attributes['descr'], 'mine');
  });

  it('shows a fault that a leaf raises on what was written, when somebody else’s prefix was not known yet', async () => {
    stage.fabric.faults.set({ notificationsLost: {} });
    stage.fabric.seed(mo('l3extSubnet', { dn: `${l3out}/instP-theirs/extsubnet-[192.168.5.88/32]` }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    stage.fabric.faults.clear();

    stage.cluster.service('shop', 'late', {
      type: 'LoadBalancer',
      annotations: { 'metallb.io/loadBalancerIPs': '192.168.5.88' },
    });

    const said = await stage.says('/late_lb', 'fabric.fault');
    assert.match(said.detail, /192\.168\.5\.88\/32.*F0467/);
  });
}).timeout(40_000);

function populate(cluster: Cluster): void {
  cluster.deployment('shop', 'web', 2);
  cluster.deployment('shop', 'cart', 1);
  cluster.deployment('shop', longName, 1);
  cluster.deployment('twice', 'pair', 1);
  cluster.deployment('lost', 'sheep', 1);
  cluster.deployment('locked', 'door', 1);
  cluster.service('shop', 'named', {
    type: 'LoadBalancer',
    annotations: { 'lab/hostname': 'lb.example.net' },
  });
  cluster.service('shop', 'outside', { spec: { externalIPs: ['198.51.100.9', '203.0.113.9'] } });
  cluster.service('shop', 'taken', {
    type: 'LoadBalancer',
    annotations: { 'metallb.io/loadBalancerIPs': '192.168.5.77' },
  });
  cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name: 'mute' },
    spec: {
      containers: [{ name: 'main', image: 'registry.example/app:1' }],
      nodeSelector: { nowhere: 'yes' },
    },
    status: { phase: 'Running' },
  });
}
