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
  const lines: string[] = [];
  let pairs = 0;
  for (const [index, one] of sides.entries())
    for (const other of sides.slice(index + 1)) {
      if (mayTalk(one, other)) continue;
      pairs += 1;
      if (pairs <= shownAtMost) lines.push(`${one.group} and ${other.group}`);
    }
  return pairs > shownAtMost ? [...lines, `and ${pairs - shownAtMost} more pairs`] : lines;
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

function mayTalk(one: Side, other: Side): boolean {
  return meets(one.provides, other.consumes) || meets(other.provides, one.consumes);
}

function meets(provided: ReadonlySet<string>, consumed: ReadonlySet<string>): boolean {
  return [...provided].some((contract) => consumed.has(contract));
}
