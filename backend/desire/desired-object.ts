/**
 * A target object as it should be, made from the group that has its name: a pure function of that group and of who else
 * wants the same addresses.
 */
import type { InstanceId, ShortId } from '../model/identity.ts';
import type { IpAddress } from '../model/ip.ts';
import type { OwnershipMark } from '../model/ownership-mark.ts';
import { problem } from '../model/problems.ts';
import type { Problem, ProblemCode } from '../model/problems.ts';
import type { DesiredItem, DesiredObject, ExposedAddress, ItemId } from '../model/target-object.ts';
import { compareText, titleOf } from './group.ts';
import type { Group } from './group.ts';
import type { GroupEntry, Groups, Slot } from './groups.ts';
import type { Rule } from './rule.ts';

/** Problems of one kind that are named one by one; further ones are counted. */
const named = 10;

export function buildObject(entry: GroupEntry, groups: Groups, instance: InstanceId): DesiredObject {
  const { group, key } = entry;
  const { mapping, target, makes } = group.rule;
  const mark = objectMark(group, instance);
  const items = new Map<ItemId, DesiredItem>();
  for (const slot of entry.slots.values())
    items.set(slot.id, (slot.built ??= build(group.rule, slot, instance)));
  for (const item of makes.fixed)
    items.set(item.id, { ...item, mark, address: undefined, reasons: [], leaving: false });
  return {
    key: key.key,
    mapping: mapping.name,
    group: titleOf(group),
    owner: groupOwner(entry),
    mark,
    create: target.create,
    attributes: target.create ? makes.attributes : {},
    items,
    createEmpty: makes.createEmpty,
    traffic: makes.traffic,
    whenEmpty: target.whenEmpty,
    emptyForMs: target.emptyForMs,
    allowIsolated: makes.allowIsolated,
    problems: [...nameProblems(entry), ...addressProblems(entry), ...claimProblems(entry, groups)],
  };
}

function build(rule: Rule, { id, address, reasons: byContributor }: Slot, instance: InstanceId): DesiredItem {
  const reasons = [...byContributor.values()].flat().sort(compareReasons);
  const clusters = new Set(reasons.map(({ cluster }) => cluster));
  const [only] = clusters.size === 1 ? clusters : [];
  return {
    ...rule.makes.itemOf(id, reasons),
    mark: { instance, mapping: rule.id, source: only === undefined ? '-' : sourceId(rule, only) },
    address,
    reasons,
    leaving: reasons.every(({ inService }) => !inService),
  };
}

/** Settled by the mapping, not by who contributes at the moment, so that it stays the same while pods come and go. */
function objectMark(group: Group, instance: InstanceId): OwnershipMark {
  const { rule } = group;
  const [only, ...others] = group.cluster === undefined ? rule.mapping.from.sources : [group.cluster];
  const isShared = only === undefined || others.length > 0;
  return { instance, mapping: rule.id, source: isShared ? '-' : sourceId(rule, only) };
}

function sourceId(rule: Rule, cluster: ExposedAddress['cluster']): ShortId | '-' {
  return rule.sources.get(cluster)?.id ?? '-';
}

export function groupOwner({ group, members }: GroupEntry): DesiredObject['owner'] {
  const { cluster } = group;
  if (cluster === undefined) return undefined;
  let first: string | undefined;
  for (const [id, { contribution }] of members)
    if (contribution.owner !== undefined && (first === undefined || id < first)) first = id;
  const ref = first === undefined ? undefined : members.get(first)?.contribution.owner;
  return ref === undefined ? undefined : { cluster, ref };
}

function nameProblems({ group, name, key }: GroupEntry): readonly Problem[] {
  const found: Problem[] = [];
  if (name.full !== name.name) found.push(problem('name.cut', `${name.full} became ${name.name}`));
  for (const other of key.groups.slice(1)) found.push(collision(group, other.group, name.name));
  return found;
}

/** Two groups render one name: the first has it, and nothing of the second is added. */
export function collision(first: Group, second: Group, name: string): Problem {
  const one = `${titleOf(first)} of mapping ${first.rule.mapping.name}`;
  const two = `${titleOf(second)} of mapping ${second.rule.mapping.name}`;
  return problem(
    'name.collision',
    `${one} has the name ${name}; ${describeKind(second)}${two} renders it too and is left out`,
  );
}

function describeKind({ workload }: Group): string {
  return workload === undefined ? '' : `${workload.kind} `;
}

function addressProblems({ members }: GroupEntry): readonly Problem[] {
  const refused = new Map<string, Problem>();
  let waiting = 0;
  for (const { contribution } of members.values()) {
    if (contribution.waiting) waiting += 1;
    for (const refusal of contribution.refusals) refused.set(problemText(refusal.problem), refusal.problem);
  }
  const found = bounded([...refused.values()]);
  if (waiting > 0) found.push(problem('address.none', `${waiting} running pod${waiting === 1 ? '' : 's'}`));
  return found;
}

function claimProblems(entry: GroupEntry, groups: Groups): readonly Problem[] {
  if (!entry.group.rule.makes.exclusive) return [];
  const contested = [...entry.shared].filter((address) => rivals(entry, address, groups).length > 0).sort();
  const shown = contested.slice(0, named).map((address) => twoClaims(entry, address, groups));
  const more = contested.length - shown.length;
  return more === 0 ? shown : [...shown, furtherProblems('address.two-claims', more)];
}

/** Who wants the address under another name of the same system. */
function rivals({ key }: GroupEntry, address: IpAddress, groups: Groups): readonly GroupEntry[] {
  return groups.wanting(address, key.key.system).filter((other) => other.key !== key);
}

function twoClaims(entry: GroupEntry, address: IpAddress, groups: Groups): Problem {
  const names = rivals(entry, address, groups).map(
    (other) => `${other.key.key.name} (mapping ${other.group.rule.mapping.name})`,
  );
  return problem('address.two-claims', `${address} is also wanted in ${names.join(', ')}`);
}

/** In a stable order, and no longer than people read. */
function bounded(problems: readonly Problem[]): Problem[] {
  const byCode = Map.groupBy(problems, ({ code }) => code);
  return [...byCode]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([code, all]) => {
      const shown = all.toSorted((a, b) => compareText(a.detail, b.detail)).slice(0, named);
      const more = all.length - shown.length;
      return more === 0 ? shown : [...shown, furtherProblems(code, more)];
    });
}

function furtherProblems(code: ProblemCode, count: number): Problem {
  return problem(code, `and ${count} more like these`);
}

function problemText({ code, detail }: Problem): string {
  return `${code} ${detail}`;
}

function compareReasons(a: ExposedAddress, b: ExposedAddress): number {
  return compareText(reasonText(a), reasonText(b));
}

function reasonText({ cluster, origin }: ExposedAddress): string {
  return `${cluster}|${origin.kind}|${origin.path}`;
}
