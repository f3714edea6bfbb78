/**
 * Shows that `.dependency-cruiser.cjs` refuses what it says it refuses: a small tree where every rule is broken once
 * and a tree that breaks none. A rule without a violation here fails, so no rule can rot into one that never matches.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}
interface Result {
  readonly summary: { readonly violations: readonly Violation[] };
}

const root = join(import.meta.dirname, '..', '..');
const config = join(root, '.dependency-cruiser.cjs');
const rules = (createRequire(import.meta.url)(config) as { forbidden: { name: string }[] }).forbidden;

/** What a tree needs before it breaks anything: each file is imported by another or is allowed to stand alone. */
const lawful: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: { zod: '1', 'ipaddr.js': '1' },
    devDependencies: { mocha: '1' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'nodenext', allowImportingTsExtensions: true },
  }),
  ...packages('zod', 'ipaddr.js', 'mocha'),
  'app/main.ts': imports('./compose.ts'),
  'app/compose.ts': imports(
    '../backend/reconcile/reconcile.ts',
    '../backend/adapters/apic/session.ts',
    '../backend/adapters/kubernetes/reflector.ts',
    '../backend/store/ledger.ts',
    '../backend/api/routes.ts',
    '../backend/report/status.ts',
    '../backend/desire/rule.ts',
    '../backend/plan/diff.ts',
    '../lab/fabric.ts',
  ),
  'backend/model/ip.ts': imports('ipaddr.js', 'node:net'),
  'backend/model/digest.ts': imports('node:crypto'),
  'backend/model/plan.ts': imports('./ip.ts', './digest.ts'),
  'backend/observe/ports.ts': imports('../model/plan.ts'),
  'backend/desire/rule.ts': imports('../model/plan.ts'),
  'backend/plan/ports.ts': imports('../model/plan.ts'),
  'backend/plan/diff.ts': imports('./ports.ts'),
  'backend/apply/ports.ts': imports('../model/plan.ts'),
  'backend/apply/apply-changes.ts': imports('./ports.ts'),
  'backend/report/ports.ts': imports('../model/plan.ts'),
  'backend/report/status.ts': imports('./ports.ts'),
  'backend/reconcile/reconcile.ts': imports('../apply/apply-changes.ts', '../plan/ports.ts'),
  'backend/adapters/http/peer.ts': imports('../../model/plan.ts'),
  'backend/adapters/apic/session.ts': imports('../http/peer.ts', '../../apply/ports.ts'),
  'backend/adapters/kubernetes/reflector.ts': imports('../http/peer.ts', '../../observe/ports.ts'),
  'backend/store/ledger.ts': imports('../plan/ports.ts'),
  'backend/api/contract/models.ts': imports('zod'),
  'backend/api/routes.ts': imports('./contract/models.ts', '../report/ports.ts'),
  'ui/page.ts': `import type { A } from '../backend/api/contract/models.ts';\nexport type B = A;\n`,
  'ui/page.test.ts': imports('./page.ts', 'mocha'),
  'lab/fabric.ts': imports('ipaddr.js'),
  'test/oracle/oracle.ts': imports('../support/lane.ts'),
  'test/support/lane.ts': imports('node:fs'),
};

