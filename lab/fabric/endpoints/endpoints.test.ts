import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { namesIn, PlainClient, testFabric, type Event } from '../plain-client.ts';
import { baseFabric, insideFabric, mo } from '../seed.ts';

const epgDn = 'uni/tn-k8s/ap-apps/epg-vms';
const esgDn = 'uni/tn-k8s/ap-apps/esg-secured';
const mac = '00:50:56:AA:00:01';
const vm = { epgDn, mac };
const cep = `${epgDn}/cep-${mac}`;
const leafDelayMs = 50;

describe('endpoints that the fabric learned', () => {
  let fabric: Fabric;
  let client: PlainClient;

  beforeEach(async () => {
    fabric = await testFabric({ leafDelayMs });
    fabric.seed([...baseFabric(), ...insideFabric()]);
    for (let round = 0; round < 4; round += 1) fabric.clock.advance(leafDelayMs);
    client = await PlainClient.loggedIn(fabric);
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  const attributes = (dn: string): Readonly<Record<string, string>> => fabric.get(dn)?.attributes ?? {};
  const under = (dn: string, className: string) => fabric.subtree(dn, className).map((one) => one.dn);

  describe('once learned', () => {
    it('hang below their EPG, with where they are and what they belong to', () => {
      const dns = fabric.endpoints.learn({ epgDn, mac: '00-50-56-aa-00-01', ips: ['10.5.0.1'] });

      assert.deepEqual(dns, [cep]);
      const { name, fabricPathDn, encap, bdDn, vrfDn, lcC } = attributes(cep);
      assert.deepEqual(
        { name, fabricPathDn, encap, bdDn, vrfDn, lcC },
        {
          name: mac,
          fabricPathDn: 'topology/pod-1/paths-101/pathep-[eth1/1]',
          encap: 'vlan-201',
          bdDn: 'uni/tn-k8s/BD-vms',
          vrfDn: 'uni/tn-k8s/ctx-prod',
          lcC: 'learned',
        },
      );
      assert.equal(attributes(`${cep}/ip-[10.5.0.1]`)['fabricPathDn'], attributes(cep)['fabricPathDn']);
      assert.deepEqual(under(cep, 'fvReportingNode'), [`${cep}/ip-[10.5.0.1]/node-101`]);
    });

    it('are reported by both leaves of a vPC pair, and carry every address in one spelling', () => {
      fabric.endpoints.learn({
        ...vm,
        ips: ['10.5.0.1', '2001:DB8:0:0::7'],
        nodes: [102, 101],
        path: 'pc-a',
      });

      assert.equal(attributes(cep)['fabricPathDn'], 'topology/pod-1/protpaths-101-102/pathep-[pc-a]');
      assert.deepEqual(under(cep, 'fvIp'), [`${cep}/ip-[10.5.0.1]`, `${cep}/ip-[2001:db8::7]`]);
      assert.equal(under(cep, 'fvReportingNode').length, 4);
    });

    it('may show one address under an EPG and under an ESG', () => {
      fabric.endpoints.learn([
        { ...vm, ips: ['10.5.0.1'] },
        { epgDn: esgDn, mac, ips: ['10.5.0.1'], baseEpgDn: epgDn },
      ]);

      const secured = attributes(`${esgDn}/cep-${mac}/ip-[10.5.0.1]`);
      assert.deepEqual([secured['baseEpgDn'], secured['bdDn']], [epgDn, 'uni/tn-k8s/BD-vms']);
      assert.equal(fabric.endpoints.list(epgDn).length, 2);
    });

    it('can be read by clients, and not written by them', async () => {
      fabric.endpoints.learn({ ...vm, ips: ['10.5.0.1'] });

      const read = await client.get(`/api/mo/${epgDn}.json?query-target=subtree&target-subtree-class=fvIp`);
      const made = await client.post(`/api/mo/${cep}.json`, mo('fvIp', { addr: '10.5.0.2' }));
      const changed = await client.post(`/api/mo/${cep}.json`, mo('fvCEp', { encap: 'vlan-9' }));
      const removed = await client.remove(`/api/mo/${cep}.json`);

      assert.deepEqual(namesIn(read), [`fvIp ${cep}/ip-[10.5.0.1]`]);
      assert.match(made.error ?? '', /^1: .*fvIp can not be configured/);
      assert.equal(changed.status, 200);
      assert.equal(attributes(cep)['encap'], 'vlan-201');
      assert.match(removed.error ?? '', /^107: Cannot delete object of class:fvCEp/);
    });

    it('take and lose addresses', () => {
      fabric.endpoints.learn({ ...vm, ips: ['10.5.0.1'], nodes: [102], encap: 'vlan-7' });
      fabric.endpoints.addIp(vm, '10.5.0.2');
      fabric.endpoints.removeIp(vm, '10.5.0.1');

      const [only] = fabric.endpoints.list();
      assert.deepEqual(only?.ips, ['10.5.0.2']);
      assert.deepEqual([only.nodes, only.encap], [[102], 'vlan-7']);
    });

    it('move with their addresses, and age out', () => {
      fabric.endpoints.learn({ ...vm, ips: ['10.5.0.1'], path: 'eth1/9' });
      const { createTs } = attributes(`${cep}/ip-[10.5.0.1]`);
      fabric.clock.advance(1_000);
      fabric.endpoints.move(vm, { nodes: [103], encap: 'vlan-8' });
      const moved = attributes(`${cep}/ip-[10.5.0.1]`);
      const reports = under(cep, 'fvReportingNode');
      fabric.endpoints.age(vm);

      assert.equal(moved['fabricPathDn'], 'topology/pod-1/paths-103/pathep-[eth1/1]');
      assert.deepEqual([moved['encap'], moved['createTs']], ['vlan-8', createTs]);
      assert.deepEqual(reports, [`${cep}/ip-[10.5.0.1]/node-103`]);
      assert.equal(fabric.get(cep), undefined);
      assert.doesNotThrow(() => fabric.endpoints.age(vm));
    });

    const senseless: readonly [string, () => unknown, RegExp][] = [
      ['no MAC', () => fabric.endpoints.learn({ epgDn, mac: 'x' }), /'x' is no MAC address/],
      ['no address', () => fabric.endpoints.learn({ ...vm, ips: ['10.5.0.1/32'] }), /no IP address/],
      ['an unknown leaf', () => fabric.endpoints.learn({ ...vm, nodes: [999] }), /no leaf of 999 is up/],
      ['three leaves', () => fabric.endpoints.learn({ ...vm, nodes: [101, 102, 103] }), /one leaf or on two/],
      ['no EPG', () => fabric.endpoints.learn({ epgDn: 'uni/tn-k8s/ap-apps/epg-x', mac }), /not found/],
      ['an external EPG', () => fabric.endpoints.learn({ epgDn: 'uni/tn-k8s/out-calico', mac }), /contain/],
      ['an unknown endpoint', () => fabric.endpoints.addIp(vm, '10.5.0.1'), /there is no endpoint/],
      [
        'an unknown address',
        () => {
          fabric.endpoints.learn(vm);
          fabric.endpoints.removeIp(vm, '10.5.0.1');
        },
        /there is no address/,
      ],
    ];
    for (const [title, act, problem] of senseless) {
      it(`refuse ${title}`, () => {
        assert.throws(act, problem);
      });
    }
  });

  describe('followed by a subscription to their EPG', () => {
    const ip = `${cep}/ip-[10.5.0.1]`;

    beforeEach(async () => {
      await client.open();
      await client.get(
        `/api/mo/${epgDn}.json?query-target=subtree&target-subtree-class=fvIp&subscription=yes`,
      );
    });

    const event = (status: string, dn = ip): Promise<Event> =>
      client.event((one) => one.attributes['status'] === status && one.attributes['dn'] === dn);

    it('announce addresses that come, and no other class', async () => {
      fabric.endpoints.learn({ ...vm, ips: ['10.5.0.1'] });

      const created = await event('created');

      assert.equal(created.attributes['addr'], '10.5.0.1');
      assert.deepEqual(
        client.events.map(({ className }) => className),
        ['fvIp'],
      );
    });

    it('announce a move and noise as changes, and ageing as the end', async () => {
      fabric.endpoints.learn({ ...vm, ips: ['10.5.0.1'] });
      fabric.endpoints.move(vm, { nodes: [102] });
      const moved = await event('modified');
      client.events.length = 0;
      fabric.endpoints.noise();
      const noise = await event('modified');
      fabric.endpoints.age(vm);
      const ended = await event('deleted');

      assert.equal(moved.attributes['fabricPathDn'], 'topology/pod-1/paths-102/pathep-[eth1/1]');
      assert.equal(noise.attributes['fabricPathDn'], undefined);
      assert.notEqual(noise.attributes['flags'], undefined);
      assert.equal(ended.attributes['addr'], undefined);
    });
  });

  it('are controlled by HTTP as well', async () => {
    const learned = await client.post('/lab/endpoints', { epgDn, mac, ips: ['10.5.0.1'], nodes: [101, 102] });
    await client.post('/lab/endpoints/add-ip', { epgDn, mac, ip: '10.5.0.2' });
    await client.post('/lab/endpoints/remove-ip', { epgDn, mac, ip: '10.5.0.1' });
    await client.post('/lab/endpoints/move', { epgDn, mac, nodes: [103], path: 'eth1/5' });
    const noise = await client.post('/lab/endpoints/noise', '');
    const [seen] = JSON.parse((await client.get('/lab/endpoints')).text) as unknown[];
    await client.post('/lab/endpoints/age', { epgDn, mac });
    const none = await client.get('/lab/endpoints');

    assert.deepEqual([learned.text, noise.text], [`{"learned":["${cep}"]}`, '{"done":true}']);
    assert.deepEqual(seen, {
      dn: cep,
      epgDn,
      mac,
      ips: ['10.5.0.2'],
      nodes: [103],
      path: 'eth1/5',
      encap: 'vlan-201',
      baseEpgDn: '',
      lcC: 'learned,vmm',
    });
    assert.equal(none.text, '[]');
  });

  const bad: readonly [string, string, object, RegExp][] = [
    ['a word that is not known', '/lab/endpoints', { epgDn, mac, ip: '10.5.0.1' }, /ip/],
    ['an endpoint that is not there', '/lab/endpoints/move', { epgDn, mac, nodes: [102] }, /no endpoint/],
    ['a leaf that is not there', '/lab/leaf/reload', { node: 1 }, /there is no leaf 1/],
    ['a time that is no number', '/lab/leaf/reload', { node: 101, for: '1m' }, /for/],
  ];
  for (const [title, path, body, problem] of bad) {
    it(`answer ${title} with 400 and a sentence`, async () => {
      const answer = await client.post(path, body);

      assert.equal(answer.status, 400);
      assert.match(answer.text, problem);
    });
  }
});
