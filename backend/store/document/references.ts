/**
 * Checks what one part of a document says of another: names that must exist, names that must differ, choices that must fit together.
 */
import { groupingsOf, placeholdersFor, placeholdersIn } from '../../model/name-template.ts';
import type { GroupBy, Selection } from '../../model/mapping.ts';
import type { Fault } from './fault.ts';
import type { WrittenDocument, WrittenMapping } from './schema.ts';

export function groupByOf({ from }: WrittenMapping): GroupBy {
  return from.groupBy ?? groupingsOf[from.kind][0] ?? 'mapping';
}

function duplicates(listName: string, list: readonly { readonly name: string }[]): Fault[] {
  const firstAt = new Map<string, number>();
  return list.flatMap(({ name }, index) => {
    const first = firstAt.get(name);
    if (first === undefined) {
      firstAt.set(name, index);
      return [];
    }
    return [
      {
        path: `${listName}[${index}].name`,
        found: name,
        expected: `another name: ${listName}[${first}] has it`,
      },
    ];
  });
}

/** Identities are confirmed, and kept, by name alone. */
function sharedNames({ clusters, fabrics }: WrittenDocument): Fault[] {
  return fabrics.flatMap(({ name }, index) => {
    const at = clusters.findIndex((cluster) => cluster.name === name);
    if (at < 0) return [];
    return [
      { path: `fabrics[${index}].name`, found: name, expected: `another name: clusters[${at}] has it` },
    ];
  });
}

function trustFaults(
  path: string,
  { ca, pin }: { ca?: string | undefined; pin?: string | undefined },
): Fault[] {
  if (ca === undefined || pin === undefined) return [];
  return [
    {
      path: `${path}.pin`,
      found: 'both ca and pin',
      expected: 'one of ca (a signing CA) and pin (the certificate itself)',
    },
  ];
}

function names(list: readonly { readonly name: string }[]): string {
  return list.length === 0 ? 'none is defined' : list.map((each) => each.name).join(', ');
}

function clusterFaults(path: string, mapping: WrittenMapping, document: WrittenDocument): Fault[] {
  return mapping.from.clusters.flatMap((cluster, index) =>
    document.clusters.some((each) => each.name === cluster)
      ? []
      : [
          {
            path: `${path}.from.clusters[${index}]`,
            found: cluster,
            expected: `the name of a cluster: ${names(document.clusters)}`,
          },
        ],
  );
}

function fabricFaults(path: string, mapping: WrittenMapping, { fabrics }: WrittenDocument): Fault[] {
  const { fabric } = mapping.to.externalEpg;
  const at = `${path}.to.externalEpg.fabric`;
  if (fabric === undefined)
    return fabrics.length === 1
      ? []
      : [{ path: at, found: 'nothing', expected: `the name of a fabric: ${names(fabrics)}` }];
  if (fabrics.some((each) => each.name === fabric)) return [];
  return [{ path: at, found: fabric, expected: `the name of a fabric: ${names(fabrics)}` }];
}

function groupingFaults(path: string, mapping: WrittenMapping): Fault[] {
  const { kind, groupBy } = mapping.from;
  const allowed = groupingsOf[kind];
  if (groupBy !== undefined && !allowed.includes(groupBy))
    return [
      {
        path: `${path}.from.groupBy`,
        found: groupBy,
        expected: `one of ${allowed.join(', ')}, since kind is ${kind}`,
      },
    ];
  const known: readonly string[] = placeholdersFor(groupByOf(mapping));
  return placeholdersIn(mapping.to.externalEpg.name)
    .filter((placeholder) => !known.includes(placeholder))
    .map((placeholder) => ({
      path: `${path}.to.externalEpg.name`,
      found: `{${placeholder}}`,
      expected: `placeholders that follow from groupBy ${groupByOf(mapping)}: ${known.map((each) => `{${each}}`).join(' ')}`,
    }));
}

const addressKinds: Readonly<Record<Selection['kind'], readonly string[]>> = {
  workload: ['pod', 'loadBalancer', 'external'],
  service: ['loadBalancer', 'external', 'cluster', 'pod'],
  node: ['node'],
};

function addressFaults(path: string, mapping: WrittenMapping): Fault[] {
  const allowed = addressKinds[mapping.from.kind];
  return (mapping.to.externalEpg.addresses ?? []).flatMap((kind, index) =>
    allowed.includes(kind)
      ? []
      : [
          {
            path: `${path}.to.externalEpg.addresses[${index}]`,
            found: kind,
            expected: `one of ${allowed.join(', ')}, since kind is ${mapping.from.kind}`,
          },
        ],
  );
}

function scopeFaults(path: string, mapping: WrittenMapping): Fault[] {
  const { scope } = mapping.to.externalEpg;
  if (scope.includes('import-security')) return [];
  return [
    {
      path: `${path}.to.externalEpg.scope`,
      found: scope.join(', '),
      expected: 'import-security among them: the APIC demands it',
    },
  ];
}

export function referenceFaults(document: WrittenDocument): Fault[] {
  return [
    ...duplicates('clusters', document.clusters),
    ...duplicates('fabrics', document.fabrics),
    ...duplicates('mappings', document.mappings),
    ...sharedNames(document),
    ...document.clusters.flatMap((cluster, index) => trustFaults(`clusters[${index}]`, cluster)),
    ...document.fabrics.flatMap((fabric, index) => trustFaults(`fabrics[${index}]`, fabric)),
    ...document.mappings.flatMap((mapping, index) =>
      [clusterFaults, fabricFaults, groupingFaults, addressFaults, scopeFaults].flatMap((check) =>
        check(`mappings[${index}]`, mapping, document),
      ),
    ),
  ];
}
