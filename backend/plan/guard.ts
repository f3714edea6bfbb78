/**
 * The guard: removals that nothing in a source explains are counted, and held when they would be too many. An edit says that a person
 * meant something, not that it was this: what leaves by an edit is counted like what merely vanished.
 *
 *     unexplained or by an edit,                                            verdict
 *     over the window, this plan included
 *     more than share of the size at its start, and more than atLeast       all of the mapping held: guard
 *     more than atMost                                                      all of the mapping held: guard
 *     all that an object has                                                all of the object held: last-item
 *     else                                                                  go
 *
 * All or none: a source that lies must not get its way one address at a time, so what was sent counts on for a window, once. What
 * a person approved goes, and counts as well. Explained removals are not counted, nor are moves that no edit made. What is added in
 * the same plan makes up for nothing: a list that lies and a workload that grows may come together.
 */
import type { MappingName } from '../model/identity.ts';
import { isBounded, type Explanation } from '../model/plan.ts';
import { hold, isCountedAdd, isCountedRemoval, isDue, removedItem, type Case, type Round } from './case.ts';
import type { Hold } from './hold.ts';
import { modeInForce } from './rules.ts';

export function explainRemovals(round: Round): void {
  for (const each of round.cases)
    if (each.explanation !== 'moved') each.explanation = explanationOf(each, round);
}

function explanationOf(each: Case, round: Round): Explanation {
  const { diff } = each;
  const item = removedItem(each);
  if (item === undefined) return 'unexplained';
  const { desired, ledger } = round.input;
  const departed = desired.departure(diff.text, item)?.explanation ?? 'unexplained';
  if (departed === 'mapping-edited') return isElsewhere(each, round) ? 'moved' : departed;
  if (departed !== 'unexplained') return departed;
  if (!isCountedRemoval(each)) return diff.desired === undefined ? departed : 'mapping-edited';
  const probed = ledger.probed(diff.text, item) ?? 'unexplained';
  return probed === 'unexplained' && isElsewhere(each, round) ? 'moved' : probed;
}

/** It is wanted in another object, and there already: this one is left over from a move. */
function isElsewhere({ draft, diff }: Case, { input, diffs }: Round): boolean {
  if (draft.type !== 'removeItem') return false;
  return input.desired.wantedElsewhere(diff.text, draft.item).some((text) => {
    const other = diffs.get(text);
    if (other?.actual.items.has(draft.item) !== true || text === diff.text) return false;
    return input.actual.collide(diff.key, other.key);
  });
}

/** Removals in add-only mode go only as one half of a move. */
export function holdAddOnly(round: Round): void {
  for (const each of round.cases) {
    const { type, mapping } = each.draft;
    if (type !== 'removeItem' && type !== 'deleteObject' && !isCountedRemoval(each)) continue;
    if (each.explanation === 'moved' || modeInForce(round, mapping).mode !== 'add-only') continue;
    hold(each, 'add-only', `mapping ${mapping}`);
  }
}

export function guard(round: Round): void {
  const counted = round.cases.filter(
    (each) =>
      isCountedRemoval(each) && !each.drained && isDue(each) && round.index.byName.has(each.draft.mapping),
  );
  const moves = counted.filter((each) => each.explanation === 'moved' && isByEdit(each, round));
  const suspects = counted.filter((each) => isBounded(each.explanation));
  holdExcesses([...suspects, ...moves], round);
  for (const ofKey of Map.groupBy(suspects.filter(isDue), ({ diff }) => diff).values()) {
    const detail = emptied(ofKey, round);
    if (detail !== undefined) holdUnapproved(ofKey, { hold: 'last-item', detail });
  }
  holdArrivals(
    moves.filter((each) => !isDue(each)),
    round,
  );
}

function holdExcesses(suspects: readonly Case[], round: Round): void {
  // All are weighed before any is held: what is held for one mapping must not make room for another.
  const excesses = [...Map.groupBy(suspects, ({ draft }) => draft.mapping)].map(
    ([mapping, removals]) => [removals, excess(mapping, removals, round)] as const,
  );
  for (const [removals, detail] of excesses)
    if (detail !== undefined) holdUnapproved(removals, { hold: 'guard', detail });
}

function isByEdit(each: Case, { input }: Round): boolean {
  const item = removedItem(each);
  if (item === undefined) return false;
  return input.desired.departure(each.diff.text, item)?.explanation === 'mapping-edited';
}

/** What stays where it is cannot arrive elsewhere. */
function holdArrivals(moves: readonly Case[], { cases }: Round): void {
  if (moves.length === 0) return;
  const held = new Map(moves.map((move) => [`${move.atom} ${removedItem(move) ?? ''}`, move]));
  for (const each of cases) {
    const move = each.draft.type === 'addItem' ? held.get(`${each.atom} ${each.draft.item.id}`) : undefined;
    if (move !== undefined) hold(each, 'conflict', `waits for its removal from ${move.diff.key.name}`);
  }
}

function holdUnapproved(removals: readonly Case[], reason: Hold): void {
  for (const each of removals) if (!each.approved) hold(each, reason.hold, reason.detail);
}

/** In which way these are too many for their mapping; undefined when they are not. */
function excess(mapping: MappingName, removals: readonly Case[], round: Round): string | undefined {
  const { share, atLeast, atMost, windowMs } = round.input.guard;
  const window = round.input.ledger.guardWindow(mapping, round.input.system);
  const size = window?.sizeAtStart ?? presentNow(mapping, round);
  const allowed = Math.min(atMost, Math.max(atLeast, share * size));
  const sent = window?.removed ?? new Set();
  const again = removals.filter(({ id }) => sent.has(id)).length;
  const total = sent.size - again + removals.length;
  if (total <= allowed) return undefined;
  const minutes = Math.round(windowMs / 60_000);
  const would = `${total} of ${size} addresses would be gone within ${minutes} min`;
  return `${would}${byEdit(mapping, removals, round)}; ${Math.floor(allowed)} may`;
}

/** How many of them leave by an edit, in words. */
function byEdit(mapping: MappingName, removals: readonly Case[], round: Round): string {
  const edited = removals.filter((each) => isByEdit(each, round)).length;
  if (edited === 0) return '';
  return `, ${edited === removals.length ? 'removed' : `${edited} of them removed`} by an edit of ${mapping}`;
}

/** What drains is as good as gone. */
function flow([first]: readonly Case[], { byKey }: Round): { added: number; removed: number } {
  const ofKey = first === undefined ? [] : (byKey.get(first.diff.text) ?? []);
  const goes = (each: Case): boolean => isDue(each) || each.hold?.hold === 'draining';
  return {
    added: ofKey.filter((each) => isCountedAdd(each) && isDue(each)).length,
    removed: ofKey.filter((each) => isCountedRemoval(each) && goes(each)).length,
  };
}

/** That nothing of ours would be left in the object; undefined when something would. */
function emptied(removals: readonly Case[], round: Round): string | undefined {
  const diff = removals[0]?.diff;
  if (diff === undefined) return undefined;
  const present = [...diff.present.values()].reduce((sum, count) => sum + count, 0);
  const { added, removed } = flow(removals, round);
  if (present - removed + added > 0) return undefined;
  const mapping = removals[0]?.draft.mapping;
  const why = mapping === undefined ? '' : byEdit(mapping, removals, round);
  return `all ${present} addresses of ${diff.key.name} would be gone${why}`;
}

export function presentNow(mapping: MappingName, { diffs }: Pick<Round, 'diffs'>): number {
  let present = 0;
  for (const diff of diffs.values()) present += diff.present.get(mapping) ?? 0;
  return present;
}
