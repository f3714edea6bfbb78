/**
 * Ansible's collection cisco.aci, written by others for real APICs, runs against the simulated one: what it makes is
 * there, a second run changes nothing, and what it removes is gone.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAuthority } from '../../lab/authority.ts';
import { startFabric, type Fabric } from '../../lab/fabric/fabric.ts';
import { lane } from '../support/lane.ts';

const run = promisify(execFile);

/** Ansible reports failures on its standard output, which the error alone does not show. */
function withOutput(error: unknown): never {
  const { stdout } = error as { stdout?: string };
  throw new Error(`ansible-playbook failed:\n${stdout ?? String(error)}`, { cause: error });
}

const names = { tenant: 'shop', vrf: 'prod', l3out: 'calico', extepg: 'web' };
const connection =
  'host: "{{ host }}"\n        port: "{{ apic_port }}"\n        username: "{{ username }}"\n        password: "{{ password }}"';

interface Task {
  readonly module: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const { tenant, vrf, l3out, extepg } = names;
const inside = { tenant, l3out, extepg };
const tasks: readonly Task[] = [
  { module: 'aci_tenant', options: { tenant, description: 'made by a playbook' } },
  { module: 'aci_vrf', options: { tenant, vrf, policy_control_preference: 'enforced' } },
  { module: 'aci_domain', options: { domain: 'borders', domain_type: 'l3dom' } },
  {
    module: 'aci_l3out',
    options: { tenant, l3out, vrf, domain: 'borders', route_control: ['import', 'export'] },
  },
  { module: 'aci_contract', options: { tenant, contract: 'web', scope: 'context' } },
  { module: 'aci_l3out_extepg', options: { ...inside, preferred_group: false } },
  {
    module: 'aci_l3out_extsubnet',
    options: { ...inside, network: '10.9.0.7/32', scope: ['shared-security', 'import-security'] },
  },
  { module: 'aci_l3out_extsubnet', options: { ...inside, network: '2001:db8::7/128' } },
  {
    module: 'aci_l3out_extepg_to_contract',
    options: { ...inside, contract: 'web', contract_type: 'provider', provider_match: 'at_least_one' },
  },
];

/** YAML is a superset of JSON, so options are written as JSON. */
function playbook(list: readonly Task[], state: 'present' | 'absent'): string {
  const steps = list.map(
    ({ module, options }) =>
      `    - cisco.aci.${module}:\n        ${connection}\n        state: ${state}\n` +
      Object.entries(options)
        .map(([key, value]) => `        ${key}: ${JSON.stringify(value)}\n`)
        .join(''),
  );
  return `- hosts: localhost\n  gather_facts: false\n  tasks:\n${steps.join('')}`;
}

lane(
  'Ansible cisco.aci against the simulated APIC',
  { names: ['ansible-playbook'], install: 'apt-get install ansible' },
  (ansible) => {
    let fabric: Fabric;
    let folder: string;

    before(async () => {
      // Each module logs in for itself, faster than two a second.
      fabric = await startFabric({ authority: await createAuthority(), loginThrottle: false });
      folder = await mkdtemp(join(tmpdir(), 'ansible-aci-'));
      await writeFile(join(folder, 'ca.pem'), fabric.caPem);
    });

    after(async () => {
      await fabric.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Plays the tasks and returns how many changed something. */
    async function play(list: readonly Task[], state: 'present' | 'absent'): Promise<number> {
      const file = join(folder, 'play.yml');
      await writeFile(file, playbook(list, state));
      const { hostname: host, port: apic_port } = new URL(fabric.url);
      const variables = { host, apic_port, username: fabric.username, password: fabric.password };
      const { stdout } = await run(
        ansible,
        ['-i', 'localhost,', '-c', 'local', '-e', JSON.stringify(variables), file],
        {
          env: {
            ...process.env,
            // Verified, not switched off: Python's TLS takes its authorities from here.
            SSL_CERT_FILE: join(folder, 'ca.pem'),
            ANSIBLE_STDOUT_CALLBACK: 'json',
            ANSIBLE_LOCAL_TEMP: join(folder, 'tmp'),
            ANSIBLE_NOCOLOR: '1',
            no_proxy: '*',
          },
        },
      ).catch(withOutput);
      return changedIn(stdout);
    }

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

function changedIn(stdout: string): number {
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    stats: { localhost: { changed: number; failures: number } };
  };
  assert.equal(report.stats.localhost.failures, 0, stdout);
  return report.stats.localhost.changed;
}
