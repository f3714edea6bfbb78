/** How two documents differ, entry by entry. */
import type { Collection, EntryChange, WrittenEntry } from '../../api/contract/configuration.ts';
import { collections, isSame } from './written.ts';

type Lists = Readonly<Record<Collection, readonly WrittenEntry[]>>;

/** What of the document is there for the first time, otherwise than before, or no more. */
export function entryChanges(before: Lists, after: Lists): EntryChange[] {
  return collections.flatMap((collection) => {
    const was = new Map(before[collection].map((entry) => [entry.name, entry]));
    const now = new Set(after[collection].map(({ name }) => name));
    const there = after[collection].flatMap((entry): EntryChange[] => {
      const stood = was.get(entry.name);
      if (stood !== undefined && isSame(stood, entry)) return [];
      const change = stood === undefined ? 'added' : 'changed';
      return [{ collection, name: entry.name, change, entry: collection === 'mappings' ? entry : null }];
    });
    const gone = before[collection]
      .filter(({ name }) => !now.has(name))
      .map(({ name }): EntryChange => ({ collection, name, change: 'removed', entry: null }));
    return [...there, ...gone];
  });
}
