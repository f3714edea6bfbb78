/**
 * `npm run lab`: starts the simulators on loopback and prints one JSON line with addresses, credentials and files. Runs until stopped.
 *
 * Files for other programs are written to a folder (default `.lab`): ca.pem, kubeconfig, cluster-token, fabric-password (and fabric-password-operator, -viewer, -outsider), bigip-password.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { AppCenter, AppCenterOptions } from './app-center/app-center.ts';
import { createAuthority } from './authority.ts';
import { startBigip, type Bigip } from './bigip/bigip.ts';
import { startCluster, type Cluster } from './cluster/cluster.ts';
import { startFabric, type Fabric } from './fabric/fabric.ts';
import { labPeople, peopleOfLab } from './fabric/people.ts';
import { baseFabric, insideFabric } from './fabric/seed.ts';

interface LabOptions {
  readonly fabric?: number;
  readonly cluster?: number;
  readonly bigip?: number;
  readonly appCenter?: number;
  readonly aci?: string;
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
    .description('simulators of an APIC, a Kubernetes cluster and a BIG-IP, on loopback')
    .option('--fabric <port>', 'start an APIC on this port', number)
    .option('--cluster <port>', 'start a Kubernetes API on this port', number)
    .option('--bigip <port>', 'start a BIG-IP on this port', number)
    .option(
      '--app-center <port>',
      "start an APIC's App Center on this port; takes a checkout, Linux, root, ip and buildah",
      number,
    )
    .option('--aci <file>', 'install this package in it and enable it')
    .option('--files <folder>', 'where to write certificates and credentials', '.lab')
    .option('--delay <ms>', 'time that the APIC and the BIG-IP take for each reply', number, 0)
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
  readonly bigip: Bigip | undefined;
  readonly appCenter: AppCenter | undefined;
  readonly description: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

const usualPorts = { fabric: 8443, cluster: 6443, bigip: 9443 };

/** Without any of the ports, everything but the App Center is started on its usual one. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const authority = await createAuthority();
  const { fabric, cluster, bigip } = portsOf(options);
  const { clockRate, delay: replyDelayMs, files } = options;
  const shared = { authority, clockRate };
  const apic =
    fabric === undefined ? undefined : await startFabric({ ...shared, port: fabric, replyDelayMs });
  apic?.seed([...baseFabric(), ...insideFabric(), ...peopleOfLab()]);
  const kubernetes = cluster === undefined ? undefined : await startCluster({ ...shared, port: cluster });
  const f5 = bigip === undefined ? undefined : await startBigip({ ...shared, port: bigip, replyDelayMs });
  f5?.device.seed({ partitions: [{ name: 'k8s' }] });
  // Containers reach them under the same addresses.
  const loopbackPorts = [kubernetes, f5].flatMap((system) =>
    system ? [Number(new URL(system.url).port)] : [],
  );
  const appCenter = apic && (await appCenterOf(options, { authority, fabric: apic, loopbackPorts }));
  const systems = { fabric: apic, cluster: kubernetes, bigip: f5, appCenter };
  return {
    ...systems,
    description: { ...describe(files, authority.caPem, systems) },
    close: async () => {
      await appCenter?.close();
      await Promise.all([apic?.close(), kubernetes?.close(), f5?.close()]);
    },
  };
}

function portsOf({
  fabric,
  cluster,
  bigip,
  appCenter,
}: LabOptions): Pick<LabOptions, keyof typeof usualPorts> {
  const asked = Object.fromEntries(
    Object.entries({ fabric, cluster, bigip }).filter(([, port]) => port !== undefined),
  );
  const ports = Object.keys(asked).length > 0 ? asked : usualPorts;
  return appCenter === undefined ? ports : { ...ports, fabric: fabric ?? usualPorts.fabric };
}

async function appCenterOf(
  { appCenter: port, aci }: LabOptions,
  place: Pick<AppCenterOptions, 'authority' | 'fabric' | 'loopbackPorts'>,
): Promise<AppCenter | undefined> {
  if (port === undefined) return undefined;
  // Loaded here: it builds its pages from source, so it is no part of the bundle.
  const { startAppCenter } = await import('./app-center/app-center.ts');
  const started = await startAppCenter({ ...place, port });
  try {
    if (aci !== undefined) await started.enable(await started.upload(resolve(aci)));
    return started;
  } catch (error) {
    await started.close();
    throw error;
  }
}

function describe(
  folder: string,
  caPem: string,
  { fabric, cluster, bigip, appCenter }: Omit<Lab, 'description' | 'close'>,
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
        people: Object.fromEntries(
          Object.entries(labPeople).map(([kind, { username, password }]) => [
            kind,
            { username, password: file(`fabric-password-${kind}`, password) },
          ]),
        ),
      },
    }),
    ...(cluster && {
      cluster: {
        url: cluster.url,
        kubeconfig: file('kubeconfig', cluster.kubeconfig('admin')),
        token: file('cluster-token', cluster.tokens.reader),
      },
    }),
    ...(bigip && {
      bigip: {
        url: bigip.url,
        username: bigip.username,
        password: file('bigip-password', bigip.password),
      },
    }),
    ...(appCenter && {
      appCenter: {
        url: appCenter.url,
        apps: appCenter
          .apps()
          .map(({ name, version, state, folders }) => ({ name, version, state, ...folders })),
      },
    }),
  };
}

if (import.meta.main) await labCommand().parseAsync();
