/**
 * The last look before something is removed: is it still there, still ours, and nothing of anybody else's in it? Read from the APIC
 * itself, not from the mirror, as narrowly as the removals allow.
 *
 *     removals                                    one read of
 *     an object                                   its whole subtree, every class
 *     one item of an object                       that item
 *     several items of an object                  the object's items
 *     items of many objects in one L3Out          the L3Out's items
 */
import type { Change } from '../../model/plan.ts';
import { problem, type Problem } from '../../model/problems.ts';
import type { OwnershipMark } from '../../model/ownership-mark.ts';
import type { Codec } from './codec/codec.ts';
import { containerDn, splitLast, type Dn } from './dn.ts';
import { markOf, sameMark } from './marks.ts';
import type { Mo } from './mo.ts';
import type { Query, Question } from './query.ts';
import { byName } from './write-tree.ts';

type Removal = Extract<Change, { type: 'removeItem' | 'deleteObject' }>;

export interface Verdicts {
  /** Already gone: nothing is left to do for them. */
  readonly gone: ReadonlySet<Change>;
  /** Not what the plan took them for. */
  readonly lost: readonly { readonly change: Change; readonly problem: Problem }[];
}

/** From this many objects of one L3Out on, the L3Out is read instead of each. */
const manyObjects = 8;
const keep: ReadonlySet<string> = new Set(['annotation']);
/** Made by the APIC together with the object. */
const implicit: ReadonlySet<string> = new Set(['fvRsCustQosPol']);

function isRemoval(change: Change): change is Removal {
  return change.type === 'removeItem' || change.type === 'deleteObject';
}

function dnOf(codec: Codec, change: Removal): Dn {
  const { name } = change.key;
  if (change.type === 'deleteObject') return codec.dnOf(name) ?? ('' as Dn);
  return codec.itemDn(name, { kind: change.itemKind, name: change.itemName });
}

function questionsOf(codec: Codec, removals: readonly Removal[]): readonly Question[] {
  const questions: Question[] = [];
  const crowds = new Map<string, string[]>();
  for (const [name, own] of byName(removals) as ReadonlyMap<string, readonly Removal[]>) {
    const [first] = own;
    const dn = codec.dnOf(name);
    if (first === undefined || dn === undefined) continue;
    if (own.some((change) => change.type === 'deleteObject')) questions.push({ of: { subtree: dn }, keep });
    else if (own.length === 1) questions.push({ of: { object: dnOf(codec, first) }, keep });
    else crowds.set(codec.containerOf(name), [...(crowds.get(codec.containerOf(name)) ?? []), dn]);
  }
  const classes = itemClassesOf(codec, removals);
  for (const [container, dns] of crowds) {
    const subtrees = dns.length > manyObjects ? [containerDn(container)] : dns;
    questions.push(...subtrees.map((subtree) => ({ of: { subtree }, classes, keep })));
  }
  return questions;
}

function itemClassesOf(codec: Codec, removals: readonly Removal[]): readonly string[] {
  const classes = removals.map((each) => (each.type === 'removeItem' ? codec.itemClass(each.itemKind) : ''));
  return [...new Set(classes)].filter((each) => each !== '');
}

/** Someone else's configuration below the object; what the system adds has no annotation to set. */
function foreignBelow(dn: Dn, mark: OwnershipMark, found: ReadonlyMap<string, Mo>): Mo | undefined {
  const below = found.values().filter((mo) => mo.dn.startsWith(`${dn}/`) && !implicit.has(mo.className));
  return below.find((mo) => {
    if (mo.className === 'tagAnnotation')
      return !splitLast(mo.dn).rn.includes(`aci-kube-sync:${mark.instance}`);
    if (mo.className === 'tagTag') return true;
    const { annotation } = mo.attributes;
    return annotation !== undefined && markOf(annotation)?.instance !== mark.instance;
  });
}

function judge(codec: Codec, change: Removal, found: ReadonlyMap<string, Mo>): 'gone' | 'ours' | Problem {
  const dn = dnOf(codec, change);
  const mo = found.get(dn);
  if (mo === undefined) return 'gone';
  if (!sameMark(markOf(mo.attributes['annotation']), change.mark))
    return problem('mark.lost', `${dn} has the annotation "${mo.attributes['annotation'] ?? ''}" now`);
  const foreign = change.type === 'deleteObject' ? foreignBelow(dn, change.mark, found) : undefined;
  return foreign === undefined ? 'ours' : problem('object.in-use', `${foreign.dn} is not ours`);
}

/** Reads and judges; throws when it cannot be read. Nothing is asked when nothing is removed. */
export async function checkOwnership(
  parts: { readonly codec: Codec; readonly query: Pick<Query, 'read'> },
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<Verdicts> {
  const { codec, query } = parts;
  const removals = changes.filter(isRemoval);
  const reads = await Promise.all(questionsOf(codec, removals).map((each) => query.read(each, signal)));
  const found = new Map(reads.flat().map((mo) => [mo.dn as string, mo]));
  const gone = new Set<Change>();
  const lost: { change: Change; problem: Problem }[] = [];
  for (const change of removals) {
    const verdict = judge(codec, change, found);
    if (verdict === 'gone') gone.add(change);
    else if (verdict !== 'ours') lost.push({ change, problem: verdict });
  }
  return { gone, lost };
}
