/** What collections there are under /mgmt/tm, and what the parts of the device call what is in them. */
import { memberRules, nodeRules, poolRules, type AttributeRules } from './attributes.ts';

export interface Collection {
  /** Below /mgmt/tm. */
  readonly path: string;
  readonly kind: string;
  /** `tm:ltm:pool:pool`, to which `state` or `collectionstate` is added. */
  readonly restKind: string;
  /** As mcpd names it in errors. */
  readonly label: string;
  /** Absent: attributes are kept as they come. */
  readonly rules?: AttributeRules;
}

export const pools: Collection = {
  path: 'ltm/pool',
  kind: 'pool',
  restKind: 'tm:ltm:pool:pool',
  label: 'Pool',
  rules: poolRules,
};

/** Below a pool. */
export const members: Collection = {
  path: 'members',
  kind: 'member',
  restKind: 'tm:ltm:pool:members:members',
  label: 'Pool Member',
  rules: memberRules,
};

export const nodes: Collection = {
  path: 'ltm/node',
  kind: 'node',
  restKind: 'tm:ltm:node:node',
  label: 'Node',
  rules: nodeRules,
};

function plain(path: string, label: string): Collection {
  const words = path.split('/');
  return { path, kind: words.at(-1) ?? '', restKind: `tm:${[...words, words.at(-1)].join(':')}`, label };
}

export const partitions = plain('auth/partition', 'Partition');
export const folders = plain('sys/folder', 'folder');
export const routeDomains = plain('net/route-domain', 'Route Domain');
export const virtuals = plain('ltm/virtual', 'Virtual Server');

/** Of every type, in one table: a rule names monitors without their type. */
export function monitorsOf(type: string): Collection {
  return { ...plain(`ltm/monitor/${type}`, 'Monitor'), kind: 'monitor' };
}

export const monitorTypes = [
  'gateway-icmp',
  'http',
  'https',
  'icmp',
  'inband',
  'tcp',
  'tcp-half-open',
  'udp',
];

export const collections: readonly Collection[] = [
  pools,
  nodes,
  partitions,
  folders,
  routeDomains,
  virtuals,
  ...monitorTypes.map(monitorsOf),
  plain('ltm/virtual-address', 'Virtual Address'),
  plain('net/self', 'Self IP'),
  plain('net/tunnels/gre', 'GRE Tunnel'),
  plain('net/tunnels/ipip', 'IPIP Tunnel'),
];

/** Kinds that live in folders and keep their partition from being removed. */
export const kindsInFolders = ['pool', 'node', 'virtual', 'virtual-address', 'monitor'];
