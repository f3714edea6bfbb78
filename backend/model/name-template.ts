/**
 * Which placeholders a name template may use: those that follow from what a mapping selects and how it groups.
 */
import type { GroupBy, Selection } from './mapping.ts';

export type Placeholder =
  'cluster' | 'namespace' | 'workload' | 'service' | 'fabric' | 'tenant' | 'app' | 'epg' | 'mapping';

const byGrouping: Readonly<Record<GroupBy, readonly Placeholder[]>> = {
  workload: ['cluster', 'namespace', 'workload', 'mapping'],
  service: ['cluster', 'namespace', 'service', 'mapping'],
  namespace: ['cluster', 'namespace', 'mapping'],
  epg: ['fabric', 'tenant', 'app', 'epg', 'mapping'],
  mapping: ['mapping'],
};

/** Groupings that make sense for what is selected. */
export const groupingsOf: Readonly<Record<Selection['kind'], readonly GroupBy[]>> = {
  workload: ['workload', 'namespace', 'mapping'],
  service: ['service', 'namespace', 'mapping'],
  node: ['mapping'],
  aciEpg: ['epg', 'mapping'],
};

export function placeholdersFor(groupBy: GroupBy): readonly Placeholder[] {
  return byGrouping[groupBy];
}

/** The placeholders in a template, in order; `{x}` of any spelling counts. */
export function placeholdersIn(template: string): readonly string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
}
