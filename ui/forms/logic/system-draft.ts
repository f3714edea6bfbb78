/** What a cluster, a fabric or a load balancer is when it is written: where a new one begins, and what need not be written. */
import type { Collection } from '../../../backend/api/contract/configuration.ts';
import type { KubeconfigModel, TestSubject } from '../../../backend/api/contract/tests.ts';
import { tidied } from './tidy.ts';
import type { Tidying } from './tidy.ts';
import { isWritten, listAt, park, textAt, unpark, valueAt, withValue } from './written.ts';
import type { Draft, Written } from './written.ts';

export const systemKinds = ['cluster', 'fabric', 'bigip', 'haproxy'] as const;
export type SystemKind = (typeof systemKinds)[number];
export type SystemCollection = Exclude<Collection, 'mappings'>;

export const collectionOf: Readonly<Record<SystemKind, SystemCollection>> = {
  cluster: 'clusters',
  fabric: 'fabrics',
  bigip: 'loadBalancers',
  haproxy: 'loadBalancers',
};

export const subjectOf: Readonly<Record<SystemKind, TestSubject['kind']>> = {
  cluster: 'cluster',
  fabric: 'fabric',
  bigip: 'loadBalancer',
  haproxy: 'loadBalancer',
};

export function systemKindOf(collection: SystemCollection, entry: Written): SystemKind {
  if (collection === 'clusters') return 'cluster';
  if (collection === 'fabrics') return 'fabric';
  return textAt(entry, 'kind') === 'haproxy' ? 'haproxy' : 'bigip';
}

export function newSystem(kind: SystemKind): Written {
  switch (kind) {
    case 'cluster':
      return { name: '', server: '', credentials: {}, ranges: {} };
    case 'fabric':
      return { name: '', controllers: [], credentials: { username: '' } };
    case 'bigip':
      return { kind, name: '', address: '', credentials: { username: '' } };
    case 'haproxy':
      return { kind, name: '', socket: '' };
  }
}

const rangeKinds = ['pods', 'loadBalancers', 'external', 'cluster', 'nodes'];

const tidying: Readonly<Record<SystemKind, Tidying>> = {
  cluster: {
    defaults: [['observe', { mode: 'watch' }]],
    optional: ['ca', 'pin', 'credentials.clientCertificate', ...rangeKinds.map((kind) => `ranges.${kind}`)],
    containers: ['observe'],
  },
  fabric: {
    defaults: [
      ['batch.objects', 1000],
      ['batch.bytes', 1_048_576],
      ['resync', '10m'],
    ],
    optional: ['ca', 'pin', 'resync', 'batch.objects', 'batch.bytes'],
    containers: ['batch'],
  },
  bigip: {
    defaults: [
      ['credentials.provider', 'tmos'],
      ['resync', '30s'],
      ['save', '60s'],
    ],
    optional: ['ca', 'pin', 'credentials.provider', 'resync', 'save'],
    containers: [],
  },
  haproxy: {
    defaults: [
      ['probe', '1s'],
      ['resync', '30s'],
    ],
    optional: ['probe', 'resync', 'check'],
    containers: [],
  },
};

/** As it is sent and saved. */
export function savedSystem(kind: SystemKind, entry: Written): Written {
  const short = tidied(withAddresses(withSizes(entry)), tidying[kind]);
  return kind === 'cluster' && !isWritten(short['ranges']) ? { ...short, ranges: {} } : short;
}

function withSizes(entry: Written): Written {
  return ['batch.objects', 'batch.bytes'].reduce((left, path) => {
    const text = textAt(left, path).trim();
    return /^\d{1,9}$/.test(text) ? withValue(left, path, Number(text)) : left;
  }, entry);
}

function withAddresses(entry: Written): Written {
  const single = ['server', 'address'].reduce((left, path) => {
    const text = textAt(left, path);
    return text === '' ? left : withValue(left, path, httpsAddress(text));
  }, entry);
  const controllers = valueAt(single, 'controllers');
  return Array.isArray(controllers)
    ? withValue(single, 'controllers', listAt(single, 'controllers').map(httpsAddress))
    : single;
}

/** What is meant by a host alone, or by an address that was copied from a browser. */
export function httpsAddress(typed: string): string {
  const text = typed.trim();
  if (text === '' || text.startsWith('http://')) return text;
  const url = URL.parse(text.startsWith('https://') ? text : `https://${text}`);
  return url?.hostname ? url.origin : text;
}

export type TrustKind = 'system' | 'ca' | 'pin';

/** The fabric of the APIC that this app is installed on: nothing of the way there is declared. */
export function isAround(entry: Written): boolean {
  return valueAt(entry, 'appCenter') === true;
}

export function trustOf(entry: Written): TrustKind {
  if (valueAt(entry, 'pin') !== undefined) return 'pin';
  return valueAt(entry, 'ca') === undefined ? 'system' : 'ca';
}

