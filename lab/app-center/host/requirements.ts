/** What the machine must offer to run containers the way an APIC does. */
import { run } from './command.ts';

const programs = [
  { name: 'ip', arguments: ['-V'], from: 'iproute2' },
  { name: 'buildah', arguments: ['--version'], from: 'buildah' },
] as const;

/** Throws with everything that is missing, and how to get it. */
export async function assertHost(): Promise<void> {
  const lacking: string[] = [];
  if (process.platform !== 'linux') lacking.push('Linux');
  if (process.getuid?.() !== 0) lacking.push('root, for network namespaces and mounts');
  for (const program of programs)
    await run(program.name, program.arguments).catch(() =>
      lacking.push(`${program.name} (apt-get install ${program.from})`),
    );
  if (lacking.length > 0) throw new Error(`App Center in the lab needs ${lacking.join('; ')}`);
}
