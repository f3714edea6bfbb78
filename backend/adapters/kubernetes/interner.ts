/**
 * Shares equal texts and equal label sets among records: most pods of a workload differ in very little.
 */
import type { Labels, NamedPort, ObjectRef } from '../../model/cluster-records.ts';
import type { ObjectPath } from '../../model/identity.ts';

export interface Interner {
  text(value: string): string;
  labels(pairs: readonly (readonly [string, string])[]): Labels;
  ref(kind: string, path: ObjectPath, uid: string): ObjectRef;
  ports(ports: readonly NamedPort[]): readonly NamedPort[];
}

const noPorts: readonly NamedPort[] = Object.freeze([]);

const noLabels: Labels = Object.freeze({});

/** Forgets everything after `most` entries, so that names of pods long gone do not pile up; only sharing is lost. */
export function createInterner(most = 50_000): Interner {
  const texts = new Map<string, string>();
  const sets = new Map<string, Labels>();
  const refs = new Map<string, ObjectRef>();
  const portLists = new Map<string, readonly NamedPort[]>();
  const text = (value: string): string => {
    const known = texts.get(value);
    if (known !== undefined) return known;
    if (texts.size >= most) texts.clear();
    texts.set(value, value);
    return value;
  };
  return {
    text,
    ref: (kind, path, uid) => {
      const known = refs.get(uid);
      if (known?.path === path && known.kind === kind) return known;
      if (refs.size >= most) refs.clear();
      const made = Object.freeze({ kind: text(kind), path, uid });
      refs.set(uid, made);
      return made;
    },
    ports: (ports) => {
      if (ports.length === 0) return noPorts;
      const key = JSON.stringify(ports);
      const known = portLists.get(key);
      if (known !== undefined) return known;
      if (portLists.size >= most) portLists.clear();
      const made = Object.freeze(ports.map((port) => Object.freeze({ ...port })));
      portLists.set(key, made);
      return made;
    },
    labels: (pairs) => {
      if (pairs.length === 0) return noLabels;
      const key = JSON.stringify(pairs);
      const known = sets.get(key);
      if (known !== undefined) return known;
      if (sets.size >= most) sets.clear();
      // fromEntries defines own properties, so that a label called __proto__ is a label.
      const made = Object.freeze(Object.fromEntries(pairs.map(([name, value]) => [text(name), text(value)])));
      sets.set(key, made);
      return made;
    },
  };
}
