/**
 * Redirect policies (PBR): `tenant/name` ⇄ `uni/tn-T/svcCont/svcRedirectPol-N`, and their items.
 *
 *     item          class                        name of the object             followed
 *     destination   vnsRedirectDest              RedirectDest_ip-[10.244.1.7]   weight, mac
 *                   its vnsRsRedirectHealthGroup rsRedirectHealthGroup          healthGroup: the name of the group in tDn
 *     ipSla         vnsRsIPSLAMonitoringPol      rsIPSLAMonitoringPol           its name is that of the policy in tDn
 *
 * There is one relation to an IP SLA policy at most: naming another one changes it. Attributes that are not given are never sent;
 * one that is given empty is taken away. A MAC address of zeros, which the APIC shows where there is none, is none. Health groups come and go with destinations: see
 * `redirect-health-group.ts`.
 */
import { parseAddress } from '../../../model/ip.ts';
import { formatMark } from '../../../model/ownership-mark.ts';
import { problem, type Problem } from '../../../model/problems.ts';
import { itemId, type Attributes, type DesiredItem } from '../../../model/target-object.ts';
import { joinDn, rnValue, splitLast, tenantDn, tenantOf, type Dn } from '../dn.ts';
import { markOf } from '../marks.ts';
import type { Mo } from '../mo.ts';
import type { Patch } from '../patch.ts';
import { isAtLeast } from '../release.ts';
import type { Around, Codec, Fabric, ItemToWrite, Known, StoredItem, WriteStatus } from './codec.ts';
import { groupDn, groupName, healthGroupClass, healthGroupRelation } from './redirect-health-group.ts';
import { serviceContainer, serviceSentinel, servicesOf, tenantObject } from './services.ts';

const destinationClass = 'vnsRedirectDest';
const probeRelation = 'vnsRsIPSLAMonitoringPol';
/** Of destinations that are switched to (L1, L2), which are a person's, and keep a health group in use. */
const switchedGroupRelation = 'vnsRsL1L2RedirectHealthGroup';
const groupRelations: ReadonlySet<string> = new Set([healthGroupRelation, switchedGroupRelation]);
const noMac = '00:00:00:00:00:00';

const followedEverywhere: Readonly<Record<string, Attributes>> = {
  vnsSvcRedirectPol: {
    AnycastEnabled: 'no',
    descr: '',
    destType: 'L3',
    hashingAlgorithm: 'sip-dip-prototype',
    maxThresholdPercent: '0',
    minThresholdPercent: '0',
    nameAlias: '',
    programLocalPodOnly: 'no',
    resilientHashEnabled: 'no',
    srcMacRewriteEnabled: 'no',
    thresholdDownAction: 'permit',
    thresholdEnable: 'no',
  },
  [destinationClass]: { mac: '', weight: '1' },
  [healthGroupRelation]: { tDn: '' },
  [probeRelation]: { tDn: '' },
  // No items: their presence keeps an object from being deleted.
  vnsL1L2RedirectDest: {},
  [switchedGroupRelation]: { tDn: '' },
  vnsRsBackupPol: { tDn: '' },
};
const tags = { tagTag: {}, tagAnnotation: {} };

function canonicalAttribute(attribute: string, value: string): string {
  if (attribute === 'mac') return canonicalMac(value);
  return attribute === 'weight' && /^\d+$/.test(value) ? String(Number(value)) : value;
}

/** Empty: none. */
function canonicalMac(value: string): string {
  const mac = value.trim().toUpperCase().replaceAll('-', ':');
  return mac === noMac ? '' : mac;
}

function policyOfProbe(dn: Dn, target: string): string {
  const { parent, rn } = splitLast(target);
  return parent === tenantDn(tenantOf(dn)) ? (rnValue(rn, 'ipslaMonitoringPol') ?? target) : target;
}

