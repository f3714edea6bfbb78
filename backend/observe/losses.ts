/** Counts, for the switches that lost something, what they lost when and what is left behind them. */
import type { LearnedEndpointRecord } from '../model/cluster-records.ts';
import type { Losses } from './absence.ts';
import type { EndpointShelf } from './endpoint-shelf.ts';

/** Where an endpoint was seen; the empty name stands for a place that is not known. */
export function placesOf({ nodes }: LearnedEndpointRecord): readonly string[] {
  return nodes.length === 0 ? [''] : nodes;
}

export function lossesOf(
  switches: ReadonlySet<string>,
  shelves: Iterable<EndpointShelf>,
): ReadonlyMap<string, Losses> {
  const losses = new Map([...switches].map((node) => [node, { at: [] as number[], left: 0 }]));
  if (switches.size === 0) return losses;
  for (const shelf of shelves) {
    for (const { record, lostAt } of shelf.absentees())
      for (const node of placesOf(record)) losses.get(node)?.at.push(lostAt);
    for (const node of [...shelf.records.values()].filter(isThere).flatMap(placesOf)) {
      const found = losses.get(node);
      if (found !== undefined) found.left += 1;
    }
  }
  return losses;
}

function isThere({ absentSince }: LearnedEndpointRecord): boolean {
  return absentSince === undefined;
}
