/**
 * `npm run sabotage`: breaks one law after another in a copy of the tree, and expects the test that guards it to fail. Ends
 * non-zero when a break goes unnoticed, when its text is not there any more, or when the test fails without it.
 */
import { Command } from 'commander';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everySabotage, nameOf } from './every-sabotage.ts';
import type { Sabotage } from './sabotages.ts';

const root = join(import.meta.dirname, '../..');
const copied = [
  'app',
  'backend',
  'examples',
  'lab',
  'packaging',
  'test',
  'ui',
  'Dockerfile',
  'app.json',
  'package.json',
  '.mocharc.json',
  'tsconfig.json',
];

function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-sabotage-'));
  // A product that gives root away reads its program as somebody else.
  chmodSync(folder, 0o755);
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Longer than any test takes that is content: a broken product may keep one from ending. */
const patienceMs = 180_000;
const outputKept = 4000;

interface Verdict {
  readonly isContent: boolean;
  /** The end of what it said. */
  readonly output: string;
}

/** What the test says that guards the law. */
async function verdictOf(folder: string, noticedBy: Sabotage['noticedBy']): Promise<Verdict> {
  const test =
    typeof noticedBy === 'string'
      ? ['node_modules/mocha/bin/mocha.js', '--bail', '--exit', '--spec', noticedBy]
      : [
          'test/chaos/chaos.ts',
          '--seed',
          `${noticedBy.seed}`,
          '--steps',
          `${noticedBy.steps}`,
          '--patience',
          '20',
        ];
  const child = spawn(process.execPath, test, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-outputKept)));
  const end = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  // Not `close`: what a killed test started may hold its pipes open.
  const status = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(end);
  return { isContent: status === 0, output };
}

type Result = 'noticed' | 'NOT NOTICED' | 'text not found' | 'fails without it';

async function attempt(
  folder: string,
  { file, find, put, noticedBy }: Sabotage,
  soundness: Map<string, Verdict>,
): Promise<Result> {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(find).length !== 2) return 'text not found';
  const id = JSON.stringify(noticedBy);
  const sound = soundness.get(id) ?? (await verdictOf(folder, noticedBy));
  if (!sound.isContent && !soundness.has(id)) process.stdout.write(`${sound.output}\n`);
  soundness.set(id, sound);
  if (!sound.isContent) return 'fails without it';
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
  try {
    return (await verdictOf(folder, noticedBy)).isContent ? 'NOT NOTICED' : 'noticed';
  } finally {
    writeFileSync(path, text);
  }
}

/** Says one after the other how it went, and at the end how often. */
async function attemptAll(chosen: readonly Sabotage[], folder: string): Promise<void> {
  const soundness = new Map<string, Verdict>();
  const counts = new Map<Result, number>();
  for (const [index, sabotage] of chosen.entries()) {
    const started = performance.now();
    const result = await attempt(folder, sabotage, soundness);
    counts.set(result, (counts.get(result) ?? 0) + 1);
    const place = `${index + 1}/${chosen.length}`.padStart(7);
    const took = `${Math.round((performance.now() - started) / 1000)} s`.padStart(6);
    process.stdout.write(`${place} ${result.padEnd(17)}${took}  ${nameOf(sabotage)}\n`);
  }
  const summary = [...counts].map(([result, count]) => `${count} ${result}`).join(', ');
  process.stdout.write(`${chosen.length} broken on purpose: ${summary}\n`);
  if (counts.get('noticed') !== chosen.length) process.exitCode = 1;
}

await new Command('sabotage')
  .description('breaks each law on purpose and expects its test to fail')
  .option('--only <texts...>', 'those whose description, law or file contains one of these', [''])
  .action(async ({ only }: { only: readonly string[] }) => {
    const chosen = everySabotage.filter((each) =>
      only.some((text) => `${nameOf(each)} ${each.file}`.includes(text)),
    );
    const folder = copyTree();
    try {
      await attemptAll(chosen, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  })
  .parseAsync();
