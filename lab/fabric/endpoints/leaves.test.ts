import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { PlainClient, testFabric } from '../plain-client.ts';
import { baseFabric, insideFabric } from '../seed.ts';

const epgDn = 'uni/tn-k8s/ap-apps/epg-vms';
const alone = { epgDn, mac: '00:50:56:AA:00:01', ips: ['10.5.0.1'], nodes: [101], path: 'eth1/7' };
const paired = { epgDn, mac: '00:50:56:AA:00:02', ips: ['10.5.0.2'], nodes: [101, 102] };
const elsewhere = { epgDn, mac: '00:50:56:AA:00:03', ips: ['10.5.0.3'], nodes: [103] };

describe('a leaf of the simulated fabric', () => {
  let fabric: Fabric;

  beforeEach(async () => {
    fabric = await testFabric();
    fabric.seed([...baseFabric(), ...insideFabric()]);
    fabric.endpoints.learn([alone, paired, elsewhere]);
  });

  afterEach(() => fabric.close());

  const state = (node = 101) => fabric.get(`topology/pod-1/node-${node}`)?.attributes['fabricSt'];
  const addresses = () =>
    fabric.endpoints
      .list()
      .flatMap(({ ips }) => ips)
      .toSorted();
  const reports = () => fabric.subtree(epgDn, 'fvReportingNode').map(({ attributes }) => attributes['id']);
  const all = ['10.5.0.1', '10.5.0.2', '10.5.0.3'];

  it('takes with it what only it saw while it reloads, and learns the same again', () => {
    const before = fabric.endpoints.list();
    fabric.leaf.reload(101, { for: 60_000, lagMs: 500, relearnMs: 1_000 });
    fabric.clock.advance(500);
    const during = [state(), ...addresses()];
    fabric.clock.advance(59_501);
    const booted = [state(), ...addresses()];
    fabric.clock.advance(1_000);

    assert.deepEqual(during, ['inactive', '10.5.0.2', '10.5.0.3']);
    assert.deepEqual(booted, ['active', '10.5.0.2', '10.5.0.3']);
    const byMac = (list: typeof before) => list.toSorted((a, b) => a.mac.localeCompare(b.mac));
    assert.deepEqual(byMac(fabric.endpoints.list()), byMac(before));
  });

  it('is reported by its partner alone meanwhile, where it is one of a vPC pair', () => {
    fabric.leaf.reload(101, { for: 1_000, lagMs: 0, relearnMs: 0 });
    const during = reports().toSorted();
    fabric.clock.advance(1_001);

    assert.deepEqual(during, ['102', '103']);
    assert.deepEqual(reports().toSorted(), ['101', '101', '102', '103']);
  });

  it('takes a vPC pair’s endpoints with it when the partner is away too', () => {
    fabric.leaf.reload(102, { for: 60_000, lagMs: 0 });
    fabric.leaf.reload(101, { for: 5_000, lagMs: 0, relearnMs: 0 });
    const during = addresses();
    fabric.clock.advance(5_001);

    assert.deepEqual(during, ['10.5.0.3']);
    assert.deepEqual(addresses(), all);
    assert.deepEqual([state(101), state(102)], ['active', 'inactive']);
  });

  for (const [first, expected] of [
    ['endpoints', ['active', false]],
    ['node', ['inactive', true]],
  ] as const) {
    it(`reports the loss of ${first} first when asked to`, () => {
      fabric.leaf.reload(101, { first, lagMs: 1_000 });
      const early = [state(), addresses().includes('10.5.0.1')];
      fabric.clock.advance(1_001);

      assert.deepEqual(early, expected);
      assert.deepEqual([state(), addresses().includes('10.5.0.1')], ['inactive', false]);
    });
  }

  it('tells when it booted, and not before it did', () => {
    const booted = () => fabric.get('topology/pod-1/node-101/sys')?.attributes['lastRebootTime'] ?? '';
    const first = booted();
    fabric.leaf.reload(101, { for: 2_000 });
    fabric.clock.advance(1_000);
    const during = booted();
    fabric.clock.advance(1_001);

    assert.equal(during, first);
    assert.ok(booted() > first);
    assert.equal(fabric.get('topology/pod-1/node-101/sys')?.attributes['systemUpTime'], '00:00:00:00.000');
  });

  it('learns nothing while it is away', () => {
    fabric.leaf.reload(101);
    fabric.clock.advance(1_000);

    assert.throws(() => fabric.endpoints.learn(alone), /no leaf of 101 is up/);
    assert.throws(() => fabric.endpoints.move(elsewhere, { nodes: [101] }), /no leaf of 101 is up/);
  });

  it('does not bring back what moved or aged out meanwhile', () => {
    const gone = { ...alone, mac: '00:50:56:AA:00:04', ips: ['10.5.0.4'] };
    fabric.endpoints.learn(gone);
    fabric.leaf.reload(101, { for: 1_000, lagMs: 0, relearnMs: 0 });
    fabric.endpoints.learn({ ...alone, nodes: [103] });
    fabric.endpoints.age(gone);
    fabric.clock.advance(1_001);

    assert.deepEqual(addresses(), all);
    assert.deepEqual(fabric.endpoints.list().find(({ mac }) => mac === alone.mac)?.nodes, [103]);
  });

  it('stays away when it is decommissioned, until it is commissioned', () => {
    fabric.leaf.decommission(101, { lagMs: 0 });
    fabric.clock.advance(86_400_000);
    const away = [state(), ...addresses()];
    fabric.leaf.commission(101);

    assert.deepEqual(away, ['disabled', '10.5.0.2', '10.5.0.3']);
    assert.deepEqual([state(), ...addresses()], ['active', ...all]);
  });

  it('does not come back from a reload that a decommissioning overtook', () => {
    fabric.leaf.reload(101, { for: 1_000 });
    fabric.leaf.decommission(101);
    fabric.clock.advance(10_000);

    assert.deepEqual([state(), ...addresses()], ['disabled', '10.5.0.2', '10.5.0.3']);
  });

  it('is known by its number only if it is a leaf', () => {
    assert.throws(() => fabric.leaf.reload(1), /there is no leaf 1/);
  });

  it('announces its state to those who subscribed to nodes', async () => {
    const client = await PlainClient.loggedIn(fabric);
    await client.open();
    await client.get('/api/class/fabricNode.json?subscription=yes');

    await client.post('/lab/leaf/reload', { node: 101, first: 'node', for: 60_000 });
    const { attributes } = await client.event((one) => one.className === 'fabricNode');

    assert.deepEqual([attributes['dn'], attributes['fabricSt']], ['topology/pod-1/node-101', 'inactive']);
    await client.close();
  });
});
