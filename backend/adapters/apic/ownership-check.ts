/**
 * The last look before something is removed: is it still there, still ours, and nothing of anybody else's in it or refers to it? Read
 * from the APIC itself, not from the mirror, as narrowly as the removals allow.
 *
 *     removals                                    one read of
 *     an object                                   its whole subtree, every class
 *     one item of an object                       that item
 *     several items of an object                  the object's items
 *     items of many objects in one container      the container's items
 *     companions, in one container                them, and every reference to them
 */
import type { Change } from '../../model/plan.ts';
import { problem, type Problem } from '../../model/problems.ts';
import type { OwnershipMark } from '../../model/ownership-mark.ts';
import type { Composition } from './composition.ts';
import { isWithin, splitLast, type Dn } from './dn.ts';
import { markOf, sameMark } from './marks.ts';
import type { Mo } from './mo.ts';
import { merged, type Patch } from './patch.ts';
import { knownDn, objectAt } from './place.ts';
import type { Query, Question } from './query.ts';

interface Removal {
  readonly change: Extract<Change, { type: 'removeItem' | 'deleteObject' }>;
  /** What is removed, and the object that it is or is in. */
  readonly dn: Dn;
  readonly object: Dn;
  readonly className: string;
}

export interface Verdicts {
  /** Already gone: nothing is left to do for them. */
  readonly gone: ReadonlySet<Change>;
  /** Not what the plan took them for. */
  readonly lost: readonly { readonly change: Change; readonly problem: Problem }[];
  /** Companions that may go: there, ours, and nothing refers to them but what goes too. */
  readonly departing: readonly Patch[];
}

/** From this many objects of one container on, the container is read instead of each. */
const manyObjects = 8;
/** Up to this many companions are asked for by name. */
const fewCompanions = 8;
const keep: ReadonlySet<string> = new Set(['annotation', 'tDn']);
/** Made by the APIC together with the object. */
const implicit: ReadonlySet<string> = new Set(['fvRsCustQosPol']);
/** The APIC's own note that something refers to the object: a service graph to a policy, a destination to a group. */
const backReference = /^vnsRt[A-Z]/;

/** Removals that the composition has something to send for; the others are gone. */
function removalsOf({ patches }: Composition): readonly Removal[] {
  const removals: Removal[] = [];
  for (const [change, own] of patches) {
    const [patch] = own;
    if (change.type !== 'removeItem' && change.type !== 'deleteObject') continue;
    if (patch !== undefined)
      removals.push({ change, dn: patch.dn, object: knownDn(change.key), className: patch.className });
  }
  return removals;
}

function questionsOf(removals: readonly Removal[]): readonly Question[] {
  const questions: Question[] = [];
  const crowds = new Map<Dn, Dn[]>();
  for (const [dn, own] of Map.groupBy(removals, ({ object }) => object)) {
    const [first] = own;
    if (own.some(({ change }) => change.type === 'deleteObject'))
      questions.push({ of: { subtree: dn }, keep });
    else if (own.length === 1 && first !== undefined) questions.push({ of: { object: first.dn }, keep });
    else crowds.set(objectAt(dn).container, [...(crowds.get(objectAt(dn).container) ?? []), dn]);
  }
  const classes = [...new Set(removals.map(({ className }) => className))];
  for (const [container, dns] of crowds) {
    const subtrees = dns.length > manyObjects ? [container] : dns;
    questions.push(...subtrees.map((subtree) => ({ of: { subtree }, classes, keep })));
  }
  return questions;
}

/** Companions that would go: by themselves, or because the plan says so. */
function companionsIn({ departing }: Composition, removals: readonly Removal[]): ReadonlyMap<Dn, string> {
  const asked = removals.filter(({ change }) => change.type === 'deleteObject').map(({ dn }) => dn);
  const found = new Map<Dn, string>();
  for (const dn of [...asked, ...departing.map((patch) => patch.dn)]) {
    const { companion } = objectAt(dn).codec;
    if (companion !== undefined) found.set(dn, companion.referredBy);
  }
  return found;
}