function probeDn(dn: Dn, policy: string): Dn {
  return policy.includes('/')
    ? (policy as Dn)
    : joinDn(tenantDn(tenantOf(dn)), `ipslaMonitoringPol-${policy}`);
}

function decodeItem(dn: Dn, mo: Mo, find: (dn: string) => Mo | undefined): StoredItem | undefined {
  return mo.className === probeRelation ? decodeProbe(dn, mo) : decodeDestination(dn, mo, find);
}

function decodeProbe(dn: Dn, mo: Mo): StoredItem {
  const kind = 'ipSla';
  const name = policyOfProbe(dn, mo.attributes['tDn'] ?? '');
  const mark = markOf(mo.attributes['annotation']);
  return { id: itemId(kind, name), kind, name, attributes: {}, mark, address: undefined, dn: mo.dn };
}

function decodeDestination(dn: Dn, mo: Mo, find: (dn: string) => Mo | undefined): StoredItem | undefined {
  const spelled = rnValue(splitLast(mo.dn).rn, 'RedirectDest_ip');
  if (spelled === undefined) return undefined;
  const kind = 'destination';
  const address = parseAddress(spelled);
  const name = address ?? spelled;
  const { weight, mac = '', annotation } = mo.attributes;
  const group = find(joinDn(mo.dn, 'rsRedirectHealthGroup'))?.attributes['tDn'] ?? '';
  const attributes = {
    ...(weight !== undefined && { weight }),
    ...(canonicalMac(mac) !== '' && { mac: canonicalMac(mac) }),
    ...(group !== '' && { healthGroup: groupName(splitLast(dn).parent, group) }),
  };
  return { id: itemId(kind, name), kind, name, attributes, mark: markOf(annotation), address, dn: mo.dn };
}

/** A relation to a group that is not there is none: what watched the destination is gone. */
function shown(item: StoredItem, fabric: Fabric): StoredItem {
  const { healthGroup, ...attributes } = item.attributes;
  if (healthGroup === undefined) return item;
  const container = splitLast(splitLast(item.dn).parent).parent;
  return fabric.has(groupDn(container, healthGroup)) ? item : { ...item, attributes };
}

function encodeDestination(dn: Dn, item: ItemToWrite, status: WriteStatus, known: Known): readonly Patch[] {
  const stored = known.object?.items.get(item.id)?.dn;
  const ip = (stored && rnValue(splitLast(stored).rn, 'RedirectDest_ip')) ?? item.name;
  const own = joinDn(dn, `RedirectDest_ip-[${ip}]`);
  const { weight, mac } = item.attributes ?? {};
  const annotation = item.mark && formatMark(item.mark);
  const attributes = { ip, weight, mac: encodeMac(mac, status), annotation };
  const destination: Patch = { dn: own, className: destinationClass, status, attributes };
  return status === 'deleted' ? [destination] : [destination, ...encodeGroup(dn, own, item, known)];
}

/** What is made has none by itself. */
function encodeMac(mac: string | undefined, status: WriteStatus): string | undefined {
  if (mac === undefined) return undefined;
  const none = status === 'created' ? undefined : noMac;
  return canonicalMac(mac) || none;
}

/** The relation to it; groups come and go by themselves. */
function encodeGroup(dn: Dn, own: Dn, { attributes, mark }: ItemToWrite, known: Known): readonly Patch[] {
  const healthGroup = attributes?.['healthGroup'];
  if (healthGroup === undefined) return [];
  const relation = { dn: joinDn(own, 'rsRedirectHealthGroup'), className: healthGroupRelation };
  if (healthGroup === '')
    return known.object?.find(relation.dn) === undefined
      ? []
      : [{ ...relation, status: 'deleted', attributes: {} }];
  const tDn = groupDn(splitLast(dn).parent, healthGroup);
  const annotation = mark && formatMark(mark);
  return [{ ...relation, status: 'created,modified', attributes: { tDn, annotation } }];
}

