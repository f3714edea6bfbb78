/**
 * External EPGs: `tenant/l3out/name` ⇄ `uni/tn-T/out-O/instP-N`, and their items.
 *
 *     item       class              name of the object              followed
 *     subnet     l3extSubnet        extsubnet-[10.244.1.7/32]       scope
 *     provides   fvRsProv           rsprov-web
 *     consumes   fvRsCons           rscons-web
 *     inherits   fvRsSecInherited   rssecInherited-[uni/tn-T/out-O/instP-master]
 *
 * We own what we set and nothing else: attributes that are not given are never sent. What external EPGs alone have beside their
 * items, who holds a prefix and what lets them talk, is in `../external-epgs.ts`.
 */
import { hostAddress, parsePrefix, type IpPrefix } from '../../../model/ip.ts';
import { formatMark } from '../../../model/ownership-mark.ts';
import { itemId, type Attributes, type DesiredItem } from '../../../model/target-object.ts';
import { joinDn, rnValue, splitLast, tenantDn, type Dn } from '../dn.ts';
import { markOf } from '../marks.ts';
import type { Mo } from '../mo.ts';
import type { Codec, StoredItem } from './codec.ts';

interface ItemRow {
  readonly kind: string;
  readonly className: string;
  readonly naming: string;
  /** The relative name around the naming value. */
  readonly rn: readonly [prefix: string, bracketed: boolean];
  readonly attributes: readonly string[];
}

const rows: readonly ItemRow[] = [
  { kind: 'subnet', className: 'l3extSubnet', naming: 'ip', rn: ['extsubnet', true], attributes: ['scope'] },
  { kind: 'provides', className: 'fvRsProv', naming: 'tnVzBrCPName', rn: ['rsprov', false], attributes: [] },
  { kind: 'consumes', className: 'fvRsCons', naming: 'tnVzBrCPName', rn: ['rscons', false], attributes: [] },
  {
    kind: 'inherits',
    className: 'fvRsSecInherited',
    naming: 'tDn',
    rn: ['rssecInherited', true],
    attributes: [],
  },
];
const byKind = new Map(rows.map((row) => [row.kind, row]));
const byClass = new Map(rows.map((row) => [row.className, row]));

const relation: Attributes = { state: '' };
const classes: Readonly<Record<string, Attributes>> = {
  l3extInstP: {
    descr: '',
    floodOnEncap: 'disabled',
    matchT: 'AtleastOne',
    nameAlias: '',
    pcEnfPref: 'unenforced',
    prefGrMemb: 'exclude',
    prio: 'unspecified',
    targetDscp: 'unspecified',
  },
  l3extSubnet: { scope: 'import-security' },
  fvRsProv: relation,
  fvRsCons: relation,
  fvRsSecInherited: relation,
  // No items: their presence keeps an object from being deleted, and some of them let it talk.
  fvRsConsIf: relation,
  fvRsIntraEpg: relation,
  fvRsProtBy: {},
  l3extRsInstPToProfile: {},
  tagTag: {},
  tagAnnotation: {},
};

const name = '[a-zA-Z0-9_.:-]+';
const keyName = new RegExp(`^(${name})/(${name})/(${name})$`);

function dnOf(key: string): Dn | undefined {
  const match = keyName.exec(key);
  if (match === null) return undefined;
  const [, tenant = '', l3out = '', own = ''] = match;
  return joinDn(l3outDn(tenant, l3out), `instP-${own}`);
}

function l3outDn(tenant: string, l3out: string): Dn {
  return joinDn(tenantDn(tenant), `out-${l3out}`);
}

function rowOf(kind: string): ItemRow {
  const row = byKind.get(kind);
  if (row === undefined) throw new TypeError(`an external EPG has no item of kind ${kind}`);
  return row;
}

/** A master of the same L3Out goes by its name, any other by its DN. */
function masterName(dn: Dn, master: string): string {
  const { parent, rn } = splitLast(master);
  return parent === splitLast(dn).parent ? (rnValue(rn, 'instP') ?? master) : master;
}

/** Where a master of this name is, seen from the external EPG. */
export function masterDn(dn: Dn, master: string): Dn {
  return master.includes('/') ? (master as Dn) : joinDn(splitLast(dn).parent, `instP-${master}`);
}

/** The naming value: what stands in the relative name and in the naming attribute. */
function valueOf(dn: Dn, item: { readonly kind: string; readonly name: string }): string {
  return item.kind === 'inherits' ? masterDn(dn, item.name) : item.name;
}

