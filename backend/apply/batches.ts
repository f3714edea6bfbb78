/**
 * From the changes of a plan to the order and the bounds in which they are sent.
 *
 * Promises: what stops or spares traffic goes first: dead destinations and members before all else. Changes of one atom stay together; an object is created before its items and deleted after them; what frees an
 * address goes before what takes one; what others rely on goes before them, whatever else is said here; otherwise the plan's own
 * order is kept.
 */
import { keyText, type KeyText } from '../model/identity.ts';
import type { AtomId, Change } from '../model/plan.ts';
import type { System } from './ports.ts';

/** Changes that are sent together or not at all, in order. */
export interface Atom {
  readonly id: AtomId;
  readonly changes: readonly Change[];
  /** Atoms without which it is hopeless: those that create its objects, and those that its changes depend on. */
  readonly needs: ReadonlySet<AtomId>;
}

const rank: Readonly<Record<Change['type'], number>> = {
  removeItem: 0,
  createObject: 1,
  updateObject: 2,
  updateItem: 3,
  addItem: 4,
  deleteObject: 5,
};

/** Atoms in the order of sending; within an atom likewise. */
export function atomsOf(changes: readonly Change[]): Atom[] {
  const groups = new Map<AtomId, Change[]>();
  const creators = new Map<KeyText, AtomId>();
  for (const change of changes) {
    const group = groups.get(change.atom);
    if (group === undefined) groups.set(change.atom, [change]);
    else group.push(change);
    if (change.type === 'createObject') creators.set(keyText(change.key), change.atom);
  }
  const atoms = [...groups].map(([id, group]): Atom => {
    const needs = new Set(
      group.flatMap((change) => [creators.get(keyText(change.key)) ?? id, change.dependsOn ?? id]),
    );
    needs.delete(id);
    return { id, changes: group.sort((a, b) => rank[a.type] - rank[b.type]), needs };
  });
  return afterNeeds(atoms.sort((a, b) => rankOf(a) - rankOf(b)));
}

/** Taking traffic off what is dead can wait for nothing. */
function isUrgent({ changes }: Pick<Atom, 'changes'>): boolean {
  return changes.some(
    (change) =>
      change.type === 'removeItem' && change.address !== undefined && change.key.kind !== 'externalEpg',
  );
}

function rankOfChange(change: Change): number {
  const leavesAlive = change.type === 'updateItem' && change.item.leaving;
  return leavesAlive ? rank.addItem + 0.5 : rank[change.type];
}

/** An atom that creates must precede the items of what it creates, so creation decides; else its first change does. */
function rankOf({ changes }: Atom): number {
  if (isUrgent({ changes })) return -1;
  if (changes.some((change) => change.type === 'createObject')) return rank.createObject;
  return Math.min(...changes.map(rankOfChange));
}

/** The same order, with each atom preceded by what it needs; a circle is entered where it comes first. */
function afterNeeds(atoms: readonly Atom[]): Atom[] {
  const byId = new Map(atoms.map((atom) => [atom.id, atom]));
  const ordered = new Set<Atom>();
  const entered = new Set<Atom>();
  const place = (atom: Atom | undefined): void => {
    if (atom === undefined || entered.has(atom)) return;
    entered.add(atom);
    for (const need of atom.needs) place(byId.get(need));
    ordered.add(atom);
  };
  for (const atom of atoms) place(atom);
  return [...ordered];
}

/** Fills batches up to the system's bounds. An atom larger than a bound is a batch of its own. */
export function batchesOf(
  atoms: readonly Atom[],
  system: Pick<System, 'batchObjects' | 'batchBytes' | 'cost'>,
): Atom[][] {
  const batches: Atom[][] = [];
  let current: Atom[] = [];
  let objects = 0;
  let bytes = 0;
  for (const atom of atoms) {
    const costs = atom.changes.map((change) => system.cost(change));
    const atomObjects = costs.reduce((sum, cost) => sum + cost.objects, 0);
    const atomBytes = costs.reduce((sum, cost) => sum + cost.bytes, 0);
    const full = objects + atomObjects > system.batchObjects || bytes + atomBytes > system.batchBytes;
    if (full && current.length > 0) {
      batches.push(current);
      [current, objects, bytes] = [[], 0, 0];
    }
    current.push(atom);
    objects += atomObjects;
    bytes += atomBytes;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}
