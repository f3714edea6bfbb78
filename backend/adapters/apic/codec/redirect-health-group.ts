/**
 * Health groups of redirect destinations: `tenant/name` ⇄ `uni/tn-T/svcCont/redirectHealthGroup-N`.
 *
 * Nobody wants one by itself. Destinations that stand for one backend, of IPv4 and of IPv6, in any policy of the tenant, share the
 * group that they name, so that all of them leave service together. It comes in the request that brings the first reference
 * to it, with our mark, and goes in the request that takes away the last one, if it is ours and no other destination refers to it, ours or
 * a person's (see `../companions.ts`); so a request that is lost, or a process that is killed, leaves both or neither. A group of
 * that name that a person made is referred to and left as it is.
 *
 *     on the fabric                              shown
 *     ours, referred to                          not among what is ours; foreignChildren counts the references
 *     ours, left over                            among what is ours, empty: the plan deletes it
 *     deleted by hand                            destinations read back without healthGroup, which the plan repairs
 */
import { joinDn, rnValue, splitLast, type Dn } from '../dn.ts';
import type { Codec } from './codec.ts';
import { servicesOf, serviceSentinel, tenantObject } from './services.ts';

export const healthGroupClass = 'vnsRedirectHealthGroup';
/** Of a destination, in policies and in backup policies. */
export const healthGroupRelation = 'vnsRsRedirectHealthGroup';

/** A group of the same tenant goes by its name, any other by its DN. */
export function groupName(container: Dn, group: string): string {
  const { parent, rn } = splitLast(group);
  return parent === container ? (rnValue(rn, 'redirectHealthGroup') ?? group) : group;
}

export function groupDn(container: Dn, group: string): Dn {
  return group.includes('/') ? (group as Dn) : joinDn(container, `redirectHealthGroup-${group}`);
}

export const redirectHealthGroup: Codec = {
  kind: 'redirectHealthGroup',
  noun: 'redirect health group',
  container: servicesOf,
  objectClass: healthGroupClass,
  prefix: 'redirectHealthGroup',
  classes: { [healthGroupClass]: {}, tagTag: {}, tagAnnotation: {} },
  // Read along with redirect policies.
  everywhere: [],
  onlyFollowed: ['tagTag', 'tagAnnotation'],
  itemClasses: new Set(),
  companion: { referredBy: healthGroupRelation },
  classifies: false,
  containerOf: () => undefined,
  ...tenantObject('redirectHealthGroup'),
  sentinel: serviceSentinel,
  decodeItem: () => undefined,
  refersTo: () => undefined,
  canonicalAttribute: (_, value) => value,
  encodeItem() {
    throw new TypeError('a redirect health group has no items');
  },
  objectsOf: () => 1,
  canonicaliseItem: (item) => item,
};
