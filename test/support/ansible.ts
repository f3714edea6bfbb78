/** Runs playbooks of real Ansible collections against simulators, with certificates verified. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Task {
  /** With its collection. */
  readonly module: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** YAML is a superset of JSON, so options are written as JSON. */
export function playbook(tasks: readonly Task[]): string {
  const steps = tasks.map(({ module, options }) => `    - ${module}: ${JSON.stringify(options)}\n`);
  return `- hosts: localhost\n  gather_facts: false\n  tasks:\n${steps.join('')}`;
}

export interface Play {
  /** Holds `ca.pem`; working files are written beside it. */
  readonly folder: string;
  readonly playbook: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** How many tasks changed something; none may fail. */
export async function changedBy(
  ansible: string,
  { folder, playbook: text, variables }: Play,
): Promise<number> {
  const file = join(folder, 'play.yml');
  await writeFile(file, text);
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
      maxBuffer: 16 * 1024 * 1024,
    },
  ).catch(withOutput);
  return changedIn(stdout);
}

/** Ansible reports failures on its standard output, which the error alone does not show. */
function withOutput(error: unknown): never {
  const { stdout } = error as { stdout?: string };
  throw new Error(`ansible-playbook failed:\n${stdout ?? String(error)}`, { cause: error });
}

function changedIn(stdout: string): number {
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    stats: { localhost: { changed: number; failures: number } };
  };
  assert.equal(report.stats.localhost.failures, 0, stdout);
  return report.stats.localhost.changed;
}
