/**
 * Names of target objects: a template, its placeholders, and what ACI takes for a name.
 */
import { digest } from '../model/digest.ts';
import type { GroupBy, Selection } from '../model/mapping.ts';

export type Placeholder = 'cluster' | 'namespace' | 'workload' | 'service' | 'mapping';

const byGroup: Readonly<Record<GroupBy, readonly Placeholder[]>> = {
  workload: ['mapping', 'cluster', 'namespace', 'workload'],
  service: ['mapping', 'cluster', 'namespace', 'service'],
  namespace: ['mapping', 'cluster', 'namespace'],
  // Naming the cluster parts the group of the mapping by cluster.
  mapping: ['mapping', 'cluster'],
};

const groupings: Readonly<Record<Selection['kind'], readonly GroupBy[]>> = {
  workload: ['workload', 'service', 'namespace', 'mapping'],
  service: ['service', 'namespace', 'mapping'],
  node: ['mapping'],
};

/** The ways in which a selection of this kind can be grouped. */
export function groupingsFor(kind: Selection['kind']): readonly GroupBy[] {
  return groupings[kind];
}

/** What a name may be made from; empty when the kind cannot be grouped that way. */
export function placeholdersFor(kind: Selection['kind'], groupBy: GroupBy): ReadonlySet<Placeholder> {
  return new Set(groupings[kind].includes(groupBy) ? byGroup[groupBy] : []);
}

export interface RenderedName {
  readonly name: string;
  /** As the template says, before it was made valid. */
  readonly full: string;
}

const longest = 64;
const kept = 55;

/**
 * The name with its placeholders filled in, made valid for ACI: other characters than [a-zA-Z0-9_.:-] become `_`, and
 * a name that is too long ends in a digest of the whole. A placeholder without a value stays empty.
 */
export function renderName(
  template: string,
  values: Readonly<Partial<Record<Placeholder, string>>>,
): RenderedName {
  const full = template.replaceAll(/\{(\w+)\}/g, (_, name: Placeholder) => values[name] ?? '');
  const valid = full.replaceAll(/[^a-zA-Z0-9_.:-]/g, '_');
  return { full, name: valid.length <= longest ? valid : `${valid.slice(0, kept)}_${digest(full, 8)}` };
}
