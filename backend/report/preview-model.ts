/** A preview as it travels. */
import { keyText } from '../model/identity.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ActualObject, DesiredObject } from '../model/target-object.ts';
import { cutOffPairs } from './cut-off.ts';
import { planGroups } from './plan-model.ts';
import type { PreviewModel, PreviewTarget } from './ports.ts';
import { problemModel } from './problem-model.ts';

export interface Previewed {
  readonly mapping: Mapping;
  readonly targets: readonly { readonly desired: DesiredObject; readonly actual: ActualObject | Problem }[];
  readonly plans: readonly { readonly plan: Plan }[];
  readonly problems: readonly Problem[];
}

const targetsShown = 200;
const changesShown = 100;
const sampled = 5;

export function previewModel({ mapping, targets, plans, problems }: Previewed): PreviewModel {
  const changes = plans.flatMap(({ plan }) => plan.changes.map((change) => ({ change, problem: undefined })));
  const ofPlans = plans.flatMap(({ plan }) => [
    ...plan.findings.filter((finding) => finding.mapping === mapping.name).map((finding) => finding.problem),
    ...targets.flatMap(({ desired }) => plan.unknown.get(keyText(desired.key)) ?? []),
  ]);
  return {
    faults: [],
    groups: new Set(targets.map(({ desired }) => desired.group)).size,
    addresses: new Set(targets.flatMap(({ desired }) => addressesOf(desired))).size,
    targets: targets.slice(0, targetsShown).map(targetOf),
    total: targets.length,
    changes: planGroups(changes, { limit: changesShown, mappings: [mapping] }).map((group) =>
      group.hold === null ? { ...group, ...onceItMay } : group,
    ),
    problems: unique([...problems, ...ofPlans, ...targets.flatMap(({ desired }) => desired.problems)])
      .slice(0, 50)
      .map(problemModel),
    cutOff: cutOffPairs(targets),
  };
}

const onceItMay = {
  title: 'Once it may write',
  next: 'Sent when the mapping is in mode full and its first plan was let go.',
};

function addressesOf({ items }: DesiredObject): string[] {
  return [...items.values()].flatMap(({ address, leaving }) =>
    address === undefined || leaving ? [] : [address],
  );
}

function targetOf({ desired, actual }: Previewed['targets'][number]): PreviewTarget {
  const { key, group } = desired;
  const items = [...desired.items.values()].filter(
    ({ address, leaving }) => address !== undefined && !leaving,
  );
  const isKnown = !('code' in actual);
  return {
    key: keyText(key),
    kind: key.kind,
    system: key.system,
    name: key.name,
    group,
    exists: isKnown ? actual.exists : null,
    items: items.length,
    present: isKnown ? items.filter(({ id }) => actual.items.has(id)).length : 0,
    sample: items.slice(0, sampled).map(({ name }) => name),
  };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((each) => [`${each.code} ${each.detail}`, each])).values()];
}
