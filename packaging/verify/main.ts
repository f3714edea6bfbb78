/**
 * `npm run package:verify -- FILE.aci [--store] [--running 5.2(1g)] [--json]`
 *
 * Exit status: 0 nothing found, 1 findings, 2 it could not be asked (usage, or a file that cannot be read).
 */
import { parseArgs } from 'node:util';

import type { Finding } from './model.ts';
import { verifyPackage } from './verify.ts';

const usage = 'usage: npm run package:verify -- FILE.aci [--store] [--running RELEASE] [--json]';

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { store: { type: 'boolean' }, json: { type: 'boolean' }, running: { type: 'string' } },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Error('name one package');
  const mode = values.store === true ? 'store' : 'apic';
  const findings = await verifyPackage(file, { mode, running: values.running });
  console.log(values.json === true ? JSON.stringify({ file, mode, findings }) : describe(file, findings));
  process.exitCode = findings.length === 0 ? 0 : 1;
} catch (thrown) {
  console.error(`${(thrown as Error).message}\n${usage}`);
  process.exitCode = 2;
}

function describe(file: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return `${file}: nothing found`;
  return findings
    .map(({ code, path, found, expected }) => `${code}  ${path || file}: ${found}; expected: ${expected}`)
    .join('\n');
}
