/** How the programs of this folder begin, and what they say when they cannot go on. */

/** Something outside is missing; the message says how to get it. */
export class Missing extends Error {}

const installed: Readonly<Record<string, string>> = {
  buildah: 'apt-get install buildah',
  debootstrap: 'apt-get install debootstrap debian-archive-keyring',
  flock: 'apt-get install util-linux',
};

export function missingProgram(name: string): Missing {
  const how = installed[name];
  return new Missing(`${name} is missing${how === undefined ? '' : `; to get it: ${how}`}`);
}

/** To be called before what only root may do. */
export function demandRoot(what: string): void {
  if (process.getuid?.() !== 0)
    throw new Missing(`${what} takes root; run it as root: sudo env "PATH=$PATH" npm run …`);
}

/** Runs a program's steps with its progress on stdout; what fails is one message, and exit status 1. */
export async function runSteps(steps: (say: (line: string) => void) => Promise<void>): Promise<void> {
  try {
    await steps((line) => {
      console.log(line);
    });
  } catch (thrown) {
    console.error((thrown as Error).message);
    process.exitCode = 1;
  }
}
