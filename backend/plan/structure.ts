/**
 * Holds that follow from other changes of the same key.
 *
 * - Nothing goes into an object whose creation is held; an object that shall not be empty is not created before something goes in.
 * - Addresses do not go where nothing may talk to them, unless a contract that comes along in this very plan changes that: then
 *   they rely on it, and an object that is created for them is created with it.
 * - Of what an object has once at most (its IP SLA policy), another one takes the place of this one in one request, or not at all.
 * - What others in the object need to be taken does not go while they are there, and they do not come before it.
 * - An object is not deleted while the removal of something in it is held.
 */
import type { AtomId } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import type { DesiredItem, DesiredObject, ItemId } from '../model/target-object.ts';
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

/** Kinds of item of which an object has one at most: on the system they are one and the same. */
const single: ReadonlySet<string> = new Set(['ipSla']);

function singleItem({ draft }: Case): ItemId | undefined {
  if (draft.type === 'addItem') return single.has(draft.item.kind) ? draft.item.id : undefined;
  return draft.type === 'removeItem' && single.has(draft.itemKind) ? draft.item : undefined;
}

export function settleSingles(round: Round): void {
  for (const cases of round.byKey.values()) {
    const singles = cases.filter((each) => singleItem(each) !== undefined);
    if (singles.length === 0) continue;
    const add = singles.find(({ draft }) => draft.type === 'addItem');
    const removal = singles.find(({ draft }) => draft.type === 'removeItem');
    if (add !== undefined && removal !== undefined) swap(add, removal);
    if (removal !== undefined && add === undefined) holdNeeded(removal, cases, round);
  }
}

function swap(add: Case, removal: Case): void {
  removal.atom = add.atom;
  const held = add.hold ?? removal.hold;
  if (held === undefined) return;
  hold(add, held.hold, held.detail);
  hold(removal, held.hold, held.detail);
}

/** Before it is asked whether an object would be made for nothing. */
export function holdDependents(round: Round): void {
  for (const cases of round.byKey.values()) {
    const add = cases.find((each) => each.draft.type === 'addItem' && singleItem(each) !== undefined);
    if (add?.hold !== undefined) holdWithout(add, cases, round);
  }
}

function holdWithout(add: Case, cases: readonly Case[], { input, findings }: Round): void {
  const { desired, key } = add.diff;
  if (desired === undefined) return;
  for (const each of cases) {
    if (!isCountedAdd(each) || !isDue(each) || each.draft.type !== 'addItem') continue;
    const lack = input.actual.lacks(desired, each.draft.item, singleItem(add));
    if (lack === undefined) continue;
    findings.push({ key, problem: lack });
    hold(each, 'incomplete', lack.detail);
  }
}

function holdNeeded(removal: Case, cases: readonly Case[], { input, findings }: Round): void {
  const { desired, key } = removal.diff;
  if (desired === undefined || !isDue(removal)) return;
  for (const item of afterwards(desired, cases)) {
    const lack = input.actual.lacks(desired, item, singleItem(removal));
    if (lack === undefined) continue;
    findings.push({ key, problem: lack });
    hold(removal, 'incomplete', lack.detail);
    return;
  }
}

/** What is in the object when what is due was done; a person's too. */
function afterwards(desired: DesiredObject, cases: readonly Case[]): DesiredItem[] {
  const due = cases.filter(isDue);
  const gone = new Set(due.map(({ draft }) => (draft.type === 'removeItem' ? draft.item : undefined)));
  const there = cases[0]?.diff.actual.items.values() ?? [];
  const staying = [...there]
    .filter(({ id }) => !gone.has(id))
    .map((item) => {
      const attributes = { ...item.attributes, ...desired.items.get(item.id)?.attributes };
      return { ...item, attributes, mark: item.mark ?? desired.mark, reasons: [], leaving: false };
    });
  return [...staying, ...due.flatMap(({ draft }) => (draft.type === 'addItem' ? [draft.item] : []))];
}

export function holdDeletions({ byKey }: Round): void {
  for (const cases of byKey.values()) {
    const deletion = cases.find(({ draft }) => draft.type === 'deleteObject');
    const kept = cases.find((each) => each.draft.type === 'removeItem' && !isDue(each));
    if (deletion === undefined || kept?.hold === undefined) continue;
    hold(deletion, kept.hold.hold, `something in it stays: ${kept.hold.detail}`);
  }
}
