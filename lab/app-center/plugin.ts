/**
 * One installed app: its folders, its image, its credentials, its container. Steps follow each other; one at a time.
 *
 * In: steps of the GUI. Out: what is to be seen of it. Folders, below the one of the app: `src` (the package), `log`,
 * `credentials`; and `data`, which survives everything but the deletion.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAppCredentials } from '../fabric/app-credentials.ts';
import type { Fabric } from '../fabric/fabric.ts';
import { startContainer, type Container } from './host/container.ts';
import type { Engine, Mount } from './host/engine.ts';
import { imageIn, isLater, type Manifest } from './package/manifest.ts';
import { Refused } from './package/refused.ts';
import type { Folders, PluginView } from './steps.ts';

export interface PluginParts {
  readonly engine: Engine;
  readonly fabric: Fabric;
  /** For everything but data. */
  readonly folder: string;
  /** Where data of all apps are, each in a folder of its name. */
  readonly dataFolder: string;
  /** For sockets of containers' networks. */
  readonly sockets: string;
  /** Ports of the machine's loopback that containers reach as their own. */
  readonly loopbackPorts: readonly number[];
  /** Lets a controller answer at a socket of a container's network. */
  readonly attach: (socket: string, controller: number) => Promise<() => Promise<void>>;
}

const home = '/home/app';