/** Rule broken → the file that breaks it and what it imports. */
const unlawful: Readonly<Record<string, readonly [file: string, ...imported: string[]]>> = {
  'model-imports-nothing-of-ours': ['backend/model/plan.ts', '../observe/ports.ts'],
  'observe-imports': ['backend/observe/ports.ts', '../plan/diff.ts'],
  'desire-imports': ['backend/desire/rule.ts', '../plan/diff.ts'],
  'plan-imports': ['backend/plan/diff.ts', '../apply/apply-changes.ts'],
  'apply-imports': ['backend/apply/apply-changes.ts', '../desire/rule.ts'],
  'report-imports': ['backend/report/status.ts', '../plan/diff.ts'],
  'reconcile-imports': ['backend/reconcile/reconcile.ts', '../plan/diff.ts'],
  'pure-stages-have-no-io': ['backend/desire/rule.ts', 'node:fs'],
  'one-home-for-addresses': ['backend/store/ledger.ts', 'ipaddr.js'],
  'model-libraries': ['backend/model/digest.ts', 'node:fs'],
  'adapters-import-model-and-ports': ['backend/adapters/apic/session.ts', '../kubernetes/reflector.ts'],
  'store-imports-model-and-ports': ['backend/store/ledger.ts', '../desire/rule.ts'],
  'access-imports-model-and-ports': ['backend/access/gate.ts', '../desire/rule.ts'],
  'preflight-imports': ['backend/preflight/report.ts', '../store/ledger.ts'],
  'api-imports': ['backend/api/routes.ts', '../report/status.ts'],
  'contract-imports-zod-only': ['backend/api/contract/models.ts', '../../model/plan.ts'],
  'ui-imports-the-contract': ['ui/page.ts', '../backend/model/plan.ts'],
  'ui-imports-types-of-the-contract': ['ui/page.ts', '../backend/api/contract/models.ts'],
  'only-compose-knows-adapters': ['app/main.ts', '../backend/adapters/apic/session.ts'],
  'backend-imports-backend': ['backend/store/ledger.ts', '../../app/config.ts'],
  'app-imports': ['app/main.ts', '../packaging/bundle.ts'],
  'verify-imports-verify': ['packaging/verify/verify.ts', '../bundle.ts'],
  'lab-imports-lab': ['lab/fabric.ts', '../backend/model/plan.ts'],
  'oracle-imports-oracle': ['test/oracle/oracle.ts', '../../backend/model/plan.ts'],
  'nothing-imports-a-test': ['ui/page.ts', './page.test.ts'],
  'no-cycles': ['backend/desire/rule.ts', './claims.ts'],
  'no-orphans': ['backend/plan/forgotten.ts'],
  'no-unresolvable': ['app/main.ts', './nowhere.ts'],
  'no-undeclared-packages': ['app/main.ts', 'mocha'],
};
/** Files that only the violations need. */
const accomplices = {
  'app/config.ts': imports('node:fs'),
  'packaging/bundle.ts': imports('node:fs'),
  'backend/desire/claims.ts': imports('./rule.ts'),
};

function imports(...modules: string[]): string {
  return [...modules.map((name) => `import '${name}';`), `export type A = 1;`, ''].join('\n');
}

function packages(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
      [`node_modules/${name}/index.js`, ''],
    ]),
  );
}

/** The violations of a tree, each as `rule: file`. */
async function violations(tree: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> {
  const directory = await mkdtemp(join(tmpdir(), 'import-rules-'));
  try {
    for (const [file, text] of Object.entries(tree)) {
      await mkdir(dirname(join(directory, file)), { recursive: true });
      await writeFile(join(directory, file), text);
    }
    const cruise = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
    const roots = ['app', 'backend', 'lab', 'packaging', 'test', 'ui'].filter((folder) =>
      Object.keys(tree).some((file) => file.startsWith(`${folder}/`)),
    );
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cruise, '--config', config, '--output-type', 'json', ...roots],
      { cwd: directory, maxBuffer: 32 * 1024 * 1024 },
    ).catch((error: unknown) => error as { stdout: string });
    const { summary } = JSON.parse(stdout) as Result;
    return new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`));
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('the import rules', () => {
  it('accept a tree that keeps them', async () => {
    const found = await violations(lawful);

    assert.deepEqual([...found], []);
  });

  it('refuse a breach of each of them, at the file that commits it', async () => {
    const tree: Record<string, string> = { ...lawful, ...accomplices };
    for (const [file, ...imported] of Object.values(unlawful))
      tree[file] = imported.length === 0 ? 'export {};\n' : imports(...imported) + (tree[file] ?? '');

    const found = await violations(tree);

    for (const [rule, [file]] of Object.entries(unlawful))
      assert.ok(
        found.has(`${rule}: ${file}`),
        `${rule} did not refuse ${file}; found ${[...found].join(', ')}`,
      );
    assert.deepEqual(Object.keys(unlawful).toSorted(), rules.map(({ name }) => name).toSorted());
  });
});
