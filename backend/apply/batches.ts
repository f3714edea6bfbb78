/**
 * From the changes of a plan to the order and the bounds in which they are sent.
 *
 * Promises: changes of one atom stay together; an object is created before its items and deleted after them; what frees an
 * address goes before what takes one; otherwise the plan's own order is kept.
 */
import type { AtomId, Change } from '../model/plan.ts';
import type { System } from './ports.ts';

/** Changes that are sent together or not at all, in order. */
export type Atom = readonly Change[];

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
  const atoms = new Map<AtomId, Change[]>();
  for (const change of changes) {
    const atom = atoms.get(change.atom);
    if (atom === undefined) atoms.set(change.atom, [change]);
    else atom.push(change);
  }
  const ordered = [...atoms.values()].map((atom) => atom.sort((a, b) => rank[a.type] - rank[b.type]));
  return ordered.sort((a, b) => rankOf(a) - rankOf(b));
}

/** An atom that creates must precede the items of what it creates, so creation decides; else its first change does. */
function rankOf(atom: Atom): number {
  if (atom.some((change) => change.type === 'createObject')) return rank.createObject;
  return Math.min(...atom.map((change) => rank[change.type]));
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
    const costs = atom.map((change) => system.cost(change));
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
