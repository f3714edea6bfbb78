/**
 * What a document declares to run, ready to be made. Making one costs nothing outside, it does not start it; and never throws: what
 * cannot be made as it is declared is made as one that is unavailable, and says why.
 */
import type { System } from '../apply/ports.ts';
import type { SourceName, SystemName } from '../model/identity.ts';
import type { Probe, Source } from '../observe/ports.ts';

export type Systems = ReadonlyMap<SystemName, System>;

interface Declared<Name, Unit, Needs extends readonly unknown[]> {
  readonly name: Name;
  /** Of everything that is declared of it, secrets aside. */
  readonly shape: string;
  /** Of its secrets, and shows none; undefined: one cannot be read now. */
  readonly secrets: string | undefined;
  create(...needs: Needs): Unit;
}

export type DeclaredSystem = Declared<SystemName, System, []>;
/** A fabric's learned endpoints are read on the connection of its system. */
export type DeclaredSource = Declared<SourceName, Source & Probe, [systems: Systems]>;

export interface Declaration {
  readonly systems: readonly DeclaredSystem[];
  /** Clusters, and fabrics whose learned endpoints are followed. */
  readonly sources: readonly DeclaredSource[];
}
