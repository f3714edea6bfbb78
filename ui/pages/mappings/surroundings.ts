/** What the sections of the editor know beside the form. */
import type { ConfigurationModel } from '../../../backend/api/contract/configuration.ts';
import type { Named } from '../../forms/logic/mapping-draft.ts';
import type { Example } from '../../forms/logic/name-example.ts';
import { textAt } from '../../forms/logic/written.ts';

export interface Surroundings {
  readonly named: Named;
  /** What placeholders stand for in examples. */
  readonly example: Example;
}

export function namedIn({ document }: ConfigurationModel): Named {
  return {
    clusters: document.clusters.map(({ name }) => name),
    fabrics: document.fabrics.map(({ name }) => name),
    loadBalancers: document.loadBalancers.map((each) => ({ name: each.name, kind: textAt(each, 'kind') })),
  };
}
