/** Plays tasks of Ansible's collection cisco.aci against a simulated APIC. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fabric } from '../../lab/fabric/fabric.ts';
import { changedBy, playbook, type Task } from './ansible.ts';

const connection = {
  host: '{{ host }}',
  port: '{{ apic_port }}',
  username: '{{ username }}',
  password: '{{ password }}',
};

export function aciTask(module: string, options: Readonly<Record<string, unknown>>): Task {
  return { module: `cisco.aci.${module}`, options: { ...connection, ...options } };
}

export class AciPlayer {
  readonly #ansible: string;
  readonly #fabric: Fabric;
  readonly #folder: string;

  private constructor(ansible: string, fabric: Fabric, folder: string) {
    this.#ansible = ansible;
    this.#fabric = fabric;
    this.#folder = folder;
  }

  static async start(ansible: string, fabric: Fabric): Promise<AciPlayer> {
    const folder = await mkdtemp(join(tmpdir(), 'ansible-aci-'));
    await writeFile(join(folder, 'ca.pem'), fabric.caPem);
    return new AciPlayer(ansible, fabric, folder);
  }

  /** Returns how many tasks changed something; one that fails is an error that says why. */
  play(tasks: readonly Task[]): Promise<number> {
    const { username, password, url } = this.#fabric;
    const { hostname: host, port: apic_port } = new URL(url);
    const variables = { host, apic_port, username, password };
    return changedBy(this.#ansible, { folder: this.#folder, playbook: playbook(tasks), variables });
  }

  close(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
