/** A data directory with a configuration in it, and what tests put there. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collection, EntryModel, WrittenEntry } from '../../../api/contract/configuration.ts';
import type { Edit } from '../../../api/ports.ts';
import type { Fault } from '../../../model/fault.ts';
import { manualClock, type ManualClock } from '../../../model/clock.ts';
import type { Document, FabricDeclaration } from '../../../model/mapping.ts';
import type { Person } from '../../../model/person.ts';
import { problemOf, type Problem } from '../../../model/problems.ts';
import { describeFault } from '../../document/fault.ts';
import type { LiveConfiguration } from '../live-configuration.ts';
import { openConfiguration } from '../stored-configuration.ts';

export const alice: Person = { name: 'alice', role: 'admin', via: 'local' };
export const bob: Person = { name: 'bob (dc1)', role: 'admin', via: 'apic' };

export const cluster = (name: string, token: unknown = 'env:TOKEN'): WrittenEntry => ({
  name,
  server: 'https://127.0.0.1:6443',
  credentials: { token },
  ranges: { pods: ['10.244.0.0/16'] },
});
export const fabric = (name: string, password: unknown = 'env:PASSWORD'): WrittenEntry => ({
  name,
  controllers: ['https://127.0.0.1:8443'],
  credentials: { username: 'admin', password },
});
export const mapping = (name: string, eepg = name, clusterName = 'prod-a'): WrittenEntry => ({
  name,
  from: { kind: 'workload', clusters: [clusterName] },
  to: { externalEpg: { tenant: 'k8s', l3out: 'calico', name: eepg } },
});

export interface Scene {
  readonly folder: string;
  readonly clock: ManualClock;
  /** Every line that was logged. */
  readonly logged: string[];
  readonly configuration: LiveConfiguration;
  /** As after a restart; the one before is closed. */
  reopened(): Promise<Scene>;
}

export async function openScene(
  folder = mkdtempSync(join(tmpdir(), 'configuration-')),
  clock = manualClock(Date.UTC(2026, 0, 2)),
): Promise<Scene> {
  const logged: string[] = [];
  const configuration = await openConfiguration({ folder, clock, log: logInto(logged) });
  return {
    folder,
    clock,
    logged,
    configuration,
    async reopened() {
      await configuration.close();
      return openScene(folder, clock);
    },
  };
}

export function logInto(
  lines: string[],
): Record<'info' | 'warn' | 'error', (fields: object, message: string) => void> {
  const note = (fields: object, message: string): void => {
    lines.push(JSON.stringify({ ...fields, message }));
  };
  return { info: note, warn: note, error: note };
}

/** With a cluster, a fabric and a mapping between them. */
export async function openFilledScene(): Promise<Scene> {
  const scene = await openScene();
  await add(scene, 'clusters', cluster('prod-a'));
  await add(scene, 'fabrics', fabric('dc1'));
  await add(scene, 'mappings', mapping('shop'));
  return scene;
}

export function add(
  { configuration }: Scene,
  collection: Collection,
  entry: Record<string, unknown>,
): Promise<EntryModel> {
  const name = String(entry['name']);
  return configuration.put(collection, entry, { name, condition: { absent: true }, by: alice });
}

/** By whoever has just read it. */
export function save(
  { configuration }: Scene,
  collection: Collection,
  entry: Record<string, unknown>,
  name = String(entry['name']),
): Promise<EntryModel> {
  const { tag } = configuration.entry(collection, name);
  return configuration.put(collection, entry, { name, condition: { tag }, by: alice });
}

export function onWhole({ configuration }: Scene, by = alice): Edit {
  return { condition: { tag: configuration.current().tag }, by };
}

export async function problemFrom(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown,
  );
  return problemOf(error);
}

export async function faultsFrom(promise: Promise<unknown>): Promise<string[]> {
  const { code, faults = [] } = await problemFrom(promise);
  assert.equal(code, 'config.invalid');
  return faultLines(faults);
}

export function faultLines(faults: readonly Fault[]): string[] {
  return faults.map(describeFault);
}

/** The text of every file there, one after another. */
export function everything(folder: string, leavingOut: RegExp = /^$/): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && !leavingOut.test(each.name))
    .map((each) => readFileSync(join(each.parentPath, each.name), 'utf8'))
    .join('\n');
}

/** The reference that stands for it; empty where there is none. */
export function passwordOf(fabric: FabricDeclaration | undefined): string {
  return fabric !== undefined && 'credentials' in fabric ? fabric.credentials.password : '';
}

export function passwordIn({ fabrics: [first] }: Document): string {
  return passwordOf(first);
}
