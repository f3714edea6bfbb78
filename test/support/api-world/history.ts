/** A past from a generator: changes, rounds and what people did, a minute apart. */
import type {
  HistoryEntry,
  HistoryPage,
  HistoryQuery,
  HolderModel,
} from '../../../backend/api/contract/history.ts';
import type { HistoryReader } from '../../../backend/api/ports.ts';

const minuteMs = 60_000;

export function fakeHistory(count: number, now: () => number): HistoryReader {
  const newest = now();
  const entries = Array.from({ length: count }, (_, n) => entry(count - n, newest - n * minuteMs));
  return {
    search: (query) => Promise.resolve(page(entries, query)),
    holders: (address, at) => Promise.resolve(holders(address, newest).filter((each) => held(each, at))),
  };
}

function entry(n: number, at: number): HistoryEntry {
  if (n % 17 === 0) return act(n, at);
  if (n % 5 === 0) return round(n, at);
  const address = `10.244.${(n >> 8) & 255}.${n & 255}`;
  const removed = n % 4 === 0;
  return {
    ...blank(n, at),
    kind: 'change',
    system: 'dc1',
    mapping: n % 2 === 0 ? 'shop' : 'billing',
    key: `dc1|externalEpg|k8s/calico/prod-a_shop_web-${n % 9}`,
    address,
    item: `${address}/32`,
    what: `${removed ? 'remove' : 'add'} subnet ${address}/32`,
    why: removed ? 'pod prod-a/shop/web has gone' : `pod prod-a/shop/web-${n}`,
    result: n % 29 === 0 ? 'refused' : 'accepted',
    detail: n % 29 === 0 ? 'the subnet is used by another EPG of the VRF' : '',
  };
}

function act(n: number, at: number): HistoryEntry {
  const words = [
    ['approve mapping shop', 'alice', 'commandLine', 'done'],
    ['save mapping billing', 'alice (dc1)', 'apic, 10.0.0.7', 'config.changed'],
    ['sign in fabric dc1', 'alice', 'apic, 10.0.0.7', 'access.denied'],
  ] as const;
  const [what, person, why, result] = words[n % words.length] ?? words[0];
  return { ...blank(n, at), kind: 'act', person, what, why, result };
}

function round(n: number, at: number): HistoryEntry {
  return {
    ...blank(n, at),
    kind: 'run',
    system: 'dc1',
    what: `round ${n}`,
    why: '3 added, 1 removed',
    result: 'accepted',
  };
}

function blank(n: number, at: number): HistoryEntry {
  const none = { system: null, mapping: null, key: null, address: null, item: null, person: null };
  return { id: `h${n}`, at, kind: 'change', ...none, what: '', why: '', result: '', detail: '' };
}

function page(all: readonly HistoryEntry[], query: HistoryQuery): HistoryPage {
  const from = query.before === undefined ? 0 : all.findIndex(({ id }) => id === query.before) + 1;
  const found = all.slice(from).filter((each) => fits(each, query));
  const entries = found.slice(0, query.limit);
  const next = found.length > entries.length ? (entries.at(-1)?.id ?? null) : null;
  return { entries, next, oldest: all.at(-1)?.at ?? null };
}

function fits(each: HistoryEntry, query: HistoryQuery): boolean {
  const same = (['kind', 'address', 'key', 'mapping', 'system', 'person', 'result'] as const).every(
    (name) => query[name] === undefined || query[name] === each[name],
  );
  const text = [each.what, each.why, each.address, each.person, each.detail].join(' ').toLowerCase();
  return (
    same &&
    (query.from === undefined || each.at >= query.from) &&
    (query.to === undefined || each.at <= query.to) &&
    (query.search === undefined || text.includes(query.search.toLowerCase()))
  );
}

function holders(address: string, newest: number): readonly HolderModel[] {
  const key = (name: string): HolderModel['key'] => ({ system: 'dc1', kind: 'externalEpg', name });
  const day = 86_400_000;
  return [
    {
      address,
      key: key('k8s/calico/prod-a_shop_web'),
      mapping: 'shop',
      origin: 'pod prod-a/shop/web-7',
      from: newest - day,
      seen: false,
      until: null,
    },
    {
      address,
      key: key('k8s/calico/prod-a_billing_api'),
      mapping: 'billing',
      origin: 'pod prod-a/billing/api-2',
      from: newest - 3 * day,
      seen: true,
      until: newest - 2 * day,
    },
  ];
}

function held({ from, until }: HolderModel, at: number | undefined): boolean {
  return at === undefined || (from <= at && at < (until ?? Infinity));
}
