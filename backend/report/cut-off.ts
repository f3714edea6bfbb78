/**
 * Who may talk today and could not after: addresses that share an object today, or are in none of ours, talk as the fabric lets them;
 * in external EPGs of their own they talk only by contract. Judged from contracts by name, per pair of groups.
 */
import { keyText } from '../model/identity.ts';
import type { Problem } from '../model/problems.ts';
import type { ActualObject, DesiredObject } from '../model/target-object.ts';

const shownAtMost = 20;

interface Side {
  readonly group: string;
  readonly provides: ReadonlySet<string>;
  readonly consumes: ReadonlySet<string>;
}

/** In words, the first twenty pairs, then how many more. */
export function cutOffPairs(
  targets: readonly { readonly desired: DesiredObject; readonly actual: ActualObject | Problem }[],
): string[] {
  const sides = targets
    .filter(({ desired, actual }) => isClosed(desired, actual))
    .map(({ desired }) => side(desired));
  const classes = classesOf(sides);
  const pairs = classes.reduce((sum, { members, cutOff }) => sum + members * cutOff, 0) / 2;
  const lines = firstPairs(sides, classes);
  return pairs > lines.length ? [...lines, `and ${pairs - lines.length} more pairs`] : lines;
}

/** Groups with the same contracts: with thousands of groups, pairs of these are few where pairs of groups are millions. */
interface Class {
  readonly members: number;
  /** Places of its partners among the classes: those that may talk with it. */
  readonly partners: ReadonlySet<number>;
  /** Groups that each of its members could not talk with. */
  readonly cutOff: number;
}

function classKey({ provides, consumes }: Side): string {
  return JSON.stringify([[...provides].sort(), [...consumes].sort()]);
}

function classesOf(sides: readonly Side[]): Class[] {
  const alike = [...Map.groupBy(sides, classKey).values()];
  const providers = placesBy(alike, 'provides');
  const consumers = placesBy(alike, 'consumes');
  return alike.flatMap((members, place) => {
    const [first] = members;
    if (first === undefined) return [];
    const partners = new Set([
      ...[...first.provides].flatMap((contract) => consumers.get(contract) ?? []),
      ...[...first.consumes].flatMap((contract) => providers.get(contract) ?? []),
    ]);
    const met = [...partners].reduce((sum, partner) => sum + (alike[partner]?.length ?? 0), 0);
    const itself = partners.has(place) ? 0 : 1;
    return [{ members: members.length, partners, cutOff: sides.length - met - itself }];
  });
}

/** By contract: the places of the classes that provide, or consume, it. */
function placesBy(alike: readonly Side[][], kind: 'provides' | 'consumes'): ReadonlyMap<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, [first]] of alike.entries())
    for (const contract of first?.[kind] ?? []) {
      const known = places.get(contract);
      if (known === undefined) places.set(contract, [place]);
      else known.push(place);
    }
  return places;
}

function firstPairs(sides: readonly Side[], classes: readonly Class[]): string[] {
  const lines: string[] = [];
  const places = placesOf(sides);
  for (const [index, one] of sides.entries()) {
    const own = classes[places[index] ?? 0];
    if (own === undefined || own.cutOff === 0) continue;
    for (let other = index + 1; other < sides.length; other += 1) {
      if (own.partners.has(places[other] ?? 0)) continue;
      lines.push(`${one.group} and ${sides[other]?.group ?? ''}`);
      if (lines.length === shownAtMost) return lines;
    }
  }
  return lines;
}

/** The place of each side's class, in the order in which classes are first met. */
function placesOf(sides: readonly Side[]): number[] {
  const places = new Map<string, number>();
  return sides.map((each) => {
    const key = classKey(each);
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    return place;
  });
}

/** Its addresses come into an object of their own now, in which only contracts let them talk to others. */
function isClosed(desired: DesiredObject, actual: ActualObject | Problem): boolean {
  if (desired.key.kind !== 'externalEpg' || 'code' in actual) return false;
  if (itemsOf(desired, 'inherits').size > 0) return false;
  const isApartAlready = [...actual.items.values()].some(({ address }) => address !== undefined);
  return !isApartAlready && (actual.reachability === 'contract' || actual.reachability === 'isolated');
}

function side(desired: DesiredObject): Side {
  const { name } = desired.key;
  return {
    group: desired.group === '' ? keyText({ ...desired.key, name }) : desired.group,
    provides: itemsOf(desired, 'provides'),
    consumes: itemsOf(desired, 'consumes'),
  };
}

function itemsOf({ items }: DesiredObject, kind: string): ReadonlySet<string> {
  return new Set([...items.values()].filter((item) => item.kind === kind).map(({ name }) => name));
}
