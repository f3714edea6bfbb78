/**
 * The document as it was written: plain values, nothing filled in but the lists themselves. What holds it, and what is said of it.
 */
import type { z } from 'zod';
import type { configurationSchema, Collection, WrittenEntry } from '../../api/contract/configuration.ts';
import { digest } from '../../model/digest.ts';

export type Written = z.infer<typeof configurationSchema.shape.document>;

/** Who changed something last, and when. */
export interface Change {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** By `mappings/shop`; `settings`. */
export type Changes = Readonly<Record<string, Change>>;

export const collections = ['clusters', 'fabrics', 'loadBalancers', 'mappings'] as const;

export function emptyDocument(instance: string): Written {
  return {
    version: 1,
    instance,
    clusters: [],
    fabrics: [],
    loadBalancers: [],
    mappings: [],
    settings: {},
  };
}

/** What stands in a document that says nothing of a list, so that every list is there. What is not an object stays what it is. */
export function withLists(input: unknown): unknown {
  if (!isRecord(input)) return input;
  const { version, instance, ...rest } = input;
  const { clusters = [], fabrics = [], loadBalancers = [], mappings = [], settings = {}, ...unknown } = rest;
  return { version, instance, clusters, fabrics, loadBalancers, mappings, settings, ...unknown };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fabric that an app of the App Center declares by itself is nothing that somebody entered. */
export function holdsNothing(document: Written): boolean {
  return collections.every((collection) => document[collection].every((entry) => 'appCenter' in entry));
}

export function entryNamed(
  document: Written,
  collection: Collection,
  name: string,
): WrittenEntry | undefined {
  return document[collection].find((entry) => entry.name === name);
}

/** For If-Match: another tag, another text. */
export function tagOf(written: unknown): string {
  return digest(JSON.stringify(written), 16);
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Notes `change` at every entry that is not as it was, and forgets those that are gone. */
export function changesAfter(
  changes: Changes,
  { before, after, change }: { readonly before: Written; readonly after: Written; readonly change: Change },
): Changes {
  const noted = collections.flatMap((collection) =>
    after[collection].map((entry): [string, Change | undefined] => {
      const key = `${collection}/${entry.name}`;
      const was = entryNamed(before, collection, entry.name);
      return [key, isSame(entry, was) ? changes[key] : change];
    }),
  );
  const settings = isSame(before.settings, after.settings) ? changes['settings'] : change;
  return Object.fromEntries(
    [...noted, ['settings', settings] as const].filter(
      (row): row is [string, Change] => row[1] !== undefined,
    ),
  );
}

const words: Readonly<Record<Collection, string>> = {
  clusters: 'cluster',
  fabrics: 'fabric',
  loadBalancers: 'load balancer',
  mappings: 'mapping',
};

/** `mapping shop`. */
export function described(collection: Collection, name: string): string {
  return `${words[collection]} ${name}`;
}
