/**
 * Redirect policies written by Ansible's `aci_rest`, and the groups inside the fabric by modules of their own: what a
 * playbook says is there, a second run changes nothing, and what the fabric refuses fails in the fabric's words.
 */
import assert from 'node:assert/strict';
import { createAuthority } from '../../lab/authority.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { mo, type MoBody } from '../../lab/fabric/seed.ts';
import { eventually } from '../support/eventually.ts';
import { AciPlayer, aciTask } from '../support/aci-player.ts';
import { lane } from '../support/lane.ts';

const tenant = 'uni/tn-shop';
const container = `${tenant}/svcCont`;
const probe = mo('vnsRsIPSLAMonitoringPol', { tDn: `${tenant}/ipslaMonitoringPol-tcp80` });

function destination(ip: string, attributes: Record<string, string> = {}): MoBody {
  const tDn = `${container}/redirectHealthGroup-shop`;
  return mo('vnsRedirectDest', { ip, ...attributes }, [mo('vnsRsRedirectHealthGroup', { tDn })]);
}

function policy(name: string, children: readonly MoBody[], attributes: Record<string, string> = {}): MoBody {
  const settings = { thresholdEnable: 'yes', minThresholdPercent: '10', maxThresholdPercent: '50' };
  return mo(
    'vnsSvcRedirectPol',
    { name, thresholdDownAction: 'deny', resilientHashEnabled: 'yes', ...settings, ...attributes },
    children,
  );
}

const post = (dn: string, content: MoBody) =>
  aciTask('aci_rest', { path: `/api/mo/${dn}.json`, method: 'post', content });
const remove = (dn: string) => aciTask('aci_rest', { path: `/api/mo/${dn}.json`, method: 'delete' });

const present = { state: 'present' };
const tasks = [
  aciTask('aci_tenant', { tenant: 'shop', ...present }),
  aciTask('aci_vrf', { tenant: 'shop', vrf: 'prod', ...present }),
  aciTask('aci_ap', { tenant: 'shop', ap: 'apps', ...present }),
  aciTask('aci_epg', { tenant: 'shop', ap: 'apps', epg: 'vms', bd: 'vms', ...present }),
  aciTask('aci_esg', { tenant: 'shop', ap: 'apps', esg: 'secured', vrf: 'prod', ...present }),
  aciTask('aci_esg_epg_selector', {
    tenant: 'shop',
    ap: 'apps',
    esg: 'secured',
    epg_ap: 'apps',
    epg: 'vms',
    ...present,
  }),
  post(tenant, mo('fvIPSLAMonitoringPol', { name: 'tcp80', slaType: 'tcp', slaPort: '80' })),
  post(container, mo('vnsRedirectHealthGroup', { name: 'shop' })),
  post(
    container,
    policy('web-4', [probe, destination('10.1.0.7'), destination('10.1.0.8', { weight: '3' })]),
  ),
  post(container, policy('web-6', [destination('2001:db8::7', { mac: '00:50:56:ab:cd:07' })])),
];

lane(
  'Ansible aci_rest and redirect policies of the simulated APIC',
  { names: ['ansible-playbook'], install: 'apt-get install ansible' },
  (ansible) => {
    let fabric: Fabric;
    let player: AciPlayer;

    before(async () => {
      // Each task logs in for itself, faster than two a second.
      fabric = await startFabric({ authority: await createAuthority(), loginThrottle: false });
      player = await AciPlayer.start(ansible, fabric);
    });

    after(async () => {
      await fabric.close();
      await player.close();
    });

    const play = (list: typeof tasks): Promise<number> => player.play(list);
    const attributes = (dn: string): Readonly<Record<string, string>> => fabric.get(dn)?.attributes ?? {};

    it('makes policies, destinations of both families, groups and probes', async function () {
      this.timeout(180_000);

      const changed = await play(tasks);

      assert.equal(changed, tasks.length);
      const four = `${container}/svcRedirectPol-web-4`;
      const six = `${container}/svcRedirectPol-web-6`;
      assert.equal(attributes(four)['thresholdDownAction'], 'deny');
      await eventually('both relations are formed', () =>
        [`${four}/rsIPSLAMonitoringPol`, `${six}/RedirectDest_ip-[2001:db8::7]/rsRedirectHealthGroup`].every(
          (dn) => attributes(dn)['state'] === 'formed',
        ),
      );
      assert.equal(attributes(`${four}/RedirectDest_ip-[10.1.0.7]`)['mac'], '00:00:00:00:00:00');
      assert.equal(attributes(`${four}/RedirectDest_ip-[10.1.0.8]`)['weight'], '3');
      assert.equal(attributes(`${six}/RedirectDest_ip-[2001:db8::7]`)['mac'], '00:50:56:AB:CD:07');
      assert.ok(fabric.get(`${tenant}/ap-apps/esg-secured/rsscope`));
    });

    it('changes nothing when it is run again', async function () {
      this.timeout(180_000);

      const changed = await play(tasks);

      assert.equal(changed, 0);
    });

    it('changes one destination, and takes one away, where that is all that differs', async function () {
      this.timeout(180_000);
      const name = { name: 'web-4' };
      const heavier = mo('vnsSvcRedirectPol', name, [
        mo('vnsRedirectDest', { ip: '10.1.0.7', weight: '10' }),
      ]);
      const fewer = mo('vnsSvcRedirectPol', name, [
        mo('vnsRedirectDest', { ip: '10.1.0.8', status: 'deleted' }),
      ]);

      const first = await play([post(container, heavier), post(container, fewer)]);
      const second = await play([post(container, heavier), post(container, fewer)]);

      assert.deepEqual([first, second], [2, 0]);
      const left = fabric.subtree(`${container}/svcRedirectPol-web-4`, 'vnsRedirectDest');
      assert.deepEqual(
        left.map((one) => [one.attributes['ip'], one.attributes['weight']]),
        [['10.1.0.7', '10']],
      );
    });

    it('fails in the words of the fabric where nothing finds the MAC of a destination', async function () {
      this.timeout(180_000);

      const refused = play([post(container, policy('bare', [destination('10.1.0.9')]))]);

      await assert.rejects(refused, /APIC Error 1: Invalid Configuration : MAC of redirect destination/);
      assert.equal(fabric.get(`${container}/svcRedirectPol-bare`), undefined);
    });

    it('removes what it made, and then finds nothing to remove', async function () {
      this.timeout(180_000);
      const removals = [
        remove(`${container}/svcRedirectPol-web-4`),
        remove(`${container}/redirectHealthGroup-shop`),
        remove(tenant),
      ];

      const first = await play(removals);
      const second = await play(removals);

      assert.deepEqual([first, second], [3, 0]);
      assert.equal(fabric.get(tenant), undefined);
    });
  },
);
