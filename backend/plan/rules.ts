/**
 * Holds that a change earns by itself, without a look at any other. The first rule that objects wins.
 *
 *     rule           holds
 *     ground         everything on a key that is foreign or missing
 *     orphan         what belongs to a mapping that is gone, until approved
 *     mode           everything in report mode and on first contact (removals in add-only: see guard.ts)
 *     paused         everything
 *     fighting       what someone changed back three times in ten minutes; never a removal, never a move (it is only said)
 *     back-off       what failed a moment ago
 *     source         what rests on a source that cannot be believed now, and what would forget one
 *     elsewhere      the removal of what is wanted in an object that cannot be read now
 *     incomplete     what the system would refuse as things are
 *     empty long     the deletion of an object that became empty only now
 */
import { shortId } from '../model/digest.ts';
import { worst, type Freshness } from '../model/freshness.ts';
import { keyText, parseKeyText, type SourceName, type MappingName, type ShortId } from '../model/identity.ts';
import { hostPrefix } from '../model/ip.ts';
import type { Mode } from '../model/mapping.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Case, Round } from './case.ts';
import type { Hold } from './hold.ts';
import { lifeOf } from '../model/life.ts';
import { forgetsSource } from './mark-source.ts';
import type { PlanInput } from './ports.ts';

export interface ModeInForce {
  readonly mode: Mode;
  readonly firstContact: boolean;
}

/** The mode that counts now; of a mapping that is gone, undefined. */
export function modeInForce(
  { input, index }: Pick<Round, 'input' | 'index'>,
  name: MappingName,
): ModeInForce {
  const mapping = index.byName.get(name);
  if (mapping === undefined) return { mode: 'full', firstContact: false };
  const firstContact = mapping.firstContact !== 'apply' && !input.ledger.hasRun(name);
  return { mode: firstContact ? 'report' : mapping.mode, firstContact };
}

type Rule = (each: Case, round: Round) => Hold | undefined;

const rules: readonly Rule[] = [
  ground,
  orphan,
  mode,
  paused,
  fighting,
  backOff,
  source,
  elsewhere,
  incomplete,
  emptyLongEnough,
];

export function applyRules(round: Round): void {
  for (const each of round.cases)
    for (const rule of rules) {
      const found = rule(each, round);
      if (found === undefined) continue;
      // What may finish what it has begun is told so only where nothing else stands in its way.
      each.hold = found;
      break;
    }
}

function ground({ diff }: Case): Hold | undefined {
  if (diff.ground === 'foreign') return { hold: 'foreign', detail: `${diff.key.name} is not ours` };
  if (diff.ground === 'missing') return { hold: 'missing', detail: `${diff.key.name} does not exist` };
  return undefined;
}

function orphan({ orphan: isOrphan, diff, approved, drained, draft }: Case): Hold | undefined {
  if (approved || drained || (!isOrphan && diff.ground !== 'orphan')) return undefined;
  const kept = diff.desired === undefined ? '' : `, and ${draft.mapping} wants ${diff.key.name}`;
  return { hold: 'orphan', detail: `its mapping is no longer in the document${kept}` };
}

function mode({ draft }: Case, round: Round): Hold | undefined {
  const { mode: inForce, firstContact } = modeInForce(round, draft.mapping);
  if (inForce !== 'report') return undefined;
  const declared = round.index.byName.get(draft.mapping)?.mode;
  return firstContact && declared !== 'report'
    ? { hold: 'first-contact', detail: `mapping ${draft.mapping} has not run here yet` }
    : { hold: 'report-mode', detail: `mapping ${draft.mapping}` };
}

function paused(_: Case, { input }: Round): Hold | undefined {
  return input.ledger.paused ? { hold: 'paused', detail: 'all writing' } : undefined;
}

function fighting({ id, draft, diff }: Case, { input, findings }: Round): Hold | undefined {
  if (draft.type === 'removeItem' || draft.type === 'deleteObject') return undefined;
  if (!input.ledger.isFoughtOver(id, 'item' in draft ? draft.item : draft)) return undefined;
  const what = 'item' in draft ? `${draft.item.id} in ${diff.key.name}` : diff.key.name;
  findings.push({ key: diff.key, problem: problem('object.fought-over', what) });
  // Its removal elsewhere would go alone, and leave the address in neither.
  return arrives(draft, diff, input) ? undefined : { hold: 'fighting', detail: what };
}

/** Whether the address is in another object of ours, and would come from there. */
function arrives(draft: Case['draft'], { key, text }: Case['diff'], { actual }: PlanInput): boolean {
  if (draft.type !== 'addItem' || draft.item.address === undefined) return false;
  return actual
    .holders(key, hostPrefix(draft.item.address))
    .some((holder) => holder.ours && keyText(holder.key) !== text);
}

