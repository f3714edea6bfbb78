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
  /** Of use to root only. */
  readonly asRoot?: boolean;
}

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

/** What is not there for want of which the lane cannot run; undefined when all is there. */
function lackOf(
  programs: readonly Program[],
): { readonly missing: string; readonly install: string } | undefined {
  const absent = programs.filter(({ names }) => findProgram(names) === undefined);
  if (absent.length > 0)
    return {
      missing: absent.map(({ names }) => names.join(' or ')).join(' and '),
      install: absent.map(({ install }) => install).join(' && '),
    };
  if (programs.some(({ asRoot }) => asRoot === true) && process.getuid?.() !== 0)
    return { missing: 'the right to run it (root)', install: 'run the tests as root' };
  return undefined;
}

/** Declares the tests of `body` when every program is present. `body` gets their paths, in order. */
export function lane(
  title: string,
  needs: Program | readonly Program[],
  body: (path: string, ...others: string[]) => void,
): void {
  const programs = 'names' in needs ? [needs] : needs;
  const lack = lackOf(programs);
  describe(title, () => {
    if (lack === undefined) {
      const [path = '', ...others] = programs.map(({ names }) => findProgram(names) ?? '');
      return body(path, ...others);
    }
    if (process.env['CI'] === 'true') {
      it('has its program', () => {
        throw new Error(`${lack.missing} is missing; to get it: ${lack.install}`);
      });
      return;
    }
    it.skip(`left out, because ${lack.missing} is not on this machine. To get it: ${lack.install}`);
  });
}
