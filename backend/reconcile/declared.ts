/**
 * What a document declares to run, ready to be made. Making one costs nothing outside: it does not start it.
 */
import type { System } from '../apply/ports.ts';
import type { SourceName, SystemName } from '../model/identity.ts';
import type { Probe, Source } from '../observe/ports.ts';

export type Systems = ReadonlyMap<SystemName, System>;

interface Declared<Name, Unit, Needs extends readonly unknown[]> {
  readonly name: Name;
  /** The same as before: what runs under the name may go on. It covers secrets, and shows none. */
  readonly fingerprint: string;
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
