/**
 * How a mapping changes while it is edited: choosing another kind or grouping takes what no longer makes sense out of the way,
 * and brings it back when the choice is taken back.
 */
import {
  addressKindsOf,
  destinationsOf,
  groupByOf,
  groupingsOf,
  mappingTidying,
  selectionKeysOf,
  suggestedName,
  targetKinds,
} from './mapping-rules.ts';
import type { MappedKind, SelectionKind } from './mapping-rules.ts';
import { tidied } from './tidy.ts';
import { isWritten, listAt, park, textAt, unpark, valueAt, withValue } from './written.ts';
import type { Draft, Written } from './written.ts';

/** The systems that a mapping may name. */
export interface Named {
  readonly clusters: readonly string[];
  readonly fabrics: readonly string[];
  readonly loadBalancers: readonly { readonly name: string; readonly kind: string }[];
}

const sole = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined);

/** A new one only reports. Where there is one system of a kind it is chosen already. */
export function newMapping(named: Named): Written {
  const cluster = sole(named.clusters);
  const selection = { kind: 'workload', clusters: cluster === undefined ? [] : [cluster] };
  return {
    name: '',
    mode: 'report',
    from: selection,
    to: { externalEpg: newTarget('externalEpg', named, 'workload') },
  };
}

export function newTarget(kind: MappedKind, named: Named, groupBy: string): Written {
  const name = suggestedName(groupBy);
  if (kind === 'pool') {
    const loadBalancer = sole(named.loadBalancers.map((each) => each.name));
    return { ...(loadBalancer !== undefined && { loadBalancer }), name };
  }
  const fabric = sole(named.fabrics);
  return { ...(fabric !== undefined && { fabric }), name };
}

/** As it is sent and saved: nothing in it that holds anyway. */
export function savedMapping(entry: Written, named: Named): Written {
  return tidied(withNumbers(entry), mappingTidying(entry, isOnHaproxy(entry, named)));
}

export function isOnHaproxy(entry: Written, { loadBalancers }: Named): boolean {
  const written = textAt(entry, 'to.pool.loadBalancer');
  const name = written === '' ? loadBalancers[0]?.name : written;
  return loadBalancers.some((each) => each.name === name && each.kind === 'haproxy');
}

const numbers = [
  'to.pool.priorityGroup',
  'to.pool.connectionLimit',
  'to.pool.port',
  'to.redirectPolicy.threshold.min',
  'to.redirectPolicy.threshold.max',
  'to.redirectPolicy.minHealthy',
  'to.pool.minHealthy',
];

/** What is typed is text; whole numbers are meant as such. */
function withNumbers(entry: Written): Written {
  return numbers.reduce((left, path) => {
    const value = valueAt(left, path);
    const isNumber = typeof value === 'string' && /^\d{1,9}$/.test(value.trim());
    return isNumber ? withValue(left, path, Number(value)) : left;
  }, entry);
}

const everyKey = [...new Set(Object.values(selectionKeysOf).flat())];

export function withKind(draft: Draft, kind: SelectionKind): Draft {
  const keys = selectionKeysOf[kind];
  const pathOf = (key: string): string => `from.${key}`;
  const foreign = everyKey.filter((key) => !keys.includes(key)).map(pathOf);
  const before = groupByOf(draft.entry);
  const parked = park(draft, [...foreign, ...unfitting(draft.entry, kind)]);
  const chosen = { ...parked, entry: withValue(parked.entry, 'from.kind', kind) };
  const groupBy = textAt(chosen.entry, 'from.groupBy');
  const grouped =
    groupBy === '' || groupingsOf[kind].includes(groupBy) ? chosen : park(chosen, ['from.groupBy']);
  return withNames(unpark(grouped, keys.filter((key) => key !== 'groupBy').map(pathOf)), before);
}

/** What targets say that cannot hold for the kind. */
function unfitting(entry: Written, kind: SelectionKind): string[] {
  const addresses = 'to.externalEpg.addresses';
  const destinations = ['to.redirectPolicy.destinations', 'to.pool.destinations'].filter((path) => {
    const written = valueAt(entry, path);
    return written !== undefined && !destinationsOf(kind).some((each) => each === written);
  });
  const fits = listAt(entry, addresses).every((each) => addressKindsOf[kind].includes(each));
  const targets = kind === 'aciEpg' ? ['to.externalEpg'] : [];
  return [...targets, ...(fits ? [] : [addresses]), ...destinations];
}

export function withGrouping(draft: Draft, groupBy: string): Draft {
  const before = groupByOf(draft.entry);
  return withNames({ ...draft, entry: withValue(draft.entry, 'from.groupBy', groupBy) }, before);
}

/** Names that were suggested for the grouping before become those of the one now; a name of one's own stays. */
function withNames({ entry, parked }: Draft, before: string): Draft {
  const renamed = targetKinds.reduce((left, kind) => {
    const path = `to.${kind}.name`;
    return textAt(left, path) === suggestedName(before)
      ? withValue(left, path, suggestedName(groupByOf(left)))
      : left;
  }, entry);
  return { entry: renamed, parked };
}

export function hasTarget(entry: Written, kind: MappedKind): boolean {
  return isWritten(valueAt(entry, `to.${kind}`));
}

export function withTarget(draft: Draft, kind: MappedKind, named: Named): Draft {
  const path = `to.${kind}`;
  const back = unpark(draft, [path]);
  if (hasTarget(back.entry, kind)) return back;
  const target = newTarget(kind, named, groupByOf(back.entry));
  return { ...back, entry: withValue(back.entry, path, target) };
}

export function withoutTarget(draft: Draft, kind: MappedKind): Draft {
  return park(draft, [`to.${kind}`]);
}
