/**
 * Checks what one part of a document says of another: names that must exist, names that must differ, choices that must fit together.
 */
import { groupingsOf } from '../../model/name-template.ts';
import type { GroupBy } from '../../model/mapping.ts';
import type { Fault } from '../../model/fault.ts';
import type { WrittenDocument, WrittenMapping } from './schema.ts';
import { systemFaults, type Surroundings } from './targets/form.ts';
import { targetFaults } from './targets/registry.ts';

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
function sharedNames(document: WrittenDocument): Fault[] {
  const lists = ['clusters', 'fabrics', 'loadBalancers'] as const;
  const taken = new Map<string, string>();
  return lists.flatMap((list) => {
    const named = document[list].map(({ name }, index) => ({ name, at: `${list}[${index}]` }));
    const faults = named.flatMap(({ name, at }) => {
      const other = taken.get(name);
      if (other === undefined) return [];
      return [{ path: `${at}.name`, found: name, expected: `another name: ${other} has it` }];
    });
    for (const { name, at } of named) if (!taken.has(name)) taken.set(name, at);
    return faults;
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

/** There is one APIC on which we run. */
function hostFaults({ fabrics }: WrittenDocument): Fault[] {
  const first = fabrics.findIndex(({ appCenter }) => appCenter === true);
  return fabrics.flatMap(({ appCenter }, index) =>
    appCenter !== true || index === first
      ? []
      : [
          {
            path: `fabrics[${index}].appCenter`,
            found: 'true',
            expected: `no such key: fabrics[${first}] is the one on whose APIC this runs`,
          },
        ],
  );
}

function names(list: readonly { readonly name: string }[]): string {
  return list.length === 0 ? 'none is defined' : list.map((each) => each.name).join(', ');
}

function clusterFaults(path: string, mapping: WrittenMapping, document: WrittenDocument): Fault[] {
  return (mapping.from.clusters ?? []).flatMap((cluster, index) =>
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

function fabricFaults(path: string, { from }: WrittenMapping, { fabrics }: WrittenDocument): Fault[] {
  if (from.kind !== 'aciEpg') return [];
  return systemFaults(`${path}.from.fabric`, 'fabric', { found: from.fabric, known: fabrics });
}

/** Clusters for what clusters have, a fabric and its EPGs for what it learned. */
function sourceFaults(path: string, { from }: WrittenMapping): Fault[] {
  const isOfFabric = from.kind === 'aciEpg';
  const needed = isOfFabric ? (['epgs'] as const) : (['clusters'] as const);
  const foreign = isOfFabric ? (['clusters'] as const) : (['fabric', 'epgs'] as const);
  return [
    ...needed
      .filter((key) => from[key] === undefined)
      .map((key) => ({
        path: `${path}.from.${key}`,
        found: 'nothing',
        expected: 'a list with at least one entry',
      })),
    ...foreign
      .filter((key) => from[key] !== undefined)
      .map((key) => ({
        path: `${path}.from.${key}`,
        found: String(from[key]),
        expected: `no such key, since kind is ${from.kind}`,
      })),
  ];
}

function groupingFaults(path: string, mapping: WrittenMapping): Fault[] {
  const { kind, groupBy } = mapping.from;
  const allowed = groupingsOf[kind];
  if (groupBy === undefined || allowed.includes(groupBy)) return [];
  return [
    {
      path: `${path}.from.groupBy`,
      found: groupBy,
      expected: `one of ${allowed.join(', ')}, since kind is ${kind}`,
    },
  ];
}

/** Where the grouping has a fault, placeholders would have others that follow from it. */
function toFaults(path: string, mapping: WrittenMapping, document: WrittenDocument): Fault[] {
  if (groupingFaults(path, mapping).length > 0) return [];
  return targetFaults(path, mapping.to, surroundingsOf(mapping, document));
}

export function surroundingsOf(
  mapping: WrittenMapping,
  { fabrics, loadBalancers }: WrittenDocument,
): Surroundings {
  return { kind: mapping.from.kind, groupBy: groupByOf(mapping), fabrics, loadBalancers };
}

export function referenceFaults(document: WrittenDocument): Fault[] {
  return [
    ...duplicates('clusters', document.clusters),
    ...duplicates('fabrics', document.fabrics),
    ...duplicates('loadBalancers', document.loadBalancers),
    ...duplicates('mappings', document.mappings),
    ...sharedNames(document),
    ...document.clusters.flatMap((cluster, index) => trustFaults(`clusters[${index}]`, cluster)),
    ...document.fabrics.flatMap((fabric, index) =>
      fabric.appCenter === true ? [] : trustFaults(`fabrics[${index}]`, fabric),
    ),
    ...hostFaults(document),
    ...document.loadBalancers.flatMap((each, index) =>
      each.kind === 'bigip' ? trustFaults(`loadBalancers[${index}]`, each) : [],
    ),
    ...document.mappings.flatMap((mapping, index) =>
      [sourceFaults, clusterFaults, fabricFaults, groupingFaults, toFaults].flatMap((check) =>
        check(`mappings[${index}]`, mapping, document),
      ),
    ),
  ];
}
