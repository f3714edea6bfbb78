/**
 * `npm run lab`: starts the simulators on loopback and prints one JSON line with addresses, credentials and files. Runs until stopped.
 *
 * Files for other programs are written to a folder (default `.lab`): ca.pem, kubeconfig, cluster-token, fabric-password.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { createAuthority } from './authority.ts';
import { startCluster, type Cluster } from './cluster/cluster.ts';
import { startFabric, type Fabric } from './fabric/fabric.ts';
import { baseFabric, insideFabric } from './fabric/seed.ts';

interface LabOptions {
  readonly fabric?: number;
  readonly cluster?: number;
  readonly files: string;
  readonly delay: number;
  readonly clockRate: number;
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('expected a number of 0 or more');
  return value;
}

export function labCommand(): Command {
  return new Command('lab')
    .description('simulators of an APIC and a Kubernetes cluster, on loopback')
    .option('--fabric <port>', 'start an APIC on this port', number)
    .option('--cluster <port>', 'start a Kubernetes API on this port', number)
    .option('--files <folder>', 'where to write certificates and credentials', '.lab')
    .option('--delay <ms>', 'time that the APIC takes for each reply', number, 0)
    .option('--clock-rate <n>', 'how many times as fast as real time the lab lives', number, 1)
    .action(async (options: LabOptions) => {
      const lab = await startLab(options);
      process.stdout.write(`${JSON.stringify(lab.description)}\n`);
      const stop = (): void => void lab.close().then(() => process.exit(0));
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
    });
}

export interface Lab {
  readonly fabric: Fabric | undefined;
  readonly cluster: Cluster | undefined;
  readonly description: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Without `--fabric` and `--cluster`, both are started on their usual ports. */
export async function startLab({ fabric, cluster, files, delay, clockRate }: LabOptions): Promise<Lab> {
  const authority = await createAuthority();
  const both = fabric === undefined && cluster === undefined;
  const fabricPort = both ? 8443 : fabric;
  const clusterPort = both ? 6443 : cluster;
  const apic =
    fabricPort === undefined
      ? undefined
      : await startFabric({ authority, port: fabricPort, replyDelayMs: delay, clockRate });
  apic?.seed([...baseFabric(), ...insideFabric()]);
  const kubernetes =
    clusterPort === undefined ? undefined : await startCluster({ authority, port: clusterPort, clockRate });
  return {
    fabric: apic,
    cluster: kubernetes,
    description: { ...describe(files, authority.caPem, apic, kubernetes) },
    close: async () => {
      await Promise.all([apic?.close(), kubernetes?.close()]);
    },
  };
}

function describe(
  folder: string,
  caPem: string,
  fabric?: Fabric,
  cluster?: Cluster,
): Record<string, unknown> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string, text: string): string => {
    const path = resolve(join(folder, name));
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    ca: file('ca.pem', caPem),
    ...(fabric && {
      fabric: {
        url: fabric.url,
        username: fabric.username,
        password: file('fabric-password', fabric.password),
      },
    }),
    ...(cluster && {
      cluster: {
        url: cluster.url,
        kubeconfig: file('kubeconfig', cluster.kubeconfig('admin')),
        token: file('cluster-token', cluster.tokens.reader),
      },
    }),
  };
}

if (import.meta.main) await labCommand().parseAsync();