function backOff({ id, diff: { key } }: Case, { input, findings }: Round): Hold | undefined {
  const waiting = input.ledger.backOff(id);
  if (waiting === undefined || waiting.until <= input.now) return undefined;
  const isSaid = findings.some((found) => found.key === key && sameProblem(found.problem, waiting.problem));
  if (!isSaid) findings.push({ key, problem: waiting.problem });
  const seconds = Math.ceil((waiting.until - input.now) / 1000);
  return { hold: 'back-off', detail: `tried again in ${seconds} s: ${waiting.problem.detail}` };
}

function sameProblem(one: Problem, other: Problem): boolean {
  return one.code === other.code && one.detail === other.detail;
}

/** It is alive, and stays where it is until the other place takes it: a container that is not there takes nothing. */
function elsewhere({ draft, diff }: Case, { input }: Round): Hold | undefined {
  if (draft.type !== 'removeItem') return undefined;
  for (const key of input.desired.wantedElsewhere(diff.text, draft.item)) {
    const { name, ...at } = parseKeyText(key);
    const actual = input.actual.get({ name, ...at });
    if ('code' in actual)
      return {
        hold: 'incomplete',
        detail: `it is wanted in ${name}, which cannot be read now: ${actual.detail}`,
      };
  }
  return undefined;
}

function source(each: Case, { input }: Round): Hold | undefined {
  if (forgetsSource(each.draft, each.diff, input.desired))
    return {
      hold: 'source-not-synced',
      detail: 'its mark also speaks for a source that cannot be believed now',
    };
  if (each.orphan) return undefined;
  const freshness = freshnessOf(each, input);
  return freshness === 'synced'
    ? undefined
    : { hold: 'source-not-synced', detail: `what it rests on is ${freshness}` };
}

function freshnessOf({ draft, diff }: Case, { desired }: PlanInput): Freshness {
  switch (draft.type) {
    case 'createObject':
    case 'deleteObject':
      return desired.freshness(draft.mapping, draft.mark.source);
    case 'removeItem':
      // A contract that a wanted object no longer names went by an edit; no source was asked.
      if (draft.address === undefined && diff.desired !== undefined) return 'synced';
      return desired.freshness(draft.mapping, draft.mark.source);
    case 'addItem':
      return bestReason(
        draft.item.reasons.map((reason) => reason.cluster),
        draft.mapping,
        desired,
      );
    case 'updateItem':
      // Out of service is half removed.
      return draft.item.leaving ? desired.freshness(draft.mapping, draft.item.mark.source) : 'synced';
    case 'updateObject':
      return 'synced';
  }
}

/** One believable reason is enough to add an address. */
function bestReason(
  clusters: readonly SourceName[],
  mapping: MappingName,
  desired: PlanInput['desired'],
): Freshness {
  const seen = [...new Set(clusters)].map((cluster) => desired.freshness(mapping, shortIdOf(cluster)));
  return seen.includes('synced') ? 'synced' : worst(seen);
}

/** Ten thousand additions come from a handful of clusters; digests never change. */
const shortIds = new Map<SourceName, ShortId>();

function shortIdOf(cluster: SourceName): ShortId {
  const known = shortIds.get(cluster) ?? shortId(cluster);
  shortIds.set(cluster, known);
  return known;
}

function incomplete({ draft, diff }: Case, { input, findings }: Round): Hold | undefined {
  if (draft.type !== 'addItem' && draft.type !== 'updateItem') return undefined;
  if (diff.desired === undefined || draft.item.leaving) return undefined;
  const lack = input.actual.lacks(diff.desired, draft.item);
  if (lack === undefined) return undefined;
  findings.push({ key: diff.key, problem: lack });
  return { hold: 'incomplete', detail: lack.detail };
}

function emptyLongEnough({ draft, diff, orphan: isOrphan }: Case, { input, index }: Round): Hold | undefined {
  if (draft.type !== 'deleteObject' || isOrphan) return undefined;
  const emptyForMs =
    diff.desired?.emptyForMs ?? lifeOf(diff.key, index.byName.get(draft.mapping))?.emptyForMs ?? Infinity;
  const since = input.ledger.emptySince(diff.text) ?? input.now;
  const left = since + emptyForMs - input.now;
  if (left <= 0) return undefined;
  return {
    hold: 'not-empty-long-enough',
    detail: `deleted in ${Math.ceil(left / 1000)} s if it stays empty`,
  };
}
