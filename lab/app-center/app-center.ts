/**
 * An APIC's App Center to develop and test against: it takes `.aci` packages, runs their containers, shows their pages in a
 * sandboxed frame and passes their requests on, in front of the lab's fabric.
 *
 * In: steps of its page Apps, or the same called directly, or by HTTP below `/lab/app-center`; what containers and browsers
 * send. Out: one HTTPS origin, plug-in objects and app users on the fabric, containers in networks of their own whose
 * default gateway is an APIC. Needs root, ip and buildah. It must not know what any app does.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Authority } from '../authority.ts';
import type { Fabric } from '../fabric/fabric.ts';
import { controllersOf } from './controllers.ts';
import { createEngine } from './host/engine.ts';
import { folderName } from './host/names.ts';
import { assertHost } from './host/requirements.ts';
import { removeFolder, sweep } from './host/sweep.ts';
import { Origin } from './origin.ts';
import { readManifest, type Manifest } from './package/manifest.ts';
import { Refused } from './package/refused.ts';
import { unpack } from './package/unpack.ts';
import { Plugin, type PluginParts } from './plugin.ts';
import { createProxy } from './proxy.ts';
import type { AppSteps, Profile } from './steps.ts';

export interface AppCenterOptions {
  readonly authority: Authority;
  readonly fabric: Fabric;
  /** 0: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Where data of apps are kept, each in a folder of its name; absent: in a folder that goes with the lab. */
  readonly dataFolder?: string;
  /** Ports of 127.0.0.1 that containers reach under the same address: other systems of the lab. */
  readonly loopbackPorts?: readonly number[];
  /** How often the GUI hands fresh tokens to an open app. */
  readonly tokenSeconds?: number;
  readonly profile?: Profile;
  readonly proxyTimeoutMs?: number;
}

export interface AppCenter extends AppSteps {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startAppCenter(options: AppCenterOptions): Promise<AppCenter> {
  await assertHost();
  await sweep();
  const folder = folderName();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return await startIn(folder, options);
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function startIn(folder: string, options: AppCenterOptions): Promise<AppCenter> {
  const apps = new Apps(folder, {
    engine: await createEngine(join(folder, 'engine')),
    fabric: options.fabric,
    folder: join(folder, 'apps'),
    dataFolder: options.dataFolder ?? join(folder, 'data'),
    sockets: folder,
    loopbackPorts: options.loopbackPorts ?? [],
    attach: controllersOf(options.authority, options.fabric.front),
  });
  const settings = { profile: options.profile ?? 'pass', tokenSeconds: options.tokenSeconds ?? 30 };
  const controls = controlsOf(apps, settings);
  const origin = new Origin({
    ...{ apps: controls, settings, front: options.fabric.front },
    uploads: join(folder, 'uploads'),
    identity: await options.authority.issue('apic1.lab'),
    proxy: createProxy({
      front: options.fabric.front,
      plugin: (vendorDomain, appId) => apps.find(`${vendorDomain}_${appId}`),
      profile: () => settings.profile,
      timeoutMs: options.proxyTimeoutMs ?? 90_000,
    }),
  });
  return {
    ...controls,
    url: await origin.listen(options.port ?? 0, options.host ?? '127.0.0.1'),
    async close() {
      await origin.close();
      await apps.close();
      await removeFolder(folder);
    },
  };
}

function controlsOf(apps: Apps, settings: { profile: Profile; tokenSeconds: number }): AppSteps {
  return {
    apps: () => apps.all().map((plugin) => plugin.view()),
    app: (name) => apps.find(name)?.view(),
    upload: (aci) => apps.upload(aci),
    enable: (name) => apps.get(name).enable(),
    disable: (name) => apps.get(name).disable(),
    move: (name) => apps.get(name).move(),
    kill: (name) => apps.get(name).kill(),
    delete: (name, { leftover } = { leftover: false }) => apps.delete(name, leftover),
    setProfile: (profile) => void (settings.profile = profile),
    setTokenSeconds: (seconds) => void (settings.tokenSeconds = seconds),
  };
}

/** The release of the fabric. */
function runningOn(fabric: Fabric): string {
  return fabric.subtree('topology', 'firmwareCtrlrRunning')[0]?.attributes['version'] ?? '';
}

/** What is installed, by name. */
class Apps {
  readonly #folder: string;
  readonly #parts: PluginParts;
  readonly #installed = new Map<string, Plugin>();

  constructor(folder: string, parts: PluginParts) {
    this.#folder = folder;
    this.#parts = parts;
  }

  all(): Plugin[] {
    return [...this.#installed.values()];
  }

  find(name: string): Plugin | undefined {
    return this.#installed.get(name);
  }

  get(name: string): Plugin {
    const plugin = this.#installed.get(name);
    if (plugin === undefined) throw new Refused('', `no app ${name} is installed`);
    return plugin;
  }

  async upload(aci: string): Promise<string> {
    const running = runningOn(this.#parts.fabric);
    await verify(aci, running);
    const incoming = await mkdtemp(join(this.#folder, 'incoming-'));
    try {
      const top = await unpack(aci, incoming);
      const unpacked = join(incoming, top);
      const manifest = await readManifest(unpacked, top, running);
      await this.#take(unpacked, manifest);
      return manifest.name;
    } finally {
      await rm(incoming, { recursive: true, force: true });
    }
  }

  async #take(unpacked: string, manifest: Manifest): Promise<void> {
    const installed = this.#installed.get(manifest.name);
    if (installed !== undefined) return installed.upgrade(unpacked, manifest);
    const plugin = new Plugin(this.#parts, manifest);
    await plugin.install(unpacked);
    this.#installed.set(manifest.name, plugin);
  }

  async delete(name: string, leftover: boolean): Promise<void> {
    await this.get(name).delete(leftover);
    this.#installed.delete(name);
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((plugin) => plugin.close()));
  }
}

const validator = join(import.meta.dirname, '../../packaging/verify/main.ts');

/** What an APIC does first: its validator's checks, by a program of this repository where there is one. */
async function verify(aci: string, running: string): Promise<void> {
  if (!existsSync(validator)) return;
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, [validator, aci, '--running', running], (error, stdout, stderr) =>
      error === null ? resolve() : reject(new Refused('', `the package is not valid:\n${stdout}${stderr}`)),
    );
  });
}
