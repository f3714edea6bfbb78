/** Redirect policies and pools beside what the oracle says: one sentence for each difference, none when they agree. */
import { markStart } from '../oracle/selection.ts';
import { mayHold, mustHold, waiting, type TrafficWish } from '../oracle/traffic.ts';
import { partition, services } from './config.ts';
import { presentTraffic, type PresentItem, type PresentObject, type PresentTraffic } from './traffic-view.ts';
import type { World } from './world.ts';

export function trafficDifferences(world: World): string[] {
  const present = presentTraffic(world);
  const wishes = world.trafficWishes();
  const found: string[] = [];
  for (const wish of wishes.values()) found.push(...unlikeWish(wish, present.objects.get(wish.id)));
  for (const object of present.objects.values())
    if (!wishes.has(object.id)) found.push(...leftOver(object, world));
  return [...found, ...unlikeGroups(present)];
}

const short = (id: string): string => id.replace(`${services}/`, '').replace(`/${partition}/`, 'pool ');

function unlikeWish(wish: TrafficWish, object: PresentObject | undefined): string[] {
  const name = short(wish.id);
  const must = mustHold(wish);
  if (object === undefined) return isMissed(wish) ? [`${name}: missing, wants ${must.join(', ')}`] : [];
  if (!object.isOurs && wish.create) return [];
  const ours = [...object.items].filter(([, item]) => item.isOurs);
  if (ours.length === 0 && mayHold(wish).length === 0)
    return wish.whenEmpty === 'delete' && object.items.size === 0 ? [`${name}: empty, and still there`] : [];
  return [
    ...unlikeItems(wish, object, name),
    ...surplus(wish, new Map(ours), name),
    ...unlikeObject(wish, object, name),
  ];
}

/** A policy comes with its first destination; so does what is deleted when empty. */
function isMissed(wish: TrafficWish): boolean {
  if (mustHold(wish).length > 0) return true;
  return wish.kind === 'pool' && wish.whenEmpty === 'keep';
}

function unlikeItems(wish: TrafficWish, { items }: PresentObject, name: string): string[] {
  return mustHold(wish).flatMap((each) => {
    const there = items.get(each);
    if (there === undefined) return [`${name}: lacks ${each}`];
    return there.isOurs ? unlikeItem(wish, { each, there, name }) : [];
  });
}

interface Place {
  readonly each: string;
  readonly there: PresentItem;
  readonly name: string;
}

function unlikeItem(wish: TrafficWish, { each, there, name }: Place): string[] {
  const { weight, healthGroups } = wish.items.get(each) ?? { weight: undefined, healthGroups: new Set() };
  const shown = there.weight;
  const found: string[] = [];
  if (!there.isOn) found.push(`${name}: ${each} is out of service`);
  if (weight !== undefined && shown !== weight)
    found.push(`${name}: ${each} weighs ${shown} instead of ${weight}`);
  if (!there.mark.startsWith(wish.markStart)) found.push(`${name}: ${each} carries the mark ${there.mark}`);
  if (healthGroups.size > 0 && !healthGroups.has(there.healthGroup ?? ''))
    found.push(`${name}: ${each} has the health group ${there.healthGroup ?? 'none'}`);
  return found;
}

function surplus(wish: TrafficWish, ours: ReadonlyMap<string, PresentItem>, name: string): string[] {
  const wait = new Set(waiting(wish));
  const kept = [...ours.keys()].filter((each) => wait.has(each));
  const must = new Set(mustHold(wish));
  const gone = [...ours.keys()].filter((each) => !must.has(each) && !wait.has(each));
  return [
    ...gone.map((each) => `${name}: still holds ${each}`),
    ...(kept.length > wish.keeps
      ? [`${name}: keeps ${kept.join(', ')}, may keep ${wish.keeps} of them`]
      : []),
  ];
}

function unlikeObject(wish: TrafficWish, { mark, attributes, ipSla }: PresentObject, name: string): string[] {
  if (!wish.create) return [];
  const found = Object.entries(wish.attributes)
    .filter(([attribute, value]) => String(attributes[attribute]).trim() !== value)
    .map(
      ([attribute, value]) => `${name}: ${attribute} is ${String(attributes[attribute])} instead of ${value}`,
    );
  if (!mark.startsWith(wish.markStart)) found.push(`${name}: carries the mark ${mark}`);
  if (ipSla !== wish.ipSla) found.push(`${name}: is probed by ${ipSla ?? 'none'}`);
  return found;
}

/** Nobody wishes for it any more: it stays only when its mapping is there and keeps what is empty. */
function leftOver(object: PresentObject, world: World): string[] {
  if (!object.isOurs) return [];
  const name = short(object.id);
  const { instance, mappings } = world.document();
  const mapping = mappings.find((each) => object.mark.startsWith(markStart(instance, each.name)));
  const target = object.id.startsWith(services) ? mapping?.to.redirectPolicy : mapping?.to.pool;
  const held = [...object.items]
    .filter(([, item]) => item.isOurs)
    .map(([each]) => `${name}: still holds ${each}`);
  if (held.length > 0 || object.items.size > 0) return held;
  return target !== undefined && target.whenEmpty !== 'delete' ? [] : [`${name}: empty, and still there`];
}

/** Our health groups are those that destinations name, each of them and no other. */
function unlikeGroups({ objects, healthGroups }: PresentTraffic): string[] {
  const named = new Set(
    [...objects.values()].flatMap(({ items }) =>
      [...items.values()].flatMap((each) => each.healthGroup ?? []),
    ),
  );
  return [...healthGroups]
    .filter((each) => !named.has(each))
    .map((each) => `health group ${each}: nobody names it`);
}
