/**
 * What a plan's changes are about, in plain words. Command line, API and page take their texts from here.
 */
import { durationText } from './duration.ts';
import type { TargetKind } from './identity.ts';
import { trafficOf } from './life.ts';
import type { Mapping } from './mapping.ts';
import type { Change, Explanation } from './plan.ts';
import type { Attributes, TrafficRules } from './target-object.ts';

export const kindTexts: Readonly<Record<TargetKind, string>> = {
  externalEpg: 'external EPG',
  redirectPolicy: 'redirect policy',
  pool: 'pool',
  redirectHealthGroup: 'health group',
};

/** How a removal is explained. */
export const explanationTexts: Readonly<Record<Explanation, string>> = {
  deleted: 'seen deleted',
  'no-longer-qualifies': 'no longer selected',
  'replicas-lowered': 'scaled down',
  'namespace-terminating': 'its namespace ends',
  'owner-gone': 'its workload is gone',
  'mapping-edited': 'mapping edited',
  'aged-out': 'aged out of the fabric',
  moved: 'moves elsewhere',
  unexplained: 'unexplained',
};

/** What is done beyond adding or removing, by the rules of the change's mapping: `drain (30 s, then leave)`. Often empty. */
export function stepText(change: Change, mapping: Mapping | undefined): string {
  switch (change.type) {
    case 'updateObject':
      return `set ${differences(change.before, change.attributes)}`;
    case 'updateItem':
      return updateText(change, trafficOf(change.key, mapping));
    case 'removeItem':
      return change.cut && change.key.kind === 'pool' ? 'connections cut' : '';
    case 'addItem':
    case 'createObject':
    case 'deleteObject':
      return '';
  }
}

type ItemUpdate = Extract<Change, { type: 'updateItem' }>;

function updateText({ item, before }: ItemUpdate, rules: TrafficRules | undefined): string {
  if (item.leaving)
    return rules === undefined ? 'drain' : `drain (${durationText(rules.drainMs)}, then ${rules.then})`;
  const draining = Object.entries(rules?.draining ?? {});
  const returns = draining.length > 0 && draining.every(([name, value]) => before[name] === value);
  if (!returns) return `set ${differences(before, item.attributes)}`;
  const rest = Object.entries(item.attributes).filter(
    ([name]) => !draining.some(([known]) => known === name),
  );
  const also = rest.some(([name, value]) => before[name] !== value);
  return also ? `back in service, set ${differences(before, Object.fromEntries(rest))}` : 'back in service';
}

/** A change of the mark alone names no attribute. */
function differences(before: Attributes, after: Attributes): string {
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value);
  if (changed.length === 0) return 'the mark';
  return changed.map(([name, value]) => `${name} ${before[name] ?? '–'} → ${value}`).join(', ');
}
