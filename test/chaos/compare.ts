/** External EPGs beside what the oracle says: one sentence for each difference, none when they agree. */
import { container } from './config.ts';
import { presentEpgs, type PresentEpg } from './fabric-view.ts';
import type { EpgWish } from '../oracle/oracle.ts';
import { markStart } from '../oracle/selection.ts';
import type { World } from './world.ts';

/** What the fabric holds, and where it is blocked by people. */
interface Sides {
  readonly wishes: ReadonlyMap<string, EpgWish>;
  readonly present: ReadonlyMap<string, PresentEpg>;
  /** By prefix: EPGs in which it is a person's, or which are a person's themselves. */
  readonly taken: ReadonlyMap<string, ReadonlySet<string>>;
}

export function differences(world: World): string[] {
  const present = presentEpgs(world.fabric);
  const sides: Sides = { wishes: world.wishes(), present, taken: takenByPeople(present) };
  const found: string[] = [];
  for (const wish of sides.wishes.values()) found.push(...unlikeWish(wish, sides));
  for (const epg of present.values()) if (!sides.wishes.has(epg.dn)) found.push(...leftOver(epg, world));
  return [...found, ...doubles(present)];
}

function takenByPeople(present: ReadonlyMap<string, PresentEpg>): Map<string, Set<string>> {
  const taken = new Map<string, Set<string>>();
  for (const epg of present.values())
    for (const subnet of epg.subnets) {
      if (epg.isOurs && subnet.isOurs) continue;
      taken.set(subnet.prefix, (taken.get(subnet.prefix) ?? new Set()).add(epg.dn));
    }
  return taken;
}

const short = (dn: string): string => dn.replace(`${container}/instP-`, '');

function unlikeWish(wish: EpgWish, sides: Sides): string[] {
  const epg = sides.present.get(wish.dn);
  const name = short(wish.dn);
  if (wish.mode === 'report')
    return epg?.isOurs === true ? [`${name}: made although its mapping only reports`] : [];
  if (epg !== undefined && !epg.isOurs) return [];
  const needed = [...wish.prefixes].filter((prefix) => !isBlocked(prefix, wish, sides));
  if (epg === undefined) {
    if (needed.some((prefix) => !wish.rivals.has(prefix)))
      return [`${name}: missing, wants ${needed.join(', ')}`];
    return wish.whenEmpty === 'keep' ? [`${name}: missing; it should be kept when empty`] : [];
  }
  const retired = wish.prefixes.size === 0 && wish.whenEmpty === 'delete';
  if (retired) return leftBehind(epg, name);
  return [...unlikePrefixes(wish, epg, needed, sides), ...unlikeMarks(wish, epg)];
}

/** A person has it in another EPG of the VRF, so that ours has to wait. */
function isBlocked(prefix: string, { dn }: EpgWish, { taken }: Sides): boolean {
  return [...(taken.get(prefix) ?? [])].some((other) => other !== dn);
}

function unlikePrefixes(
  wish: EpgWish,
  { subnets }: PresentEpg,
  needed: readonly string[],
  sides: Sides,
): string[] {
  const there = new Set(subnets.map(({ prefix }) => prefix));
  const missing = needed.filter(
    (prefix) => !there.has(prefix) && !(wish.rivals.has(prefix) && isHeldByRival(prefix, wish, sides)),
  );
  const surplus = subnets
    .filter((subnet) => subnet.isOurs && !wish.prefixes.has(subnet.prefix))
    .map(({ prefix }) => prefix);
  return [
    ...missing.map((prefix) => `${short(wish.dn)}: lacks ${prefix}`),
    ...(wish.mode === 'add-only' ? [] : surplus.map((prefix) => `${short(wish.dn)}: still holds ${prefix}`)),
  ];
}

function isHeldByRival(prefix: string, { dn }: EpgWish, { wishes, present }: Sides): boolean {
  return [...wishes.values()].some(
    (other) =>
      other.dn !== dn &&
      other.prefixes.has(prefix) &&
      present.get(other.dn)?.subnets.some((subnet) => subnet.prefix === prefix) === true,
  );
}

function unlikeMarks(wish: EpgWish, { annotation, provides, subnets }: PresentEpg): string[] {
  const name = short(wish.dn);
  const found = wish.contracts.provide
    .filter((contract) => !provides.includes(contract))
    .map((contract) => `${name}: does not provide ${contract}`);
  if (!annotation.startsWith(wish.markStart)) found.push(`${name}: carries the mark ${annotation}`);
  for (const { prefix, isOurs, scope, annotation: mark } of subnets) {
    if (!isOurs || !wish.prefixes.has(prefix)) continue;
    if (!mark.startsWith(wish.markStart)) found.push(`${name}: ${prefix} carries the mark ${mark}`);
    if (scope !== 'import-security') found.push(`${name}: ${prefix} has the scope ${scope}`);
  }
  return found;
}

/** Nobody wishes for it any more: it stays only when its mapping is there and keeps what is empty, or never takes away. */
function leftOver(epg: PresentEpg, world: World): string[] {
  if (!epg.isOurs) return [];
  const name = short(epg.dn);
  const { instance, mappings } = world.document();
  const mapping = mappings.find((each) => epg.annotation.startsWith(markStart(instance, each.name)));
  if (mapping?.mode === 'add-only') return [];
  const isKept = mapping !== undefined && mapping.to.externalEpg?.whenEmpty !== 'delete';
  return isKept ? ourSubnets(epg, name) : leftBehind(epg, name);
}

function leftBehind(epg: PresentEpg, name: string): string[] {
  const found = ourSubnets(epg, name);
  if (found.length === 0 && !epg.hasForeignChildren) found.push(`${name}: empty, and still there`);
  return found;
}

function ourSubnets({ subnets }: PresentEpg, name: string): string[] {
  return subnets.filter((subnet) => subnet.isOurs).map(({ prefix }) => `${name}: still holds ${prefix}`);
}

function doubles(present: ReadonlyMap<string, PresentEpg>): string[] {
  const all = [...present.values()].flatMap((epg) =>
    epg.isOurs ? epg.subnets.filter((subnet) => subnet.isOurs).map(({ prefix }) => ({ prefix, epg })) : [],
  );
  return [...Map.groupBy(all, ({ prefix }) => prefix)]
    .filter(([, holders]) => holders.length > 1)
    .map(([prefix, holders]) => `${prefix} is in ${holders.map(({ epg }) => short(epg.dn)).join(' and ')}`);
}
