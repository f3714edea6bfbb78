/**
 * `npm run sabotage`: breaks one law after another in a copy of the tree, and expects the test that guards it to fail. Ends
 * non-zero when a break goes unnoticed, when its text is not there any more, or when the test fails without it.
 */
import { Command } from 'commander';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sabotages, type Sabotage } from './sabotages.ts';
import { trafficSabotages } from './traffic-sabotages.ts';

const root = join(import.meta.dirname, '../..');
const copied = [
  'app',
  'backend',
  'examples',
  'lab',
  'test',
  'ui',
  'package.json',
  '.mocharc.json',
  'tsconfig.json',
];

function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-sabotage-'));
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Longer than any test takes that is content: a broken product may keep one from ending. */
const patienceMs = 180_000;

/** Whether the test that guards the law is content. */
async function isContent(folder: string, noticedBy: Sabotage['noticedBy']): Promise<boolean> {
  const test =
    typeof noticedBy === 'string'
      ? ['node_modules/mocha/bin/mocha.js', '--spec', noticedBy]
      : [
          'test/chaos/chaos.ts',
          '--seed',
          `${noticedBy.seed}`,
          '--steps',
          `${noticedBy.steps}`,
          '--patience',
          '20',
        ];
  const child = spawn(process.execPath, test, { cwd: folder, stdio: 'ignore' });
  const end = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  const status = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(end);
  return status === 0;
}

type Result = 'noticed' | 'NOT NOTICED' | 'text not found' | 'fails without it';

async function attempt(
  folder: string,
  { file, find, put, noticedBy }: Sabotage,
  soundness: Map<string, boolean>,
): Promise<Result> {
  const id = JSON.stringify(noticedBy);
  const sound = soundness.get(id) ?? (await isContent(folder, noticedBy));
  soundness.set(id, sound);
  if (!sound) return 'fails without it';
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(find).length !== 2) return 'text not found';
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
  try {
    return (await isContent(folder, noticedBy)) ? 'NOT NOTICED' : 'noticed';
  } finally {
    writeFileSync(path, text);
  }
}

await new Command('sabotage')
  .description('breaks each law on purpose and expects its test to fail')
  .option('--only <text>', 'those whose description, law or file contains this', '')
  .action(async ({ only }: { only: string }) => {
    const chosen = [...sabotages, ...trafficSabotages].filter(({ law, breaks, file }) =>
      `law ${law}: ${breaks} ${file}`.includes(only),
    );
    const folder = copyTree();
    const soundness = new Map<string, boolean>();
    for (const sabotage of chosen) {
      const result = await attempt(folder, sabotage, soundness);
      if (result !== 'noticed') process.exitCode = 1;
      process.stdout.write(`${result.padEnd(17)} law ${sabotage.law}: ${sabotage.breaks}\n`);
    }
    rmSync(folder, { recursive: true, force: true });
  })
  .parseAsync();
