import assert from 'node:assert/strict';
import type { Fabric, FabricOptions } from '../fabric.ts';
import { PlainClient, testFabric } from '../plain-client.ts';
import { mo, type MoBody } from '../seed.ts';

const container = 'uni/tn-k8s/svcCont';
const policy = `${container}/svcRedirectPol-web`;
const ipsla = mo('vnsRsIPSLAMonitoringPol', { tDn: 'uni/tn-k8s/ipslaMonitoringPol-tcp80' });

function redirect(attributes: Record<string, string>, children: readonly MoBody[] = []): MoBody {
  return mo('vnsSvcRedirectPol', { name: 'web', ...attributes }, children);
}

function destination(ip: string, attributes: Record<string, string> = {}): MoBody {
  return mo('vnsRedirectDest', { ip, mac: '00:50:56:aa:bb:01', ...attributes });
}

describe('writing redirect policies', () => {
  let fabric: Fabric;
  let client: PlainClient;

  async function start(options: Partial<FabricOptions> = {}): Promise<void> {
    fabric = await testFabric(options);
    fabric.seed(mo('fvTenant', { name: 'k8s' }));
    client = await PlainClient.loggedIn(fabric);
  }

  const post = (body: MoBody) => client.post(`/api/mo/${container}.json`, body);
  const attributes = (dn: string): Readonly<Record<string, string>> => fabric.get(dn)?.attributes ?? {};

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  it('fills what was not said, and writes MACs in capitals', async () => {
    await start();

    const answer = await post(redirect({}, [destination('10.1.0.7')]));

    assert.equal(answer.status, 200);
    const { AnycastEnabled, destType, hashingAlgorithm, thresholdDownAction } = attributes(policy);
    assert.deepEqual(
      [AnycastEnabled, destType, hashingAlgorithm, thresholdDownAction],
      ['no', 'L3', 'sip-dip-prototype', 'permit'],
    );
    const { mac, weight, podId, ip2 } = attributes(`${policy}/RedirectDest_ip-[10.1.0.7]`);
    assert.deepEqual([mac, weight, podId, ip2], ['00:50:56:AA:BB:01', '1', '1', '0.0.0.0']);
  });

  it('takes destinations of IPv6 and of backup policies', async () => {
    await start();

    await post(redirect({}, [destination('2001:db8::7')]));
    const spare = await post(
      mo('vnsBackupPol', { name: 'spare' }, [mo('vnsRedirectDest', { ip: '10.1.0.9' })]),
    );

    assert.equal(spare.status, 200);
    assert.ok(fabric.get(`${policy}/RedirectDest_ip-[2001:db8::7]`));
    assert.ok(fabric.get(`${container}/backupPol-spare/RedirectDest_ip-[10.1.0.9]`));
  });

  const refused: readonly [string, MoBody, RegExp][] = [
    ['a threshold above 100', redirect({ maxThresholdPercent: '101' }), /^106: .*maxThresholdPercent.*range/],
    [
      'a lower threshold above the upper one',
      redirect({ minThresholdPercent: '60', maxThresholdPercent: '40' }),
      /^1: Invalid Configuration : minThresholdPercent/,
    ],
    ['an unknown hashing', redirect({ hashingAlgorithm: 'sip-dip' }), /^120: unknown property value sip-dip/],
    ['small letters for Anycast', redirect({ anycastEnabled: 'no' }), /^400: unknown attribute/],
    ['weight 0', redirect({}, [destination('10.1.0.7', { weight: '0' })]), /^106: property weight/],
    ['weight 11', redirect({}, [destination('10.1.0.7', { weight: '11' })]), /^106: property weight/],
    ['pod 0', redirect({}, [destination('10.1.0.7', { podId: '0' })]), /^106: property podId/],
    [
      'pod 256',
      redirect({}, [destination('10.1.0.7', { podId: '256' })]),
      /^120: unknown property value 256/,
    ],
    [
      'a name instead of an address',
      redirect({}, [destination('pod-a')]),
      /^120: unknown property value RedirectDest_ip-\[pod-a\], name dn/,
    ],
    [
      'a MAC of five octets',
      redirect({}, [destination('10.1.0.7', { mac: '00:50:56:AA:BB' })]),
      /^120: .*mac/,
    ],
  ];
  for (const [title, body, error] of refused) {
    it(`refuses ${title}`, async () => {
      await start();

      const answer = await post(body);

      assert.equal(answer.status, 400);
      assert.match(answer.error ?? '', error);
      assert.equal(fabric.get(policy), undefined);
    });
  }

  describe('without MAC', () => {
    const bare = mo('vnsRedirectDest', { ip: '10.1.0.7' });

    it('is refused before 5.2, probed or not', async () => {
      await start({ version: '5.1(4c)' });

      const answer = await post(redirect({}, [ipsla, bare]));

      assert.match(answer.error ?? '', /^1: .*MAC of redirect destination is mandatory in this release/);
      assert.equal(fabric.get(policy), undefined);
    });

    it('is taken from 5.2 on, if the same write brings the probe, whatever the order', async () => {
      await start({ version: '5.2(1g)' });

      const answer = await post(redirect({}, [bare, ipsla]));

      assert.equal(answer.status, 200);
      assert.equal(attributes(`${policy}/RedirectDest_ip-[10.1.0.7]`)['mac'], '00:00:00:00:00:00');
    });

    it('is refused where nothing probes it, zeros counting as none', async () => {
      await start();

      const zeros = destination('10.1.0.7', { mac: '00:00:00:00:00:00' });
      const answers = [await post(redirect({}, [bare])), await post(redirect({}, [zeros]))];

      for (const { error } of answers) assert.match(error ?? '', /no IP SLA monitoring policy/);
    });

    it('holds on to its probe: taking that away is refused as long as the destination stays', async () => {
      await start();
      await post(redirect({}, [ipsla, bare]));

      const alone = await client.remove(`/api/mo/${policy}/rsIPSLAMonitoringPol.json`);
      const whole = await client.remove(`/api/mo/${policy}.json`);

      assert.match(alone.error ?? '', /no IP SLA monitoring policy/);
      assert.equal(whole.status, 200);
    });
  });

  describe('with a health group', () => {
    const relation = `${policy}/RedirectDest_ip-[10.1.0.7]/rsRedirectHealthGroup`;
    const group = (name: string) => `${container}/redirectHealthGroup-${name}`;
    const watched = (name: string) =>
      redirect({}, [
        mo('vnsRedirectDest', { ip: '10.1.0.7', mac: '00:50:56:AA:BB:01' }, [
          mo('vnsRsRedirectHealthGroup', { tDn: group(name) }),
        ]),
      ]);
    const settle = () => {
      for (let round = 0; round < 3; round += 1) fabric.clock.advance(100);
    };

    it('forms the relation, to another group too when that is named instead', async () => {
      await start({ leafDelayMs: 50 });
      await post(mo('vnsRedirectHealthGroup', { name: 'a' }));
      await post(watched('a'));
      settle();
      const { state, tCl } = attributes(relation);
      await post(watched('b'));
      settle();
      const missing = attributes(relation);

      assert.deepEqual([state, tCl], ['formed', 'vnsRedirectHealthGroup']);
      assert.deepEqual([missing['state'], missing['tDn']], ['missing-target', group('b')]);
    });

    it('lets the group be deleted, and then reports the destination that misses it', async () => {
      await start({ leafDelayMs: 50 });
      await post(mo('vnsRedirectHealthGroup', { name: 'a' }));
      await post(watched('a'));
      settle();

      const answer = await client.remove(`/api/mo/${group('a')}.json`);
      settle();

      assert.equal(answer.status, 200);
      assert.equal(attributes(relation)['state'], 'missing-target');
      assert.equal(attributes(`${relation}/fault-F2830`)['severity'], 'minor');
    });
  });
});
