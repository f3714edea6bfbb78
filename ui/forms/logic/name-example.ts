/** What a name becomes, shown while it is typed. */
import { placeholdersFor } from './mapping-rules.ts';

/** What placeholders stand for in the example. */
export type Example = Readonly<Record<string, string>>;

export interface RenderedName {
  readonly text: string;
  /** Placeholders that do not follow from the grouping. */
  readonly unknown: readonly string[];
  /** Longer than what ACI takes: it is cut, with a digest behind. */
  readonly cut: boolean;
}

const aciLength = 64;

export function renderName(template: string, groupBy: string, example: Example): RenderedName {
  const known = placeholdersFor(groupBy);
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1] ?? '')
    .filter((each) => !known.includes(each));
  const text = template.replaceAll(/\{([^{}]*)\}/g, (whole, each: string) =>
    known.includes(each) ? (example[each] ?? whole) : whole,
  );
  return { text, unknown, cut: text.length > aciLength };
}

/** Made up, as long as the preview has no real one. */
export function exampleOf(mapping: string, cluster: string | undefined, fabric: string | undefined): Example {
  return {
    cluster: cluster ?? 'prod-a',
    namespace: 'shop',
    workload: 'web',
    service: 'web',
    fabric: fabric ?? 'dc1',
    tenant: 'legacy',
    app: 'shop',
    epg: 'vms',
    mapping: mapping === '' ? 'mapping' : mapping,
  };
}

const groupNames: Readonly<Record<string, string>> = {
  workload: '{cluster}/{namespace}/{workload}',
  service: '{cluster}/{namespace}/{service}',
  namespace: '{cluster}/{namespace}',
  epg: '{tenant}/{app}/{epg}',
  mapping: '{mapping}',
};

/** How a group is called, with the example's names. */
export function groupName(groupBy: string, example: Example): string {
  return (groupNames[groupBy] ?? '').replaceAll(/\{(\w+)\}/g, (_, each: string) => example[each] ?? '');
}

/** With the names of a group that is really there: `workload prod-a/shop/web`. */
export function exampleWith(example: Example, group: string | undefined): Example {
  const [kind = '', path = ''] = (group ?? '').split(' ');
  const [cluster, namespace, name] = path.split('/');
  if (
    cluster === undefined ||
    namespace === undefined ||
    !['workload', 'service', 'namespace'].includes(kind)
  )
    return example;
  return { ...example, cluster, namespace, ...(name !== undefined && { [kind]: name }) };
}
