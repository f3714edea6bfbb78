/** What the device says about itself, and what it does as a whole: saving, cutting connections. */
import type { LabClock } from '../../clock.ts';
import { parseAddress } from '../config/address.ts';
import type { Store } from '../config/store.ts';
import { errors } from '../errors.ts';
import { keptAs3, type As3 } from './as3.ts';
import { bodyOf, type BigipRequest } from '../http/request.ts';
import { json, noContent, nothing, type Reply } from '../http/reply.ts';
import type { Json, Renderer } from '../http/render.ts';
import type { Stats } from '../stats.ts';
import type { Connections } from '../status/connections.ts';
import type { User } from '../session/users.ts';
import type { DeviceIdentity } from './identity.ts';

export interface SystemParts {
  readonly clock: LabClock;
  readonly store: Store;
  readonly stats: Stats;
  readonly renderer: Renderer;
  readonly connections: Connections;
  readonly as3: As3;
  /** May change: the box is swapped for another. */
  readonly device: { identity: DeviceIdentity };
  /** How long a save takes. */
  readonly saveMs: number;
}

interface SaveTask {
  readonly id: number;
  state: 'STARTED' | 'VALIDATING' | 'COMPLETED';
}

type Handler = (request: BigipRequest, user: User) => Reply;

export class SystemApi {
  readonly #parts: SystemParts;
  readonly #routes: Readonly<Record<string, Handler>>;
  readonly #tasks = new Map<string, SaveTask>();
  #nextTask = 101;