function questionsOfCompanions(companions: ReadonlyMap<Dn, string>): readonly Question[] {
  const byContainer = Map.groupBy(companions, ([dn]) => objectAt(dn).container);
  return [...byContainer].map(([subtree, own]) => {
    const classOf = (dn: Dn): string => objectAt(dn).codec.objectClass;
    const classes = [...new Set(own.flatMap(([dn, relation]) => [classOf(dn), relation]))];
    const question = { of: { subtree }, classes, keep };
    if (own.length > fewCompanions) return question;
    const terms = own.flatMap(([dn, relation]) => [
      `eq(${classOf(dn)}.dn,"${dn}")`,
      `eq(${relation}.tDn,"${dn}")`,
    ]);
    return { ...question, filter: `or(${terms.join(',')})` };
  });
}

/** Someone else's configuration below the object, or a reference to it; what the system adds has no annotation to set. */
function foreignBelow(dn: Dn, mark: OwnershipMark, found: ReadonlyMap<string, Mo>): Mo | undefined {
  const below = found.values().filter((mo) => mo.dn.startsWith(`${dn}/`) && !implicit.has(mo.className));
  return below.find((mo) => {
    if (mo.className === 'tagAnnotation')
      return !splitLast(mo.dn).rn.includes(`aci-kube-sync:${mark.instance}`);
    if (mo.className === 'tagTag' || backReference.test(mo.className)) return true;
    const { annotation } = mo.attributes;
    return annotation !== undefined && markOf(annotation)?.instance !== mark.instance;
  });
}

type Judged = 'gone' | 'ours' | Problem;

function judge({ change, dn, object }: Removal, found: ReadonlyMap<string, Mo>): Judged {
  const mo = found.get(dn);
  if (mo === undefined) return 'gone';
  const { codec } = objectAt(object);
  // What goes by another name there is another item by now.
  if (change.type === 'removeItem' && codec.decodeItem(object, mo, () => undefined)?.id !== change.item)
    return 'gone';
  if (!sameMark(markOf(mo.attributes['annotation']), change.mark))
    return problem('mark.lost', `${dn} has the annotation "${mo.attributes['annotation'] ?? ''}" now`);
  const foreign = change.type === 'deleteObject' ? foreignBelow(dn, change.mark, found) : undefined;
  return foreign === undefined ? 'ours' : problem('object.in-use', `${foreign.dn} is not ours`);
}

/** A reference that stays after the batch. */
function userOf(
  companion: Dn,
  found: ReadonlyMap<string, Mo>,
  patches: ReadonlyMap<Dn, Patch>,
): Mo | undefined {
  const deleted = [...patches.values()].filter(({ status }) => status === 'deleted').map(({ dn }) => dn);
  const leaves = (mo: Mo): boolean => {
    const retargeted = patches.get(mo.dn)?.attributes['tDn'];
    return (
      deleted.some((dn) => isWithin(mo.dn, dn)) || (retargeted !== undefined && retargeted !== companion)
    );
  };
  const { companion: kind } = objectAt(companion).codec;
  return found
    .values()
    .find((mo) => mo.className === kind?.referredBy && mo.attributes['tDn'] === companion && !leaves(mo));
}

/** Reads and judges; throws when it cannot be read. Nothing is asked when nothing is removed. */
export async function checkOwnership(
  query: Pick<Query, 'read'>,
  instance: string,
  composition: Composition,
  signal: AbortSignal,
): Promise<Verdicts> {
  const removals = removalsOf(composition);
  const companions = companionsIn(composition, removals);
  const questions = [...questionsOf(removals), ...questionsOfCompanions(companions)];
  const reads = await Promise.all(questions.map((each) => query.read(each, signal)));
  const found = new Map(reads.flat().map((mo) => [mo.dn as string, mo]));
  const patches = merged([...composition.patches.values()].flat());
  const gone = new Set<Change>();
  const lost: { change: Change; problem: Problem }[] = [];
  for (const removal of removals) {
    const verdict =
      inUse(removal.dn, companions, () => userOf(removal.dn, found, patches)) ?? judge(removal, found);
    if (verdict === 'gone') gone.add(removal.change);
    else if (verdict !== 'ours') lost.push({ change: removal.change, problem: verdict });
  }
  const departing = composition.departing.filter(
    ({ dn }) =>
      markOf(found.get(dn)?.attributes['annotation'])?.instance === instance &&
      userOf(dn, found, patches) === undefined,
  );
  return { gone, lost, departing };
}

function inUse(dn: Dn, companions: ReadonlyMap<Dn, string>, user: () => Mo | undefined): Problem | undefined {
  const found = companions.has(dn) ? user() : undefined;
  return found && problem('object.in-use', `${found.dn} refers to it`);
}
