/**
 * External EPGs: `tenant/l3out/name` ⇄ `uni/tn-T/out-O/instP-N`, and their items.
 *
 *     item       class              name of the object              followed
 *     subnet     l3extSubnet        extsubnet-[10.244.1.7/32]       scope
 *     provides   fvRsProv           rsprov-web
 *     consumes   fvRsCons           rscons-web
 *     inherits   fvRsSecInherited   rssecInherited-[uni/tn-T/out-O/instP-master]
 *
 * We own what we set and nothing else: attributes that are not given are never sent.
 */
import { hostAddress, parsePrefix, type IpPrefix } from '../../../model/ip.ts';
import { formatMark } from '../../../model/ownership-mark.ts';
import { itemId, type Attributes, type DesiredItem } from '../../../model/target-object.ts';
import { containerDn, joinDn, rnValue, splitLast, type Dn } from '../dn.ts';
import { markOf } from '../marks.ts';
import { wireMo, type Mo } from '../mo.ts';
import type { Codec, StoredItem } from './codec.ts';

interface ItemRow {
  readonly kind: string;
  readonly className: string;
  readonly naming: string;
  readonly prefix: string;
  readonly bracketed: boolean;
  readonly attributes: readonly string[];
}

const rows: readonly ItemRow[] = [
  {
    kind: 'subnet',
    className: 'l3extSubnet',
    naming: 'ip',
    prefix: 'extsubnet',
    bracketed: true,
    attributes: ['scope'],
  },
  {
    kind: 'provides',
    className: 'fvRsProv',
    naming: 'tnVzBrCPName',
    prefix: 'rsprov',
    bracketed: false,
    attributes: [],
  },
  {
    kind: 'consumes',
    className: 'fvRsCons',
    naming: 'tnVzBrCPName',
    prefix: 'rscons',
    bracketed: false,
    attributes: [],
  },
  {
    kind: 'inherits',
    className: 'fvRsSecInherited',
    naming: 'tDn',
    prefix: 'rssecInherited',
    bracketed: true,
    attributes: [],
  },
];
const byKind = new Map(rows.map((row) => [row.kind, row]));
const byClass = new Map(rows.map((row) => [row.className, row]));

const objectDefaults: Attributes = {
  descr: '',
  floodOnEncap: 'disabled',
  matchT: 'AtleastOne',
  nameAlias: '',
  pcEnfPref: 'unenforced',
  prefGrMemb: 'exclude',
  prio: 'unspecified',
  targetDscp: 'unspecified',
};
const objectAttributes = Object.keys(objectDefaults);
const subnetDefaults: Attributes = { scope: 'import-security' };
const noDefaults: Attributes = {};

const name = '[a-zA-Z0-9_.:-]+';
const keyName = new RegExp(`^(${name})/(${name})/(${name})$`);

function dnOf(key: string): Dn | undefined {
  const match = keyName.exec(key);
  return match === null ? undefined : joinDn(containerDn(containerOf(key)), `instP-${match[3] ?? ''}`);
}

/** `tenant/l3out` of a key's name. */
function containerOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

function rowOf(kind: string): ItemRow {
  const row = byKind.get(kind);
  if (row === undefined) throw new TypeError(`an external EPG has no item of kind ${kind}`);
  return row;
}

/** A master of the same L3Out goes by its name, any other by its DN. */
function masterName(key: string, dn: string): string {
  const { parent, rn } = splitLast(dn);
  return parent === containerDn(containerOf(key)) ? (rnValue(rn, 'instP') ?? dn) : dn;
}

function masterDn(key: string, master: string): string {
  return master.includes('/') ? master : joinDn(containerDn(containerOf(key)), `instP-${master}`);
}

/** The naming value: what stands in the relative name and in the naming attribute. */
function valueOf(key: string, item: { readonly kind: string; readonly name: string }): string {
  return item.kind === 'inherits' ? masterDn(key, item.name) : item.name;
}

function canonicalAttribute(attribute: string, value: string): string {
  if (attribute !== 'scope') return value;
  const flags = value.split(',').map((flag) => flag.trim());
  return [...new Set(flags)]
    .filter((flag) => flag !== '')
    .sort()
    .join(',');
}

