/** Programs of the machine, run to their end. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Trimmed standard output; on failure the error carries what the program said. */
export async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, ...environment },
    });
    return stdout.trim();
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new Error(`${program} ${args.join(' ')}: ${said || (error as Error).message}`, { cause: error });
  }
}

export const ip = (...args: readonly string[]): Promise<string> => run('ip', args);
