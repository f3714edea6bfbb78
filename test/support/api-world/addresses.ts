/** Addresses from a generator: pods of many namespaces, a few services and nodes between them. */
import type { AddressPage, AddressQuery, AddressRow } from '../../../backend/api/contract/addresses.ts';
import type { AddressReader } from '../../../backend/api/ports.ts';

const states = ['ready', 'ready', 'ready', 'ready', 'notReady', 'starting', 'terminating'] as const;
const namespaces = ['shop', 'billing', 'search', 'inspect', 'mail'];

export function fakeAddresses(count: number): AddressReader {
  const rows = Array.from({ length: count }, (_, n) => row(n));
  return {
    addresses: (query) => page(rows, query),
  };
}

function row(n: number): AddressRow {
  const namespace = namespaces[n % namespaces.length] ?? 'shop';
  const source = n % 3 === 0 ? 'prod-b' : 'prod-a';
  const isService = n % 50 === 49;
  const workload = `${namespace}-${Math.floor(n / 40)}`;
  return {
    address:
      n % 11 === 10 ? `fd00:10:244::${n.toString(16)}` : `10.${244 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
    addressKind: isService ? 'loadBalancer' : 'pod',
    source,
    origin: isService ? `service ${namespace}/${workload}` : `pod ${namespace}/${workload}-${n}`,
    node: isService ? null : `${source}-node-${n % 20}`,
    state: states[n % states.length] ?? 'ready',
    mappings: [namespace],
    targets: [`dc1|externalEpg|k8s/calico/${source}_${namespace}_${workload}`],
  };
}

function page(all: readonly AddressRow[], query: AddressQuery): AddressPage {
  const { search, source, mapping, state, sort, descending, offset, limit } = query;
  const fits = (each: AddressRow): boolean =>
    (source === undefined || each.source === source) &&
    (mapping === undefined || each.mappings.includes(mapping)) &&
    (state === undefined || each.state === state) &&
    (search === undefined || textOf(each).includes(search.toLowerCase()));
  const value = (each: AddressRow): string =>
    sort === 'mapping' ? each.mappings.join() : (each[sort] ?? '');
  const turn = descending === 'true' ? -1 : 1;
  const found = all
    .filter(fits)
    .sort((a, b) => turn * value(a).localeCompare(value(b), 'en', { numeric: true }));
  return { total: found.length, of: all.length, rows: found.slice(offset, offset + limit) };
}

function textOf({ address, origin, node, mappings, targets }: AddressRow): string {
  return [address, origin, node ?? '', ...mappings, ...targets].join(' ').toLowerCase();
}
