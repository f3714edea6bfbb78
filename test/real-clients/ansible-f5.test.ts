/**
 * Ansible's collection f5networks.f5_modules, written by others for real BIG-IPs, runs against the simulated one: what
 * it makes is there, a second run changes nothing, updates arrive, and what it removes is gone.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../lab/authority.ts';
import { startBigip, type Bigip } from '../../lab/bigip/bigip.ts';
import { changedBy, playbook, type Task } from '../support/ansible.ts';
import { lane } from '../support/lane.ts';

const provider = {
  server: '{{ host }}',
  server_port: '{{ port }}',
  user: '{{ username }}',
  password: '{{ password }}',
  // Else the modules report their use to a server of F5.
  no_f5_teem: true,
};

function task(module: string, options: Readonly<Record<string, unknown>>): Task {
  return { module: `f5networks.f5_modules.${module}`, options: { provider, partition: 'k8s', ...options } };
}

const pool = 'web';
const addresses = ['10.9.0.7', '2001:db8::7', '10.9.0.7%10'];

function members(options: Readonly<Record<string, unknown>>): Task[] {
  return addresses.map((address) => task('bigip_pool_member', { pool, address, port: 8080, ...options }));
}

const made: readonly Task[] = [
  task('bigip_node', { name: 'spare', address: '10.9.0.99', description: 'made by a playbook' }),
  task('bigip_pool', {
    name: pool,
    lb_method: 'least-connections-member',
    monitors: ['/Common/http', '/Common/tcp'],
    metadata: { owner: 'playbook' },
  }),
  ...members({ ratio: 2, description: 'made by a playbook', state: 'present' }),
];

const removed: readonly Task[] = [
  ...members({ state: 'absent' }),
  task('bigip_pool', { name: pool, state: 'absent' }),
  task('bigip_node', { name: 'spare', state: 'absent' }),
];

lane(
  'Ansible f5networks.f5_modules against the simulated BIG-IP',
  { names: ['ansible-playbook'], install: 'apt-get install ansible' },
  (ansible) => {
    let bigip: Bigip;
    let folder: string;

    before(async () => {
      bigip = await startBigip({ authority: await createAuthority() });
      bigip.device.seed({ routeDomains: [{ name: '10', id: 10 }], partitions: [{ name: 'k8s' }] });
      folder = await mkdtemp(join(tmpdir(), 'ansible-f5-'));
      await writeFile(join(folder, 'ca.pem'), bigip.caPem);
    });

    after(async () => {
      await bigip.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Plays the tasks and returns how many changed something. */
    function play(tasks: readonly Task[]): Promise<number> {
      const { hostname: host, port } = new URL(bigip.url);
      const variables = { host, port, username: bigip.username, password: bigip.password };
      return changedBy(ansible, { folder, playbook: playbook(tasks), variables });
    }

    function member(name: string) {
      return bigip.device.object('member', `/k8s/${name}`, `/k8s/${pool}`)?.attributes;
    }

    it('makes what the playbook says', async function () {
      this.timeout(180_000);

      const changed = await play(made);

      assert.equal(changed, made.length);
      assert.deepEqual(
        bigip.device
          .objects('member', `/k8s/${pool}`)
          .map(({ name, attributes }) => [name, attributes['ratio']]),
        [
          ['10.9.0.7:8080', 2],
          ['2001:db8::7.8080', 2],
          ['10.9.0.7%10:8080', 2],
        ],
      );
      const { loadBalancingMode, metadata } = bigip.device.object('pool', `/k8s/${pool}`)?.attributes ?? {};
      assert.equal(loadBalancingMode, 'least-connections-member');
      assert.deepEqual(metadata, [{ name: 'owner', persist: 'true', value: 'playbook' }]);
      assert.equal(bigip.device.stats().tokens, 0, 'every module logs out');
    });

    it('changes nothing when it is run again', async function () {
      this.timeout(180_000);
      bigip.device.resetStats();

      const changed = await play(made);

      assert.equal(changed, 0);
      assert.equal(bigip.device.stats().writes, 0);
    });

    it('drains members, forces them offline, and turns them on again', async function () {
      this.timeout(240_000);

      const drained = await play(members({ state: 'disabled' }));
      const afterDrain = member('2001:db8::7.8080');
      const offline = await play(members({ state: 'forced_offline', ratio: 5 }));
      const afterOffline = member('2001:db8::7.8080');
      const again = await play(members({ state: 'enabled' }));

      assert.deepEqual([drained, offline, again], [3, 3, 3]);
      assert.deepEqual([afterDrain?.['session'], afterDrain?.['state']], ['user-disabled', 'user-up']);
      assert.deepEqual([afterOffline?.['state'], afterOffline?.['ratio']], ['user-down', 5]);
      assert.deepEqual(member('10.9.0.7:8080')?.['session'], 'user-enabled');
    });

    it('replaces all members in one transaction', async function () {
      this.timeout(180_000);
      const before = bigip.device.objects('member', `/k8s/${pool}`).length;
      const aggregate = [{ address: '10.9.0.7', port: 8080, partition: 'k8s' }];

      const changed = await play([task('bigip_pool_member', { pool, aggregate, replace_all_with: true })]);

      assert.equal(before, 3);
      assert.equal(changed, 1);
      assert.deepEqual(
        bigip.device.objects('member', `/k8s/${pool}`).map(({ name }) => name),
        ['10.9.0.7:8080'],
      );
    });

    it('removes what it made, and then finds nothing to remove', async function () {
      this.timeout(240_000);
      await play(members({ state: 'present' }));

      const first = await play(removed);
      const second = await play(removed.slice(-2));

      assert.equal(first, removed.length);
      assert.equal(second, 0);
      assert.deepEqual([bigip.device.objects('pool'), bigip.device.objects('node')], [[], []]);
    });
  },
);
