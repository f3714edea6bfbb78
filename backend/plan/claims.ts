/**
 * One address, one object of a VRF: who may take it, and what is a move.
 *
 *     present elsewhere (in what would collide)               the addition
 *     in an object of ours that gives it up, same container   goes with the removal, as one atom: a move
 *     in an object of ours that gives it up, another one      waits until the removal is seen done
 *     in an object that keeps it, or is not ours              held as conflict
 *     nowhere, wanted by several keys                         document order, then key order; the others held as conflict
 */
import type { AtomId } from '../model/plan.ts';
import { keyText, type TargetKey } from '../model/identity.ts';
import { hostPrefix } from '../model/ip.ts';
import { problem, type ProblemCode } from '../model/problems.ts';
import type { DesiredItem, ItemId } from '../model/target-object.ts';
import { compareText } from './order.ts';
import { hold, isCountedRemoval, isDue, isPreviewed, type Case, type Round } from './case.ts';

/** Removals by `changeId`: who would give up what. */
type Removals = ReadonlyMap<string, Case>;

export function settleClaims(round: Round): void {
  const removals: Removals = new Map(
    round.cases.filter(isCountedRemoval).map((each) => [each.id, each] as const),
  );
  const winners = new Map<ItemId, Case[]>();
  for (const claim of claimsInOrder(round)) {
    const giving = whoGives(claim, round, removals);
    const others = winners.get(claim.item.id) ?? [];
    if (giving === undefined || isRivalled(claim, others, round) || !isDue(claim.each)) continue;
    winners.set(claim.item.id, [...others, claim.each]);
    if (giving.length > 0) pair(claim.each, giving);
  }
}

interface Claim {
  readonly each: Case;
  readonly item: DesiredItem;
  readonly address: NonNullable<DesiredItem['address']>;
}

/**
 * Cases come in document order, then key order; of these, the ones that go come first: a mapping that only reports takes
 * nothing from one that acts.
 */
function claimsInOrder({ cases }: Round): Claim[] {
  const due: Claim[] = [];
  const previewed: Claim[] = [];
  for (const each of cases) {
    if (each.draft.type !== 'addItem' || !isPreviewed(each)) continue;
    const { item } = each.draft;
    if (item.address === undefined) continue;
    (isDue(each) ? due : previewed).push({ each, item, address: item.address });
  }
  return [...due, ...previewed];
}

/** The removals that make way where the address is now; undefined when somebody keeps it. */
function whoGives(claim: Claim, round: Round, removals: Removals): Case[] | undefined {
  const { each, item, address } = claim;
  const giving: Case[] = [];
  const found = round.input.actual.holders(each.diff.key, hostPrefix(address));
  if (found.length === 0) return [];
  const holders = found
    .map(({ key }) => ({ key, text: keyText(key) }))
    .filter(({ text }) => text !== each.diff.text)
    .sort((a, b) => compareText(a.text, b.text));
  for (const { key, text } of holders) {
    const removal = removals.get(`${text} ${item.id}`);
    if (removal === undefined || !isDue(removal)) {
      const wanted = round.diffs.get(text)?.desired?.items.has(item.id) === true;
      conflict(claim, round, [wanted ? 'address.two-claims' : 'address.in-use', key]);
      return undefined;
    }
    giving.push(removal);
  }
  return giving;
}

function isRivalled(claim: Claim, others: readonly Case[], round: Round): boolean {
  const { key } = claim.each.diff;
  const rival = others.find((other) => round.input.actual.collide(other.diff.key, key));
  if (rival !== undefined) conflict(claim, round, ['address.two-claims', rival.diff.key]);
  return rival !== undefined;
}

/** Makes a move of it; across containers the removal goes first, and the addition waits until it is seen done. */
function pair(add: Case, giving: readonly Case[]): void {
  for (const removal of giving) removal.explanation = 'moved';
  const elsewhere = giving.find((removal) => containerOf(removal.diff.key) !== containerOf(add.diff.key));
  if (elsewhere !== undefined)
    return hold(add, 'conflict', `waits for its removal from ${elsewhere.diff.key.name}`);
  add.atom = moveAtom(add);
  for (const removal of giving) removal.atom = add.atom;
}

/** What one request can change at once: in our names, all before the first slash (the tenant). */
function containerOf({ system, name }: TargetKey): string {
  return `${system}|${name.split('/', 1)[0] ?? ''}`;
}

/** A move into an object that is yet to be created goes with its creation: alone it would create an object without a mark. */
function moveAtom({ id, diff }: Case): AtomId {
  return (diff.actual.exists ? `move ${id}` : diff.text) as AtomId;
}

function conflict({ each, item }: Claim, round: Round, [code, holder]: [ProblemCode, TargetKey]): void {
  const verb = code === 'address.two-claims' ? 'is also wanted in' : 'is in';
  const detail = `${item.name} ${verb} ${holder.name}`;
  round.findings.push({ key: each.diff.key, problem: problem(code, detail) });
  hold(each, 'conflict', detail);
}
