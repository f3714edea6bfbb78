import assert from 'node:assert/strict';
import type { Fabric, MoView } from '../fabric.ts';
import { PlainClient, testFabric } from '../plain-client.ts';
import { baseFabric, insideFabric, mo, type MoBody } from '../seed.ts';

const out = 'uni/tn-k8s/out-calico';
const leafDelayMs = 1_000;

function epgTree(name: string, prefixes: readonly string[], scope = 'import-security'): MoBody {
  const subnets = prefixes.map((ip) => mo('l3extSubnet', { ip, scope }));
  return mo('l3extInstP', { dn: `${out}/instP-${name}`, name }, subnets);
}

describe('what the fabric makes of a configuration', () => {
  let fabric: Fabric;

  beforeEach(async () => {
    fabric = await testFabric({ leafDelayMs });
    fabric.seed(baseFabric());
    settle();
  });

  afterEach(() => fabric.close());

  /** Several rounds: what the first one writes, a second one may have to act on. */
  function settle(): void {
    for (let round = 0; round < 4; round += 1) fabric.clock.advance(leafDelayMs);
  }

  const attributes = (dn: string): Readonly<Record<string, string>> => fabric.get(dn)?.attributes ?? {};

  it('deploys an external EPG: tag, state, and the scope of its VRF', () => {
    fabric.seed(epgTree('shop', []));
    const before = attributes(`${out}/instP-shop`);
    settle();

    const after = attributes(`${out}/instP-shop`);
    assert.deepEqual([before['configSt'], before['pcTag'], before['scope']], ['not-applied', 'any', '0']);
    assert.equal(after['configSt'], 'applied');
    assert.ok(Number(after['pcTag']) > 16_385);
    assert.equal(after['scope'], attributes('uni/tn-k8s/ctx-prod')['scope']);
    assert.notEqual(after['scope'], '0');
  });

  it('deploys groups inside the fabric too, as soon as their VRF is known', () => {
    fabric.seed(insideFabric());
    settle();

    const scope = attributes('uni/tn-k8s/ctx-prod')['scope'];
    for (const name of ['epg-vms', 'esg-secured']) {
      const group = attributes(`uni/tn-k8s/ap-apps/${name}`);
      assert.deepEqual([group['configSt'], group['scope']], ['applied', scope]);
    }
  });

  it('tells subscribers of it by a further notification', async () => {
    const client = await PlainClient.loggedIn(fabric);
    await client.open();
    await client.get('/api/class/l3extInstP.json?subscription=yes');

    await client.post(`/api/mo/${out}.json`, mo('l3extInstP', { name: 'shop' }));
    settle();
    const event = await client.event((one) => one.attributes['status'] === 'modified');

    assert.equal(event.attributes['configSt'], 'applied');
    await client.close();
  });

  it('finds a contract in the own tenant, then in common, and misses it otherwise', () => {
    const provided = (name: string) => mo('fvRsProv', { tnVzBrCPName: name });
    fabric.seed(
      mo('l3extInstP', { dn: `${out}/instP-a`, name: 'a' }, ['web', 'default', 'later'].map(provided)),
    );
    settle();

    const read = (name: string) => {
      const { state, tDn } = attributes(`${out}/instP-a/rsprov-${name}`);
      return [state, tDn];
    };
    assert.deepEqual(read('web'), ['formed', 'uni/tn-k8s/brc-web']);
    assert.deepEqual(read('default'), ['formed', 'uni/tn-common/brc-default']);
    assert.deepEqual(read('later'), ['missing-target', '']);
    assert.equal(attributes(`${out}/instP-a/rsprov-later/fault-F0974`)['severity'], 'minor');
  });

  it('forms a relation when its target comes, and loses it when the target goes', () => {
    const relation = `${out}/instP-a/rscons-later`;
    fabric.seed(
      mo('l3extInstP', { dn: `${out}/instP-a`, name: 'a' }, [mo('fvRsCons', { tnVzBrCPName: 'later' })]),
    );
    settle();
    fabric.seed(mo('vzBrCP', { dn: 'uni/tn-k8s/brc-later', name: 'later' }));
    settle();
    const formed = attributes(relation)['state'];
    const cleared = attributes(`${relation}/fault-F0967`)['lc'];
    fabric.remove('uni/tn-k8s/brc-later');
    settle();

    assert.deepEqual([formed, cleared], ['formed', 'retaining']);
    assert.equal(attributes(relation)['state'], 'missing-target');
    assert.equal(attributes(`${relation}/fault-F0967`)['lc'], 'soaking');
  });

  describe('with the same prefix in two external EPGs of a VRF', () => {
    const conflicts = (): MoView[] =>
      fabric
        .subtree('topology', 'faultInst')
        .filter(({ attributes: fault }) => fault['severity'] !== 'cleared');

    it('raises F0467 on each leaf for the second', () => {
      fabric.seed([epgTree('first', ['10.0.0.1/32']), epgTree('second', ['10.0.0.1/32', '10.0.0.2/32'])]);
      settle();

      const path = `local/svc-policyelem-id-0/uni/epp/rtd-[${out}/instP-second]/nwissues/fault-F0467`;
      const scope = attributes('uni/tn-k8s/ctx-prod')['scope'] ?? '';
      assert.deepEqual(
        conflicts().map(({ dn }) => dn),
        [`topology/pod-1/node-101/${path}`, `topology/pod-1/node-102/${path}`],
      );
      assert.equal(
        conflicts()[0]?.attributes['changeSet'],
        'configQual:prefix-entry-already-in-use, configSt:failed-to-apply, debugMessage:prefix-entry-already-in-use: ' +
          `Prefix entry sys/ctx-[vxlan-${scope}]/pfx-[10.0.0.1/32] is in use;, temporaryError:no`,
      );
    });

    const harmless: readonly [string, MoBody[]][] = [
      ['everything', [epgTree('a', ['0.0.0.0/0', '::/0']), epgTree('b', ['0.0.0.0/0', '::/0'])]],
      ['no classification', [epgTree('a', ['10.0.0.1/32']), epgTree('b', ['10.0.0.1/32'], 'export-rtctrl')]],
      ['another length', [epgTree('a', ['10.0.0.0/24']), epgTree('b', ['10.0.0.0/25'])]],
      [
        'another VRF',
        [
          epgTree('a', ['10.0.0.1/32']),
          mo('fvCtx', { dn: 'uni/tn-k8s/ctx-other', name: 'other' }),
          mo('l3extOut', { dn: 'uni/tn-k8s/out-b', name: 'b' }, [
            mo('l3extRsEctx', { tnFvCtxName: 'other' }),
            mo('l3extInstP', { name: 'e' }, [mo('l3extSubnet', { ip: '10.0.0.1/32' })]),
          ]),
        ],
      ],
    ];
    for (const [title, trees] of harmless) {
      it(`raises nothing for ${title}`, () => {
        fabric.seed(trees);
        settle();

        assert.deepEqual(conflicts(), []);
      });
    }

    it('clears the fault when the first gives way, keeps it a while, then removes it', () => {
      fabric.seed([epgTree('first', ['10.0.0.1/32']), epgTree('second', ['10.0.0.1/32'])]);
      settle();
      fabric.clock.advance(121_000);
      const raised = conflicts()[0]?.attributes['lc'];
      fabric.remove(`${out}/instP-first/extsubnet-[10.0.0.1/32]`);
      settle();
      const kept = fabric.subtree('topology', 'faultInst').map(({ attributes: fault }) => fault['lc']);
      fabric.clock.advance(3_600_001);

      assert.equal(raised, 'raised');
      assert.deepEqual(kept, ['retaining', 'retaining']);
      assert.deepEqual(fabric.subtree('topology', 'faultInst'), []);
    });

    it('sees through different spellings of the same network', () => {
      fabric.seed([epgTree('first', ['10.0.0.7/24']), epgTree('second', ['10.0.0.9/24'])]);
      settle();

      assert.equal(conflicts().length, 2);
    });

    it('notices when two L3Outs come to share a VRF', () => {
      const other = mo('l3extOut', { dn: 'uni/tn-k8s/out-b', name: 'b' }, [
        mo('l3extInstP', { name: 'e' }, [mo('l3extSubnet', { ip: '10.0.0.1/32' })]),
      ]);
      fabric.seed([epgTree('first', ['10.0.0.1/32']), other]);
      settle();
      const before = conflicts().length;
      fabric.seed(mo('l3extRsEctx', { dn: 'uni/tn-k8s/out-b/rsectx', tnFvCtxName: 'prod' }));
      settle();

      assert.deepEqual([before, conflicts().length], [0, 2]);
    });
  });
});