/** Ours is changed; a person's refuses us, as what is there already. */
function encodeProbe(dn: Dn, item: ItemToWrite, status: WriteStatus, known: Known): readonly Patch[] {
  const own = joinDn(dn, 'rsIPSLAMonitoringPol');
  const present = known.object?.find(own);
  const tDn = probeDn(dn, item.name);
  if (status === 'deleted') {
    if (present !== undefined && present.attributes['tDn'] !== tDn) return [];
    return [{ dn: own, className: probeRelation, status, attributes: {} }];
  }
  const isOurs =
    item.mark !== undefined && markOf(present?.attributes['annotation'])?.instance === item.mark.instance;
  const attributes = { tDn, annotation: item.mark && formatMark(item.mark) };
  return [{ dn: own, className: probeRelation, status: isOurs ? 'modified' : status, attributes }];
}

function canonicaliseItem(item: DesiredItem): DesiredItem {
  const entries = Object.entries(item.attributes).map(
    ([key, value]) => [key, canonicalAttribute(key, value)] as const,
  );
  const same = entries.every(([key, value]) => item.attributes[key] === value);
  return same ? item : { ...item, attributes: Object.fromEntries(entries) };
}

function lacks(dn: Dn, item: DesiredItem, around: Around): Problem | undefined {
  if (item.kind === 'destination') return lacksMac(dn, item, around);
  const policy = probeDn(dn, item.name);
  return around.fabric.structure.has(policy) ? undefined : problem('redirect.ip-sla-missing', policy);
}

/** From 5.2 on a leaf finds the MAC address by itself, if the policy tells it how to probe. */
function lacksMac(dn: Dn, item: DesiredItem, around: Around): Problem | undefined {
  const { release } = around.fabric;
  if (canonicalMac(item.attributes['mac'] ?? '') !== '') return undefined;
  if (!isAtLeast(release, 5, 2))
    return problem('redirect.mac-missing', `${item.name}: release ${release ?? 'unknown'} demands one`);
  if (isProbed(dn, around)) return undefined;
  return problem('redirect.mac-missing', `${item.name}: the policy names no IP SLA policy to find it by`);
}

/** By what it names already, or by what it is to name and is there. */
function isProbed(dn: Dn, { object, fabric, without }: Around): boolean {
  const present = fabric.find(joinDn(dn, 'rsIPSLAMonitoringPol'));
  if (present !== undefined && decodeProbe(dn, present).id !== without) return true;
  return object.items
    .values()
    .some(
      ({ kind, id, name }) => kind === 'ipSla' && id !== without && fabric.structure.has(probeDn(dn, name)),
    );
}

export const redirectPolicy: Codec = {
  kind: 'redirectPolicy',
  noun: 'redirect policy',
  container: servicesOf,
  objectClass: 'vnsSvcRedirectPol',
  prefix: 'svcRedirectPol',
  classes: { ...followedEverywhere, ...tags },
  everywhere: [{ of: { subtree: 'uni' }, classes: [...Object.keys(followedEverywhere), healthGroupClass] }],
  onlyFollowed: Object.keys(tags),
  itemClasses: new Set([destinationClass, probeRelation]),
  classifies: false,
  containerOf: (target) => (target.kind === 'redirectPolicy' ? serviceContainer(target.tenant) : undefined),
  ...tenantObject('svcRedirectPol'),
  sentinel: serviceSentinel,
  decodeItem,
  shown,
  refersTo: (mo) =>
    groupRelations.has(mo.className) ? ((mo.attributes['tDn'] || undefined) as Dn | undefined) : undefined,
  canonicalAttribute,
  encodeItem: (dn, item, status, known) =>
    item.kind === 'ipSla' ? encodeProbe(dn, item, status, known) : encodeDestination(dn, item, status, known),
  /** With the health group and, unless it goes along by itself, the relation to it. */
  objectsOf: (itemKind, isRemoved) => (itemKind !== 'destination' ? 1 : isRemoved ? 2 : 3),
  canonicaliseItem,
  lacks,
};