export class Plugin {
  readonly #parts: PluginParts;
  readonly #folders: Folders;
  #manifest: Manifest;
  #image = '';
  #container: Container | undefined;
  #controller = 1;
  #busy = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: PluginParts, manifest: Manifest) {
    this.#parts = parts;
    this.#manifest = manifest;
    const own = join(parts.folder, manifest.name);
    this.#folders = {
      src: join(own, 'src'),
      log: join(own, 'log'),
      credentials: join(own, 'credentials'),
      output: join(own, 'output'),
      data: join(parts.dataFolder, manifest.name),
    };
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  get container(): Container | undefined {
    return this.#container;
  }

  view(): PluginView {
    const { name, title, description, version, icon, vendorDomain, appId } = this.#manifest;
    return {
      ...{ name, title, description, version, icon, vendorDomain, appId },
      state: this.#container === undefined ? 'inactive' : 'active',
      busy: this.#busy,
      running: this.#container?.isRunning() ?? false,
      restarts: this.#container?.restarts() ?? 0,
      controller: this.#controller,
      address: this.#container?.address ?? '',
      gateway: this.#container?.gateway ?? '',
      folders: this.#folders,
    };
  }

  /** `unpacked`: the package's folder, which is taken. */
  install(unpacked: string): Promise<void> {
    return this.#step('installing', async () => {
      const { data, log, output, credentials } = this.#folders;
      for (const folder of [data, log, credentials]) await mkdir(folder, { recursive: true });
      await writeFile(output, '');
      await this.#take(unpacked, this.#manifest);
      const pair = await createAppCredentials(this.#manifest.name);
      await writeFile(join(credentials, 'plugin.key'), pair.keyPem, { mode: 0o600 });
      await writeFile(join(credentials, 'plugin.crt'), pair.certificatePem);
      this.#register(pair.certificatePem, 'inactive');
    });
  }

  enable(): Promise<void> {
    return this.#step('enabling', async () => {
      if (this.#container !== undefined) throw new Refused('', `${this.#manifest.name} is enabled already`);
      await this.#start();
      this.#parts.fabric.apps.setState(this.#manifest.name, 'active');
    });
  }

  disable(): Promise<void> {
    return this.#step('disabling', async () => {
      if (this.#container === undefined) throw new Refused('', `${this.#manifest.name} is not enabled`);
      await this.#stop();
      this.#parts.fabric.apps.setState(this.#manifest.name, 'inactive');
    });
  }

  /** In place: data and credentials are kept; it runs again if it ran. */
  upgrade(unpacked: string, manifest: Manifest): Promise<void> {
    return this.#step('upgrading', async () => {
      if (!isLater(manifest.version, this.#manifest.version))
        throw new Refused(
          '',
          `version ${this.#manifest.version} is installed, and ${manifest.version} is not later`,
        );
      const wasEnabled = this.#container !== undefined;
      await this.#stop();
      const before = this.#image;
      await this.#take(unpacked, manifest);
      if (before !== this.#image) await this.#parts.engine.removeImage(before);
      const certificate = await readFile(join(this.#folders.credentials, 'plugin.crt'), 'utf8');
      this.#register(certificate, wasEnabled ? 'active' : 'inactive');
      if (wasEnabled) await this.#start();
    });
  }

  /** To another APIC: the same data, another network, another gateway. */
  move(): Promise<void> {
    return this.#step('moving', async () => {
      if (this.#container === undefined) throw new Refused('', `${this.#manifest.name} is not enabled`);
      // Made before the other is gone: the addresses differ.
      const old = this.#container;
      await old.stop();
      this.#controller = (this.#controller % 3) + 1;
      await this.#start();
      await old.remove();
    });
  }

  kill(): Promise<void> {
    return this.#container?.kill() ?? Promise.resolve();
  }

  /** `leftover`: data stay, as an APIC may leave them behind when a step of the deletion fails. */
  delete(leftover: boolean): Promise<void> {
    return this.#step('deleting', async () => {
      if (this.#container !== undefined) throw new Refused('', `disable ${this.#manifest.name} first`);
      this.#parts.fabric.apps.remove(this.#manifest.name);
      await this.#parts.engine.removeImage(this.#image);
      await rm(join(this.#parts.folder, this.#manifest.name), { recursive: true, force: true });
      if (!leftover) await rm(this.#folders.data, { recursive: true, force: true });
    });
  }

  /** When the lab ends. */
  close(): Promise<void> {
    return this.#step('closing', () => this.#stop());
  }

  async #step<T>(busy: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const mine = before.then(async () => {
      this.#busy = busy;
      try {
        return await act();
      } finally {
        this.#busy = '';
      }
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #take(unpacked: string, manifest: Manifest): Promise<void> {
    this.#image = await this.#parts.engine.load(await imageIn(unpacked));
    await rm(this.#folders.src, { recursive: true, force: true });
    await rename(unpacked, this.#folders.src);
    this.#manifest = manifest;
  }

  #register(certificatePem: string, state: 'active' | 'inactive'): void {
    const { name, title, version, mayWrite } = this.#manifest;
    const privilege = mayWrite ? 'writePriv' : 'readPriv';
    const roles = [{ domain: 'all', role: 'admin', privilege }] as const;
    this.#parts.fabric.apps.install({ app: name, certificatePem, roles, version, name: title, state });
  }

  async #start(): Promise<void> {
    const { engine, attach, sockets, loopbackPorts } = this.#parts;
    const controller = this.#controller;
    const { Cmd, Entrypoint } = await engine.settings(this.#image);
    const ofImage = [...(Entrypoint ?? []), ...(Cmd ?? [])];
    this.#container = await startContainer({
      engine,
      image: this.#image,
      command: ofImage.length > 0 ? ofImage : [`${home}/src/Service/start.sh`],
      mounts: this.#mounts(),
      output: this.#folders.output,
      network: { controller, folder: sockets, loopbackPorts },
      attach: (socket) => attach(socket, controller),
    });
  }

  async #stop(): Promise<void> {
    const container = this.#container;
    this.#container = undefined;
    await container?.remove();
  }

  #mounts(): Mount[] {
    const { src, data, log, credentials } = this.#folders;
    return [
      { from: src, to: `${home}/src`, writable: false },
      { from: credentials, to: `${home}/credentials`, writable: false },
      { from: data, to: `${home}/data`, writable: true },
      { from: log, to: `${home}/log`, writable: true },
    ];
  }
}
