/**
 * How far what a mapping is made from can be believed: the worst over the kinds that it is read from.
 */
import { shortId } from '../model/digest.ts';
import { worst } from '../model/freshness.ts';
import type { Freshness } from '../model/freshness.ts';
import type { ClusterName, ShortId } from '../model/identity.ts';
import { kindsOf } from './rule.ts';
import type { Rule } from './rule.ts';
import type { Views } from './snapshot.ts';

/** `-` asks for all of the mapping's clusters. A cluster that it does not name is `synced`: the edit explains it. */
export function freshnessOf(rule: Rule, source: ShortId | '-', views: Views): Freshness {
  const kinds = kindsOf(rule);
  const isAsked = (cluster: ClusterName): boolean =>
    source === '-' || (rule.sources.get(cluster)?.id ?? shortId(cluster)) === source;
  const clusters = rule.mapping.from.clusters.filter(isAsked);
  return worst(clusters.map((cluster) => views(cluster)?.freshness(kinds) ?? 'unknown'));
}
