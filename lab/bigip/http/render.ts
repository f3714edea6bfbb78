/** Objects and lists of them as replies show them. */
import { folders, nodes, partitions, pools, members, type Collection } from '../config/kinds.ts';
import { keyOfPath } from '../config/names.ts';
import { parseMonitors } from '../config/monitors.ts';
import { nodePathOf } from '../config/references.ts';
import type { ConfigObject } from '../config/store.ts';
import type { HealthChecks } from '../status/health.ts';

export type Json = Record<string, unknown>;

/** Always `localhost`, whatever name the client used. */
const host = 'https://localhost';

export class Renderer {
  readonly #device: { readonly identity: { readonly version: string } };
  readonly #health: HealthChecks;

  constructor(device: { readonly identity: { readonly version: string } }, health: HealthChecks) {
    this.#device = device;
    this.#health = health;
  }

  link(path: string): string {
    return `${host}/mgmt/tm/${path}?ver=${this.#device.identity.version}`;
  }

  collectionPath(collection: Collection, pool?: string): string {
    return pool === undefined ? collection.path : `${pools.path}/${keyOfPath(pool)}/${members.path}`;
  }

  objectPath(collection: Collection, object: ConfigObject): string {
    return `${this.collectionPath(collection, object.pool)}/${keyOfPath(object.path)}`;
  }

  object(collection: Collection, object: ConfigObject): Json {
    const { name, partition, subPath, path, generation, kind } = object;
    const hasPartition = kind !== partitions.kind && !(kind === folders.kind && name === partition);
    return {
      kind: `${collection.restKind}state`,
      name,
      ...(hasPartition && { partition }),
      ...(subPath !== undefined && { subPath }),
      fullPath: path,
      generation,
      selfLink: this.link(this.objectPath(collection, object)),
      ...this.#attributes(object),
    };
  }

  #attributes(object: ConfigObject): Json {
    const { attributes, kind } = object;
    if (kind === pools.kind) return { ...spaced(attributes), membersReference: this.#membersOf(object) };
    if (kind === nodes.kind) {
      const { session, state } = this.#health.ofNode(object);
      return { ...attributes, session, state };
    }
    if (kind !== members.kind) return attributes;
    const { session, state } = this.#health.ofMember(object);
    const node = this.link(`${nodes.path}/${keyOfPath(nodePathOf(object))}`);
    return { ...attributes, nameReference: { link: node }, session, state };
  }

  #membersOf(pool: ConfigObject): Json {
    return { link: this.link(this.collectionPath(members, pool.path)), isSubcollection: true };
  }
}

/** A rule of several monitors comes back with a space at its end. */
function spaced(attributes: ConfigObject['attributes']): ConfigObject['attributes'] {
  const { monitor } = attributes;
  const isList =
    typeof monitor === 'string' && !monitor.startsWith('min') && parseMonitors(monitor).length > 1;
  return isList ? { ...attributes, monitor: `${monitor} ` } : attributes;
}