function canonicalAttribute(attribute: string, value: string): string {
  if (attribute !== 'scope' || !/[, ]/.test(value)) return value;
  const flags = value.split(',').map((flag) => flag.trim());
  return [...new Set(flags)]
    .filter((flag) => flag !== '')
    .sort()
    .join(',');
}

/** Most subnets have one of a few scopes: equal ones share one object. */
const shared = new Map<string, Attributes>();
const none: Attributes = {};

function attributesOf(mo: Mo, followed: readonly string[]): Attributes {
  const [only] = followed;
  const value = only === undefined ? undefined : mo.attributes[only];
  if (only === undefined || value === undefined) return none;
  const known = shared.get(value) ?? { [only]: canonicalAttribute(only, value) };
  if (shared.size < 1000) shared.set(value, known);
  return known;
}

interface Named {
  readonly name: string;
  readonly prefix: IpPrefix | undefined;
}

/** A subnet goes by its prefix however that is spelled: two spellings of one prefix are one item. */
function named(dn: Dn, { kind }: ItemRow, value: string): Named {
  const prefix = kind === 'subnet' ? parsePrefix(value) : undefined;
  return { prefix, name: prefix ?? (kind === 'inherits' ? masterName(dn, value) : value) };
}

function decodeItem(dn: Dn, mo: Mo): StoredItem | undefined {
  const row = byClass.get(mo.className);
  const value = row === undefined ? undefined : rnValue(splitLast(mo.dn).rn, row.rn[0]);
  if (row === undefined || value === undefined) return undefined;
  const { name: own, prefix } = named(dn, row, value);
  return {
    id: itemId(row.kind, own),
    kind: row.kind,
    name: own,
    attributes: attributesOf(mo, row.attributes),
    mark: markOf(mo.attributes['annotation']),
    address: prefix === undefined ? undefined : hostAddress(prefix),
    dn: mo.dn,
  };
}

function canonicaliseItem(item: DesiredItem): DesiredItem {
  const entries = Object.entries(item.attributes);
  const attributes = Object.fromEntries(entries.map(([key, value]) => [key, canonicalAttribute(key, value)]));
  return entries.every(([key, value]) => attributes[key] === value) ? item : { ...item, attributes };
}

const everywhere = ['l3extInstP', 'l3extSubnet'];

export const externalEpg: Codec = {
  kind: 'externalEpg',
  noun: 'external EPG',
  container: { className: 'l3extOut', rn: 'out-[^/]+' },
  objectClass: 'l3extInstP',
  prefix: 'instP',
  classes,
  everywhere: everywhere.map((each) => ({ of: { class: each } })),
  onlyFollowed: Object.keys(classes).filter((each) => !everywhere.includes(each)),
  itemClasses: new Set(byClass.keys()),
  classifies: true,
  containerOf: (target) => (target.kind === 'externalEpg' ? l3outDn(target.tenant, target.l3out) : undefined),
  dnOf,
  nameOf(dn) {
    const [, tenant = '', l3out = '', own = ''] =
      /^uni\/tn-([^/]+)\/out-([^/]+)\/instP-([^/]+)$/.exec(dn) ?? [];
    return `${tenant}/${l3out}/${own}`;
  },
  sentinel: (structure, container) => structure.sentinel(container),
  decodeItem,
  refersTo: (mo) =>
    mo.className === 'fvRsSecInherited' ? (rnValue(splitLast(mo.dn).rn, 'rssecInherited') as Dn) : undefined,
  canonicalAttribute,
  encodeItem(dn, item, status, known) {
    const { className, naming, rn, attributes: followed } = rowOf(item.kind);
    const stored = known.object?.items.get(item.id)?.dn;
    const value =
      stored === undefined ? valueOf(dn, item) : (rnValue(splitLast(stored).rn, rn[0]) ?? item.name);
    const attributes = {
      [naming]: value,
      ...Object.fromEntries(followed.map((each) => [each, canonicalOf(item.attributes?.[each], each)])),
      annotation: item.mark && formatMark(item.mark),
    };
    const own = joinDn(dn, rn[1] ? `${rn[0]}-[${value}]` : `${rn[0]}-${value}`);
    if (followed.length > 0 || status === 'deleted') return [{ dn: own, className, status, attributes }];
    const state = known.resolves(item.kind, item.name) ? 'formed' : 'missing-target';
    return [{ dn: own, className, status, attributes, shows: { state } }];
  },
  objectsOf: () => 1,
  canonicaliseItem,
};

function canonicalOf(value: string | undefined, attribute: string): string | undefined {
  return value === undefined ? undefined : canonicalAttribute(attribute, value);
}
