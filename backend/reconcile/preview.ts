/**
 * What a mapping would do, without saving it: a desired state of this mapping alone, over what the sources say now, laid over the one
 * that is in force, and planned as if the mapping were carried out. Nothing is read anew, written or remembered, neither here nor by the
 * systems that are asked. In steps, because with many pods it takes longer than rounds may wait.
 */
import type { System } from '../apply/ports.ts';
import type { Clock } from '../model/clock.ts';
import { shortId } from '../model/digest.ts';
import {
  parseKeyText,
  type KeyText,
  type MappingName,
  type SourceName,
  type SystemName,
} from '../model/identity.ts';
import type { Document, Mapping } from '../model/mapping.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { SourceView } from '../model/source-view.ts';
import type { ActualObject, DesiredObject } from '../model/target-object.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { DesiredView, LedgerView, PlanInput } from '../plan/ports.ts';

export interface PreviewParts {
  readonly systems: () => ReadonlyMap<SystemName, System>;
  readonly views: (source: SourceName) => SourceView | undefined;
  /** What is in force. */
  readonly inForce: DesiredView;
  readonly createDesired: (document: Document) => Generator<void, DesiredView>;
  readonly createPlanner: () => { inSteps(input: PlanInput): Generator<void, Plan> };
  readonly clock: Pick<Clock, 'now'>;
}

export interface PreviewedTarget {
  readonly desired: DesiredObject;
  /** Problem: it cannot be read now. */
  readonly actual: ActualObject | Problem;
}

export interface Preview {
  readonly mapping: Mapping;
  readonly targets: readonly PreviewedTarget[];
  /** One for each system that the mapping writes to; changes of this mapping only. */
  readonly plans: readonly { readonly system: SystemName; readonly plan: Plan }[];
  readonly problems: readonly Problem[];
}

/** Objects that are made in one go. */
const stretch = 20;

/** What is edited. */
export interface PreviewedEdit {
  readonly name: MappingName;
  /** The mapping in whose place it stands, where that has another name. */
  readonly replaces?: MappingName | undefined;
}

/** `document` has the mapping in its place, and is otherwise what is in force. */
export function* previewMapping(
  document: Document,
  { name, replaces = name }: PreviewedEdit,
  parts: PreviewParts,
): Generator<void, Preview> {
  const mappings = document.mappings.map((each): Mapping =>
    each.name === name ? { ...each, mode: 'full', firstContact: 'apply' } : each,
  );
  const mapping = mappings.find((each) => each.name === name);
  if (mapping === undefined) throw new Error(`the document has no mapping ${name}`);
  const alone = yield* parts.createDesired({ ...document, mappings: [mapping] });
  const names = [...new Set(mapping.to.map(({ system }) => system))];
  const systems = names.flatMap((system) => parts.systems().get(system) ?? []);
  const targets: PreviewedTarget[] = [];
  const plans: { system: SystemName; plan: Plan }[] = [];
  let isLeft = false;
  for (const system of systems) {
    for (const target of targetsOn(system, alone)) if (targets.push(target) % stretch === 0) yield;
    yield;
    const plan = yield* planOf(system, {
      alone,
      mapping,
      replaces,
      document: { ...document, mappings },
      parts,
    });
    isLeft ||= plan.changes.some((change) => isLeftOf(change, name, replaces));
    plans.push({
      system: system.name,
      plan: { ...plan, changes: plan.changes.filter((change) => change.mapping === name) },
    });
  }
  return {
    mapping,
    targets,
    plans,
    problems: [
      ...(isLeft && replaces !== name ? [leftProblem(replaces)] : []),
      ...problemsOfSources(mapping, parts),
      ...alone.problems(name),
    ],
  };
}

/** Marks name their mapping: under another name, it finds what it made before as a mapping's that is gone. */
function isLeftOf(change: Change, name: MappingName, before: MappingName): boolean {
  if (change.verdict.apply || change.verdict.hold !== 'orphan') return false;
  return change.mapping === name || ('mark' in change && change.mark.mapping === shortId(before));
}

function leftProblem(before: MappingName): Problem {
  return problem('object.orphan', `what ${before} made stays, and waits for approval as orphaned`);
}

function* targetsOn({ name, view }: System, alone: DesiredView): Generator<PreviewedTarget> {
  for (const key of alone.keys(name)) {
    const desired = alone.get(key);
    if (desired !== undefined) yield { desired, actual: view.problem ?? view.get(parseKeyText(key)) };
  }
}

function problemsOfSources({ from }: Mapping, { views }: PreviewParts): Problem[] {
  return from.sources.flatMap((source) => views(source)?.problem ?? []);
}

interface Planning {
  readonly alone: DesiredView;
  readonly mapping: Mapping;
  readonly replaces: MappingName;
  readonly document: Document;
  readonly parts: PreviewParts;
}

function* planOf(
  system: System,
  { alone, mapping, replaces, document, parts }: Planning,
): Generator<void, Plan> {
  const input: PlanInput = {
    system: system.name,
    mappings: document.mappings,
    guard: document.settings.guard,
    desired: laidOver(parts.inForce, alone, { own: [mapping.name, replaces], system }),
    actual: system.view,
    ledger: { ...undecided, instance: document.instance },
    now: parts.clock.now(),
  };
  return yield* parts.createPlanner().inSteps(input);
}

/** Nothing was ever decided about it. */
const undecided: Omit<LedgerView, 'instance'> = {
  paused: false,
  hasRun: () => true,
  approvals: () => [],
  guardWindow: () => undefined,
  emptySince: () => undefined,
  drainingSince: () => undefined,
  probed: () => undefined,
  isFoughtOver: () => false,
  backOff: () => undefined,
};

function laidOver(
  inForce: DesiredView,
  alone: DesiredView,
  { own, system }: { readonly own: readonly MappingName[]; readonly system: System },
): DesiredView {
  const ofOthers = (key: KeyText): DesiredObject | undefined => {
    const object = inForce.get(key);
    return object !== undefined && own.includes(object.mapping) ? undefined : object;
  };
  return {
    keys: (name) =>
      new Set([...alone.keys(name), ...[...inForce.keys(name)].filter((key) => ofOthers(key) !== undefined)]),
    get(key) {
      const object = alone.get(key) ?? ofOthers(key);
      return object && system.canonicalise(object);
    },
    // What it holds now and would not want leaves by the edit.
    departure: (key, item) =>
      ofOthers(key) === undefined
        ? { explanation: 'mapping-edited', owner: undefined, alive: true }
        : inForce.departure(key, item),
    wantedElsewhere: (key, item) => [
      ...new Set([
        ...alone.wantedElsewhere(key, item),
        ...inForce.wantedElsewhere(key, item).filter((each) => ofOthers(each) !== undefined),
      ]),
    ],
    freshness: (name, source) => (own.includes(name) ? alone : inForce).freshness(name, source),
    problems: (name) => (own.includes(name) ? alone : inForce).problems(name),
  };
}
