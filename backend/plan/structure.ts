/**
 * Holds that follow from other changes of the same key.
 *
 * - Nothing goes into an object whose creation is held; an object that shall not be empty is not created before something goes in.
 * - Addresses do not go where nothing may talk to them, unless a contract that comes along in this very plan changes that: then
 *   they rely on it, and an object that is created for them is created with it.
 * - An object is not deleted while the removal of something in it is held.
 */
import type { AtomId } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import { hold, isCountedAdd, isDue, isPreviewed, type Case, type Round } from './case.ts';
import type { KeyDiff } from './key-diff.ts';

export function holdWithoutObject({ byKey }: Round): void {
  for (const cases of byKey.values()) {
    const creation = cases.find(({ draft }) => draft.type === 'createObject');
    if (creation?.diff.desired?.createEmpty === false) holdEmptyCreation(creation, cases);
    if (creation?.hold === undefined) continue;
    for (const each of cases) hold(each, creation.hold.hold, `the object first: ${creation.hold.detail}`);
  }
}

/** An object that is made for its first address waits with it. */
function holdEmptyCreation(creation: Case, cases: readonly Case[]): void {
  const adds = cases.filter(isCountedAdd);
  const [first] = adds;
  if (first?.hold === undefined || adds.some(isDue)) return;
  hold(creation, first.hold.hold, first.hold.detail);
}

export function holdIsolated(round: Round): void {
  for (const cases of round.byKey.values()) {
    const diff = cases[0]?.diff;
    if (diff?.desired === undefined || diff.desired.allowIsolated) continue;
    if (diff.actual.reachability !== 'isolated') continue;
    const adds = cases.filter((each) => isCountedAdd(each) && isPreviewed(each));
    if (adds.length === 0) continue;
    const openers = cases.filter((each) => opens(each, round));
    if (openers.length > 0) {
      rely(adds, openers, diff);
      continue;
    }
    round.findings.push({ key: diff.key, problem: problem('object.isolated', isolation(diff, round)) });
    for (const each of adds) hold(each, 'isolated', `nothing may talk to ${diff.key.name}`);
  }
}

function rely(adds: readonly Case[], openers: readonly Case[], { actual, text }: KeyDiff): void {
  const opening = (actual.exists ? `open ${text}` : text) as AtomId;
  for (const each of openers) each.atom = opening;
  for (const each of adds) each.dependsOn = opening;
}

/** A preview counts the contract that would come along. */
function opens(each: Case, { input }: Round): boolean {
  const { draft } = each;
  if (draft.type !== 'addItem' || draft.item.address !== undefined || !isPreviewed(each)) return false;
  return input.actual.resolves(draft.key, draft.item.kind, draft.item.name);
}

/** Names what the mapping refers to and the system does not have: usually the reason. */
function isolation({ key, desired }: KeyDiff, { input }: Round): string {
  const unresolved = [...(desired?.items.values() ?? [])]
    .filter((item) => item.address === undefined)
    .filter((item) => !input.actual.resolves(key, item.kind, item.name))
    .map((item) => `${item.kind} ${item.name}`);
  return unresolved.length === 0 ? key.name : `${key.name}; not found: ${unresolved.join(', ')}`;
}

export function holdDeletions({ byKey }: Round): void {
  for (const cases of byKey.values()) {
    const deletion = cases.find(({ draft }) => draft.type === 'deleteObject');
    const kept = cases.find((each) => each.draft.type === 'removeItem' && !isDue(each));
    if (deletion === undefined || kept?.hold === undefined) continue;
    hold(deletion, kept.hold.hold, `something in it stays: ${kept.hold.detail}`);
  }
}