/** What was pasted for one way comes back when that way is chosen again. */
export function withTrust(draft: Draft, kind: TrustKind): Draft {
  const others = (['ca', 'pin'] as const).filter((each) => each !== kind);
  const parked = park(draft, others);
  if (kind === 'system') return parked;
  const back = unpark(parked, [kind]);
  if (valueAt(back.entry, kind) !== undefined) return back;
  return { ...back, entry: withValue(back.entry, kind, '') };
}

export function withPin(draft: Draft, pem: string): Draft {
  const { entry, parked } = withTrust(draft, 'pin');
  return { entry: withValue(entry, 'pin', pem), parked };
}

/** To see whose certificate it is before it is trusted. */
export function withoutTrust(entry: Written): Written {
  return withValue(withValue(entry, 'ca', undefined), 'pin', undefined);
}

export type CredentialsKind = 'token' | 'clientCertificate';

export function credentialsOf(entry: Written): CredentialsKind {
  const names = ['credentials.clientCertificate', 'credentials.clientKey'];
  return names.some((path) => valueAt(entry, path) !== undefined) ? 'clientCertificate' : 'token';
}

export function withCredentials(draft: Draft, kind: CredentialsKind): Draft {
  const ofCertificate = ['credentials.clientCertificate', 'credentials.clientKey'];
  if (kind === 'token') return unpark(park(draft, ofCertificate), ['credentials.token']);
  const back = unpark(park(draft, ['credentials.token']), ofCertificate);
  if (credentialsOf(back.entry) === kind) return back;
  return { ...back, entry: withValue(back.entry, 'credentials.clientCertificate', '') };
}

export type KubeconfigContext = KubeconfigModel['contexts'][number];

/** What a kubeconfig says of one context, in the place of what was typed. A name that was given stays. */
export function withContext({ entry, parked }: Draft, context: KubeconfigContext): Draft {
  const { server, ca, token, clientCertificate, clientKey } = context;
  const secret = (value: string | null): Written | undefined =>
    value === null ? undefined : { secret: value };
  const credentials =
    token === null
      ? { clientCertificate: secret(clientCertificate), clientKey: secret(clientKey) }
      : { token: secret(token) };
  const name = textAt(entry, 'name');
  const bare = withoutTrust(entry);
  return {
    parked,
    entry: {
      ...bare,
      name: name === '' ? nameFrom(context.name) : name,
      server,
      ...(ca !== null && { ca }),
      credentials: Object.fromEntries(Object.entries(credentials).filter(([, each]) => each !== undefined)),
    },
  };
}

const longestName = 40;

/** A name such as the product takes: `prod-a` of `kubernetes-admin@Prod_A`. */
export function nameFrom(text: string): string {
  const last = text.split(/[@/]/).at(-1) ?? text;
  const plain = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '');
  return plain.slice(0, longestName).replace(/-+$/, '');
}

/** Whether no address may come from the cluster, whatever it says. */
export function isClosed(entry: Written): boolean {
  return rangeKinds.every((kind) => listAt(entry, `ranges.${kind}`).length === 0);
}

/** What nodes tell, as prefixes: an address alone is one of its own. */
export function asPrefix(text: string): string {
  if (text.includes('/')) return text;
  return `${text}/${text.includes(':') ? 128 : 32}`;
}

export type ObserveKind = 'watch' | 'every' | 'cron';

export function observeOf(entry: Written): ObserveKind {
  if (textAt(entry, 'observe.mode') !== 'poll') return 'watch';
  return valueAt(entry, 'observe.cron') === undefined ? 'every' : 'cron';
}

export function withObserve(entry: Written, kind: ObserveKind, zone: string): Written {
  if (kind === 'watch') return withValue(entry, 'observe', undefined);
  const poll = { mode: 'poll' };
  return withValue(
    entry,
    'observe',
    kind === 'every' ? { ...poll, every: '30s' } : { ...poll, cron: '*/5 * * * *', zone },
  );
}

/** Mappings that name the system. */
export function namedBy(mappings: readonly Written[], collection: SystemCollection, name: string): string[] {
  const paths: Readonly<Record<SystemCollection, readonly string[]>> = {
    clusters: ['from.clusters'],
    fabrics: ['from.fabric', 'to.externalEpg.fabric', 'to.redirectPolicy.fabric'],
    loadBalancers: ['to.pool.loadBalancer'],
  };
  return mappings
    .filter((mapping) =>
      paths[collection].some((path) => [textAt(mapping, path), ...listAt(mapping, path)].includes(name)),
    )
    .map((mapping) => textAt(mapping, 'name'));
}

/** Where it is, in a few words. */
export function whereIs(entry: Written): string {
  if (isAround(entry)) return 'this APIC';
  const [first = '', ...others] = listAt(entry, 'controllers');
  const one =
    [textAt(entry, 'server'), textAt(entry, 'address'), textAt(entry, 'socket'), first].find(Boolean) ?? '';
  const bare = one.replace(/^(https:\/\/|tcp:)/, '');
  return others.length === 0 ? bare : `${bare} and ${others.length} more`;
}
