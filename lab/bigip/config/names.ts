/** Names of objects: full paths, the keys that stand for them in URLs, and the names of members. */
import { errors } from '../errors.ts';
import { parseAddress } from './address.ts';

export interface ObjectName {
  readonly partition: string;
  readonly subPath: string | undefined;
  readonly name: string;
  /** `/Partition/[folder/]name` */
  readonly path: string;
}

export function nameOfPath(path: string): ObjectName {
  const parts = path.split('/').filter((part) => part !== '');
  const [partition = 'Common', ...rest] = parts.length > 1 ? parts : ['Common', ...parts];
  const name = rest.at(-1) ?? '';
  const folders = rest.slice(0, -1);
  return {
    partition,
    subPath: folders.length > 0 ? folders.join('/') : undefined,
    name,
    path: `/${[partition, ...rest].join('/')}`,
  };
}

/** `~Partition~[folder~]name`, or the bare name of something in /Common. */
export function nameOfKey(key: string): ObjectName {
  return nameOfPath(key.replaceAll('~', '/'));
}

/** As selfLinks have it: `%` of a route domain is encoded, colons are not. */
export function keyOfPath(path: string): string {
  return path.replaceAll('/', '~').replaceAll('%', '%25').replaceAll(' ', '%20');
}

/** From the body of a create: `name` alone, or with a partition and a folder, or a full path. */
export function nameOfBody(body: Readonly<Record<string, unknown>>): ObjectName {
  const { name, partition = 'Common', subPath } = body;
  if (typeof name !== 'string' || name === '') throw errors.missing('name');
  if (typeof partition !== 'string') throw errors.badValue('partition', partition);
  if (name.startsWith('/')) return nameOfPath(name);
  const folder = typeof subPath === 'string' && subPath !== '' ? `${subPath}/` : '';
  return nameOfPath(`/${partition}/${folder}${name}`);
}

export interface MemberName {
  /** Of the node, without its partition. */
  readonly node: string;
  readonly port: number;
}

/** `10.0.0.1:80`, `2001:db8::1.80`, `10.0.0.1%10:80`, `web01:80`; IPv6 has a dot before the port. */
export function splitMember(name: string): MemberName {
  const dotted = /^(.*)\.(\d+|any)$/.exec(name);
  const isIpv6 = dotted?.[1]?.includes(':') === true && parseAddress(dotted[1]) !== undefined;
  const match = isIpv6 ? dotted : /^(.*):(\d+|any|\*)$/.exec(name);
  const [, node = '', text = ''] = match ?? [];
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (node === '' || port > 65_535) throw errors.badValue('name', name);
  return { node, port };
}
