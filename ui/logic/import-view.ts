/** What putting another document in place comes to: what is wrong with it, in the order in which it is mended, and what it changes. */
import type { EntryChange, FaultModel } from '../../backend/api/contract/configuration.ts';
import { plural } from './format.ts';

/** Where the text is no YAML, one slip makes whatever follows look wrong: the first of them is the one to mend. */
export function slipOf(faults: readonly FaultModel[]): FaultModel | undefined {
  const [first] = faults;
  return first?.expected === 'YAML' ? first : undefined;
}

const names = {
  clusters: ['cluster', 'clusters'],
  fabrics: ['fabric', 'fabrics'],
  loadBalancers: ['load balancer', 'load balancers'],
  mappings: ['mapping', 'mappings'],
} as const;

const collections = ['clusters', 'fabrics', 'loadBalancers', 'mappings'] as const;

/** `2 mappings added`, `1 cluster removed`; what is connected first. */
export function changeCounts(entries: readonly EntryChange[]): readonly string[] {
  return collections.flatMap((collection) =>
    (['added', 'changed', 'removed'] as const).flatMap((change) => {
      const count = entries.filter((one) => one.collection === collection && one.change === change).length;
      const [one, many] = names[collection];
      return count === 0 ? [] : [`${plural(count, one, many)} ${change}`];
    }),
  );
}
