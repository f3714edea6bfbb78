/**
 * What one key's difference is made of.
 */
import type { KeyText, MappingName, TargetKey } from '../model/identity.ts';
import type { Change, Finding } from '../model/plan.ts';
import type { ActualObject, DesiredObject } from '../model/target-object.ts';
import type { MappingIndex } from './ownership.ts';

/** What holds for every change of a key. */
export type Ground = 'free' | 'foreign' | 'missing' | 'orphan';

type Without<Type, Key extends PropertyKey> = Type extends unknown ? Omit<Type, Key> : never;

/** A change before anything was judged. */
export type Draft = Without<Change, 'verdict' | 'atom' | 'dependsOn' | 'explanation' | 'cut'>;

export interface DraftEntry {
  readonly draft: Draft;
  /** It touches what belongs to a mapping that is gone: a person decides. */
  readonly orphan: boolean;
}

export interface KeyDiff {
  readonly key: TargetKey;
  readonly text: KeyText;
  readonly desired: DesiredObject | undefined;
  readonly actual: ActualObject;
  readonly ground: Ground;
  readonly entries: readonly DraftEntry[];
  readonly findings: readonly Finding[];
  /** Addresses wanted here. */
  readonly wanted: number;
  /** Addresses present here and ours, by the mapping that answers for them. */
  readonly present: ReadonlyMap<MappingName, number>;
}

/** What the small steps of one key's difference share. */
export interface Sides {
  readonly key: TargetKey;
  readonly desired: DesiredObject | undefined;
  readonly actual: ActualObject;
  readonly index: MappingIndex;
  readonly wanted: number;
  /** No address is wanted, and the object shall not stay without: what it refers to goes with it. */
  readonly retiring: boolean;
  readonly present: ReadonlyMap<MappingName, number>;
}
