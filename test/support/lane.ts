/**
 * Lanes: groups of tests that need a real program (kubectl, ansible, chromium, buildah, …).
 *
 * Where the program is missing the lane is left out and the reporter says so, with the command that installs it;
 * in CI (`CI=true`) the missing program is a failure instead.
 */
import { execFileSync } from 'node:child_process';

export interface Program {
  /** Names to look for on the PATH; the first one found is used. */
  readonly names: readonly string[];
  /** The command that installs it on Debian. */
  readonly install: string;
}

interface LeftOut {
  readonly lane: string;
  readonly missing: string;
  readonly install: string;
}

const registry = globalThis as { [key: symbol]: LeftOut[] | undefined };
const leftOutKey = Symbol.for('aci-kube-sync.lanes-left-out');

/** Absolute path of the first of `names` that is on the PATH, or undefined. */
export function findProgram(names: readonly string[]): string | undefined {
  for (const name of names) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Declares the tests of `body` when the program is present. `body` gets the program's path. */
export function lane(title: string, program: Program, body: (path: string) => void): void {
  const path = findProgram(program.names);
  describe(title, () => {
    if (path !== undefined) return body(path);
    const missing = program.names.join(' or ');
    if (process.env['CI'] === 'true') {
      it('has its program', () => {
        throw new Error(`${missing} is missing; install it with: ${program.install}`);
      });
      return;
    }
    (registry[leftOutKey] ??= []).push({ lane: title, missing, install: program.install });
  });
}
