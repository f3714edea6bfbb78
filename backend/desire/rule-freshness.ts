/**
 * How far what a mapping is made from can be believed: the worst over the kinds that it is read from.
 */
import { shortId } from '../model/digest.ts';
import { worst } from '../model/freshness.ts';
import type { Freshness } from '../model/freshness.ts';
import type { SourceName, ShortId } from '../model/identity.ts';
import { kindsOf } from './rule.ts';
import type { Rule } from './rule.ts';
import type { Views } from './snapshot.ts';

/**
 * `-` asks for all of the mapping's sources. So does one that it does not name any more: what came from there leaves by the edit once
 * it is certain that none of the others has it, so that renaming a cluster takes nothing away.
 */
export function freshnessOf(rules: readonly Rule[], source: ShortId | '-', views: Views): Freshness {
  return worst(rules.map((rule) => freshnessOfRule(rule, source, views)));
}

function freshnessOfRule(rule: Rule, source: ShortId | '-', views: Views): Freshness {
  const kinds = kindsOf(rule);
  const { sources, epgs } = rule.mapping.from;
  const isIt = (name: SourceName): boolean => (rule.sources.get(name)?.id ?? shortId(name)) === source;
  const isAsked = sources.some(isIt) ? isIt : () => true;
  // Of a fabric only the EPGs that the mapping follows: one that is not there blinds no other mapping.
  const scopes = epgs.length === 0 ? [undefined] : epgs;
  const asked = sources.filter(isAsked).flatMap((name) => scopes.map((scope) => ({ name, scope })));
  return worst(asked.map(({ name, scope }) => views(name)?.freshness(kinds, scope) ?? 'unknown'));
}
