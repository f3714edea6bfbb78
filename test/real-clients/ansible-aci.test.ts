/**
 * Ansible's collection cisco.aci, written by others for real APICs, runs against the simulated one: what it makes is
 * there, a second run changes nothing, and what it removes is gone.
 */
import assert from 'node:assert/strict';
import { createAuthority } from '../../lab/authority.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { AciPlayer, aciTask } from '../support/aci-player.ts';
import { lane } from '../support/lane.ts';

const names = { tenant: 'shop', vrf: 'prod', l3out: 'calico', extepg: 'web' };
const { tenant, vrf, l3out, extepg } = names;
const inside = { tenant, l3out, extepg };
const tasks = [
  aciTask('aci_tenant', { tenant, description: 'made by a playbook' }),
  aciTask('aci_vrf', { tenant, vrf, policy_control_preference: 'enforced' }),
  aciTask('aci_domain', { domain: 'borders', domain_type: 'l3dom' }),
  aciTask('aci_l3out', { tenant, l3out, vrf, domain: 'borders', route_control: ['import', 'export'] }),
  aciTask('aci_contract', { tenant, contract: 'web', scope: 'context' }),
  aciTask('aci_l3out_extepg', { ...inside, preferred_group: false }),
  aciTask('aci_l3out_extsubnet', {
    ...inside,
    network: '10.9.0.7/32',
    scope: ['shared-security', 'import-security'],
  }),
  aciTask('aci_l3out_extsubnet', { ...inside, network: '2001:db8::7/128' }),
  aciTask('aci_l3out_extepg_to_contract', {
    ...inside,
    contract: 'web',
    contract_type: 'provider',
    provider_match: 'at_least_one',
  }),
];

lane(
  'Ansible cisco.aci against the simulated APIC',
  { names: ['ansible-playbook'], install: 'apt-get install ansible' },
  (ansible) => {
    let fabric: Fabric;
    let player: AciPlayer;

    before(async () => {
      // Each module logs in for itself, faster than two a second.
      fabric = await startFabric({ authority: await createAuthority(), loginThrottle: false });
      player = await AciPlayer.start(ansible, fabric);
    });

    after(async () => {
      await fabric.close();
      await player.close();
    });

    const play = (list: typeof tasks, state: 'present' | 'absent'): Promise<number> =>
      player.play(list.map(({ module, options }) => ({ module, options: { ...options, state } })));

    it('makes what the playbook says', async function () {
      this.timeout(180_000);

      const changed = await play(tasks, 'present');

      assert.equal(changed, tasks.length);
      const epg = `uni/tn-${tenant}/out-${l3out}/instP-${extepg}`;
      assert.equal(
        fabric.get(`${epg}/extsubnet-[10.9.0.7/32]`)?.attributes['scope'],
        'import-security,shared-security',
      );
      assert.equal(
        fabric.get(`${epg}/extsubnet-[2001:db8::7/128]`)?.attributes['annotation'],
        'orchestrator:ansible',
      );
      assert.equal(fabric.get(`${epg}/rsprov-web`)?.attributes['state'], 'formed');
      assert.equal(fabric.get(`uni/tn-${tenant}/out-${l3out}/rsl3DomAtt`)?.attributes['state'], 'formed');
    });

    it('changes nothing when it is run again', async function () {
      this.timeout(180_000);
      fabric.resetStats();

      const changed = await play(tasks, 'present');

      assert.equal(changed, 0);
      assert.equal(fabric.stats().writes, 0);
    });

    it('removes what it made, and then finds nothing to remove', async function () {
      this.timeout(180_000);
      const removals = tasks.toReversed();

      const first = await play(removals, 'absent');
      const second = await play(removals, 'absent');

      assert.equal(first, removals.length);
      assert.equal(second, 0);
      assert.equal(fabric.get(`uni/tn-${tenant}`), undefined);
    });
  },
);
