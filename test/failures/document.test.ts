import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../app/main.ts');

const faulty = `
version: 1
instance: X
clusters:
  - { name: c1, server: "http://10.0.0.1", credentials: { token: "file:nowhere" }, ranges: { pods: [10.244.0.0/33] } }
fabrics:
  - { name: dc1, controllers: [], credentials: { username: admin, password: "file:nowhere" } }
mappings:
  - name: web
    mode: everything
    from: { kind: workload, clusters: [c1], colour: blue }
    to: { externalEpg: { tenant: k8s, l3out: out, name: "{node}" } }
`;

describe('a document with faults', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-document-'));

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(command: string, text: string): { status: number | null; lines: string[] } {
    const config = join(folder, 'config.yaml');
    writeFileSync(config, text);
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, command, '--config', config], {
      encoding: 'utf8',
    });
    return { status, lines: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
  }

  it('is refused whole, with one line for each: where, what was found, what was expected', () => {
    const { status, lines } = run('validate', faulty);

    assert.equal(status, 1);
    const expected = ['instance', 'server', 'pods', 'controllers', 'mode', 'colour'];
    for (const word of expected)
      assert.equal(lines.filter((line) => line.includes(word)).length, 1, `${word} in:\n${lines.join('\n')}`);
  });

  it('keeps the product from starting', () => {
    const { status } = run('serve', faulty);

    assert.equal(status, 1);
  });
}).timeout(30_000);