/** Most subnets have one of a few scopes: equal ones share one object. */
const shared = new Map<string, Attributes>();

function attributesOf(mo: Mo, followed: readonly string[]): Attributes {
  const found: Record<string, string> = {};
  for (const each of followed) {
    const value = mo.attributes[each];
    if (value !== undefined) found[each] = canonicalAttribute(each, value);
  }
  const text = JSON.stringify(found);
  const known = shared.get(text);
  if (known !== undefined) return known;
  if (shared.size < 1000) shared.set(text, found);
  return found;
}

interface Named {
  readonly row: ItemRow;
  /** As it stands in the DN. */
  readonly value: string;
  readonly name: string;
  readonly prefix: IpPrefix | undefined;
}

/** A subnet goes by its prefix however that is spelled: two spellings of one prefix are one item. */
function named(key: string, mo: Mo): Named | undefined {
  const row = byClass.get(mo.className);
  const value = row === undefined ? undefined : rnValue(splitLast(mo.dn).rn, row.prefix);
  if (row === undefined || value === undefined) return undefined;
  const prefix = row.kind === 'subnet' ? parsePrefix(value) : undefined;
  return { row, value, prefix, name: prefix ?? (row.kind === 'inherits' ? masterName(key, value) : value) };
}

function decodeItem(key: string, mo: Mo): StoredItem | undefined {
  const found = named(key, mo);
  if (found === undefined) return undefined;
  const { row, value, name: own, prefix } = found;
  return {
    id: itemId(row.kind, own),
    kind: row.kind,
    name: own,
    attributes: attributesOf(mo, row.attributes),
    mark: markOf(mo.attributes['annotation']),
    address: prefix === undefined ? undefined : hostAddress(prefix),
    ...(prefix !== undefined && prefix !== value && { spelling: value }),
  };
}

function canonicalItem(item: DesiredItem): DesiredItem {
  const entries = Object.entries(item.attributes);
  const attributes = Object.fromEntries(entries.map(([key, value]) => [key, canonicalAttribute(key, value)]));
  return entries.every(([key, value]) => attributes[key] === value) ? item : { ...item, attributes };
}

export const externalEpg: Codec = {
  kind: 'externalEpg',
  objectClass: 'l3extInstP',
  itemClasses: Object.fromEntries(rows.map((row) => [row.className, row.attributes])),
  objectAttributes,
  containerOf,
  defaults: (itemKind) =>
    itemKind === undefined ? objectDefaults : itemKind === 'subnet' ? subnetDefaults : noDefaults,
  itemClass: (kind) => rowOf(kind).className,
  dnOf,
  itemDn(key, item) {
    const { prefix, bracketed } = rowOf(item.kind);
    const value = valueOf(key, item);
    return joinDn(dnOf(key) ?? '', bracketed ? `${prefix}-[${value}]` : `${prefix}-${value}`);
  },
  decodeObject: (mo) => ({
    attributes: attributesOf(mo, objectAttributes),
    mark: markOf(mo.attributes['annotation']),
  }),
  decodeItem,
  identifyItem(key, mo) {
    const found = named(key, mo);
    return found && itemId(found.row.kind, found.name);
  },
  canonicalAttribute,
  encodeItem(key, item, status) {
    const { className, naming } = rowOf(item.kind);
    return wireMo(className, {
      [naming]: valueOf(key, item),
      ...item.attributes,
      annotation: item.mark && formatMark(item.mark),
      status,
    });
  },
  encodeObject(key, { attributes, mark }, status, children) {
    const own = key.slice(key.lastIndexOf('/') + 1);
    const values = { name: own, ...attributes, annotation: mark && formatMark(mark), status };
    return wireMo('l3extInstP', values, children);
  },
  canonicalise(object) {
    const items = new Map([...object.items].map(([id, item]) => [id, canonicalItem(item)]));
    return [...items].every(([id, item]) => object.items.get(id) === item) ? object : { ...object, items };
  },
};