  constructor(parts: SystemParts) {
    this.#parts = parts;
    this.#routes = {
      'GET tm/sys': () => this.#references('tm:sys:sys', 'sys', ['folder', 'provision', 'config']),
      'GET tm/ltm': () => this.#references('tm:ltm:ltm', 'ltm', ['pool', 'node', 'virtual']),
      'GET tm/sys/version': () => this.#version(),
      'GET tm/sys/ready': () => this.#entries('sys/ready', 'tm:sys:ready:readystats', ready),
      'GET tm/sys/hardware': () => this.#hardware(),
      'GET tm/sys/provision': () => this.#provision(),
      'GET tm/sys/license': () => this.#entries('sys/license', 'tm:sys:license:licensestats', {}),
      'GET tm/cm/device': () => this.#devices(),
      'GET tm/cm/sync-status': () =>
        this.#entries('cm/sync-status', 'tm:cm:sync-status:sync-statusstats', alone),
      'GET tm/cm/failover-status': () =>
        this.#entries('cm/failover-status', 'tm:cm:failover-status:failover-statusstats', active),
      'POST tm/sys/config': (request, user) => this.#save(request, user),
      'POST tm/task/sys/config': (request, user) => this.#newTask(request, user),
      'DELETE tm/sys/connection': (request, user) => this.#cut(request, user),
      'GET shared/identified-devices/config/device-info': () => this.#deviceInfo(),
      'GET shared/iapp/global-installed-packages': () => json({ items: keptAs3(parts.as3).packages }),
      'GET shared/appsvcs/info': (request) => this.#as3(request, 'info'),
      'GET shared/appsvcs/declare': (request) => this.#as3(request, 'declare'),
    };
  }

  /** Undefined: not of the system. */
  answer(request: BigipRequest, user: User): Reply | undefined {
    const key = request.segments.slice(1).join('/');
    const name = `${request.method} ${key}`;
    const handler = Object.hasOwn(this.#routes, name) ? this.#routes[name] : undefined;
    if (handler) return handler(request, user);
    if (name === `GET tm/auth/user/${user.name}`) return this.#ownUser(user);
    const task = /^tm\/task\/sys\/config\/([^/]+)$/.exec(key)?.[1];
    return task === undefined ? undefined : this.#task(request, task);
  }

  /** Tasks are forgotten: the device went down. */
  end(): void {
    this.#tasks.clear();
  }

  /** What the device's own users may read of themselves. */
  #ownUser({ name, role, partitions = ['all-partitions'] }: User): Reply {
    return json({
      kind: 'tm:auth:user:userstate',
      name,
      fullPath: name,
      selfLink: this.#parts.renderer.link(`auth/user/${name}`),
      partitionAccess: partitions.map((partition) => ({ name: partition, role })),
    });
  }

  #references(kind: string, path: string, names: readonly string[]): Reply {
    const { renderer } = this.#parts;
    const items = names.map((name) => ({ reference: { link: renderer.link(`${path}/${name}`) } }));
    return json({
      kind: `${kind.replace(/:[^:]+$/, '')}:${path}collectionstate`,
      selfLink: renderer.link(path),
      items,
    });
  }

  #entries(path: string, kind: string, texts: Readonly<Record<string, string>>): Reply {
    const { renderer } = this.#parts;
    const entries = Object.fromEntries(
      Object.entries(texts).map(([name, description]) => [name, { description }]),
    );
    return json({
      kind,
      selfLink: renderer.link(path),
      entries: { [`https://localhost/mgmt/tm/${path}/0`]: { nestedStats: { entries } } },
    });
  }

  #version(): Reply {
    const { version, build } = this.#parts.device.identity;
    return this.#entries('sys/version', 'tm:sys:version:versionstats', {
      Build: build,
      Date: 'Thu Dec  7 18:24:36 PST 2023',
      Edition: 'Point Release 3',
      Product: 'BIG-IP',
      Title: 'Main Package',
      Version: version,
    });
  }

  #hardware(): Reply {
    const { renderer, device } = this.#parts;
    const { chassisId, marketingName, baseMac } = device.identity;
    const base = 'https://localhost/mgmt/tm/sys/hardware';
    const nested = (name: string, texts: Record<string, string>): Json => ({
      [`${base}/${name}`]: {
        nestedStats: {
          entries: {
            [`${base}/${name}/0`]: {
              nestedStats: {
                entries: Object.fromEntries(
                  Object.entries(texts).map(([key, description]) => [key, { description }]),
                ),
              },
            },
          },
        },
      },
    });
    return json({
      kind: 'tm:sys:hardware:hardwarestats',
      selfLink: renderer.link('sys/hardware'),
      entries: {
        ...nested('platform', { baseMac, marketingName }),
        ...nested('system-info', { bigipChassisSerialNum: chassisId, platform: 'Z100' }),
      },
    });
  }

  #provision(): Reply {
    const { renderer } = this.#parts;
    const items = [
      ['afm', 'none'],
      ['asm', 'none'],
      ['ltm', 'nominal'],
    ].map(([name, level]) => ({ kind: 'tm:sys:provision:provisionstate', name, fullPath: name, level }));
    return json({
      kind: 'tm:sys:provision:provisioncollectionstate',
      selfLink: renderer.link('sys/provision'),
      items,
    });
  }

  #devices(): Reply {
    const { renderer, device } = this.#parts;
    const { hostname, version, build, chassisId, baseMac, managementIp, marketingName } = device.identity;
    const item = {
      kind: 'tm:cm:device:devicestate',
      name: hostname,
      partition: 'Common',
      fullPath: `/Common/${hostname}`,
      generation: 1,
      selfLink: renderer.link(`cm/device/~Common~${hostname}`),
      baseMac,
      build,
      chassisId,
      configsyncIp: 'none',
      edition: 'Point Release 3',
      failoverState: 'active',
      hostname,
      managementIp,
      marketingName,
      product: 'BIG-IP',
      selfDevice: 'true',
      version,
    };
    return json({
      kind: 'tm:cm:device:devicecollectionstate',
      selfLink: renderer.link('cm/device'),
      items: [item],
    });
  }

  #deviceInfo(): Reply {
    const { hostname, version, build, chassisId, machineId, baseMac, managementIp } =
      this.#parts.device.identity;
    return json({
      baseMac,
      platform: 'Z100',
      product: 'BIG-IP',
      version,
      build,
      edition: 'Point Release 3',
      hostname,
      managementAddress: managementIp,
      machineId,
      chassisSerialNumber: chassisId,
      kind: 'shared:resolver:device-groups:deviceinfostate',
      selfLink: 'https://localhost/mgmt/shared/identified-devices/config/device-info',
    });
  }

  #as3(request: BigipRequest, what: 'info' | 'declare'): Reply {
    const { as3 } = this.#parts;
    if (as3.version === undefined) throw errors.notPublic(request.path);
    if (what === 'info') return json(keptAs3(as3).info);
    return as3.declaration === undefined ? noContent : json(as3.declaration);
  }

  #save(request: BigipRequest, user: User): Reply {
    requireSave(request, user);
    if (this.#isSaving()) throw errors.taskActive();
    this.#saved();
    return { ...json({ kind: 'tm:sys:config:savestate', command: 'save' }), afterMs: this.#parts.saveMs };
  }

  #saved(): void {
    this.#parts.stats.count('saves');
    this.#parts.store.save();
  }

  #isSaving(): boolean {
    return this.#tasks.values().some(({ state }) => state === 'VALIDATING');
  }

  #newTask(request: BigipRequest, user: User): Reply {
    requireSave(request, user);
    const task: SaveTask = { id: this.#nextTask, state: 'STARTED' };
    this.#nextTask += 1;
    this.#tasks.set(String(task.id), task);
    return json(this.#taskView(task));
  }

  #task({ method, path }: BigipRequest, id: string): Reply {
    const task = this.#tasks.get(id);
    if (task === undefined) throw errors.notFound('task', id);
    if (method === 'DELETE') {
      this.#tasks.delete(id);
      return nothing;
    }
    if (method === 'PUT' && task.state === 'STARTED') {
      if (this.#isSaving()) throw errors.taskActive();
      task.state = 'VALIDATING';
      this.#parts.clock.after(this.#parts.saveMs, () => {
        if (this.#tasks.get(id) !== task) return;
        task.state = 'COMPLETED';
        this.#saved();
      });
    } else if (method !== 'GET' && method !== 'PUT') throw errors.unsupported(path);
    return json(this.#taskView(task));
  }

  #taskView({ id, state }: SaveTask): Json {
    return {
      kind: 'tm:task:sys:config:configstate',
      command: 'save',
      _taskId: id,
      _taskState: state,
      selfLink: this.#parts.renderer.link(`task/sys/config/${id}`),
    };
  }

  /** `?options=ss-server-addr,10.0.0.1,ss-server-port,80`, or with spaces: cuts what goes to a member. */
  #cut(request: BigipRequest, user: User): Reply {
    if (user.role === 'guest') throw errors.denied(user.name, 'Common');
    const words = (request.query.get('options') ?? '').split(/[\s,]+/);
    const after = (name: string): string | undefined => words[words.indexOf(name) + 1];
    const address = words.includes('ss-server-addr') ? after('ss-server-addr') : undefined;
    if (address === undefined || parseAddress(address) === undefined)
      throw errors.badValue('options', words.join(' '));
    const port = words.includes('ss-server-port') ? Number(after('ss-server-port')) : undefined;
    this.#parts.connections.cut(address, port);
    return nothing;
  }
}

function requireSave(request: BigipRequest, user: User): void {
  const { command } = bodyOf(request);
  if (command !== 'save') throw errors.badValue('command', command);
  if (user.role === 'guest' || user.role === 'operator') throw errors.denied(user.name, 'Common');
}

const ready = { configReady: 'yes', licenseReady: 'yes', provisionReady: 'yes' };
const alone = { color: 'green', mode: 'standalone', status: 'Standalone', summary: ' ' };
const active = { color: 'green', status: 'ACTIVE', summary: '1/1 active' };
