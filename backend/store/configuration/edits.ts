/**
 * What an edit makes of a document, before anything of it is stored. Each looks at the present state only, and throws what the port
 * says.
 */
import type { Collection, ImportPreview } from '../../api/contract/configuration.ts';
import type { Edit } from '../../api/ports.ts';
import type { Fault } from '../../model/fault.ts';
import { readYaml } from '../document/read-yaml.ts';
import { check, faultsOfPart, nameFaults, refuse, type Checked } from './check.ts';
import { checkCondition, type Standing } from './conditions.ts';
import { difference } from './difference.ts';
import { entryChanges } from './entry-changes.ts';
import { expectedInstead, withSecretsBack, withSecretsKept } from './kept-secrets.ts';
import type { Revision } from './models.ts';
import {
  described,
  entryNamed,
  holdsNothing,
  isRecord,
  tagOf,
  withLists,
  type Change,
  type Written,
} from './written.ts';
import { storedReferences, type StoredReference } from './written-secrets.ts';

/** What is there when an edit is made. */
export interface Present {
  readonly state: Revision;
  /** Ids of the secrets that are stored. */
  readonly stored: ReadonlySet<string>;
  /** Who removed or renamed what is called `mapping shop`; undefined: nobody is remembered. */
  readonly removed: (what: string) => Change | undefined;
}

export interface Edited extends Checked {
  /** For the versions: `save mapping shop`. */
  readonly summary: string;
}

function standing({ state, removed }: Present, collection: Collection, name: string): Standing {
  const what = described(collection, name);
  const entry = entryNamed(state.document, collection, name);
  const change = entry === undefined ? removed(what) : (state.changed[`${collection}/${name}`] ?? state);
  return { what, tag: entry === undefined ? undefined : tagOf(entry), change };
}

export interface NamedEdit extends Edit {
  readonly name: string;
}

/** Adds an entry, or replaces or renames the one called `edit.name`. */
export function putEntry(present: Present, collection: Collection, entry: unknown, edit: NamedEdit): Edited {
  const { document } = present.state;
  const stands = standing(present, collection, edit.name);
  checkCondition(edit.condition, stands);
  const list = document[collection];
  const found = list.findIndex(({ name }) => name === edit.name);
  const index = found === -1 ? list.length : found;
  const entries: unknown[] = [...list];
  entries[index] = entry;
  const name = isRecord(entry) ? entry['name'] : undefined;
  const ofName = [
    ...nameFaults(document, { collection, name, before: found === -1 ? '' : edit.name }),
    ...(found === -1 ? otherNameFaults(name, edit.name) : []),
  ];
  if (ofName.length > 0) refuse(ofName);
  const next = { ...document, [collection]: entries };
  const checked = checkPart(next, `${collection}[${index}]`, (reference) =>
    expectedInstead(reference, list[found]),
  );
  return {
    ...checked,
    summary: putSummary(collection, edit.name, { isNew: found === -1, name: String(name) }),
  };
}

function otherNameFaults(name: unknown, expected: string): Fault[] {
  if (typeof name !== 'string' || name === expected) return [];
  return [{ path: 'name', found: name, expected: `${expected}, as it is called where it is sent to` }];
}

function putSummary(
  collection: Collection,
  before: string,
  { isNew, name }: { readonly isNew: boolean; readonly name: string },
): string {
  if (isNew) return `add ${described(collection, name)}`;
  if (name === before) return `save ${described(collection, name)}`;
  return `rename ${described(collection, before)} to ${name}`;
}

const anything = (): undefined => undefined;

/** What stands in other parts stood there before, and may go on so, whether or not it is stored. */
function checkPart(
  whole: unknown,
  part: string,
  expected: (reference: StoredReference) => string | undefined,
): Checked {
  const result = check(whole, (reference) =>
    reference.path.startsWith(`${part}.`) ? expected(reference) : undefined,
  );
  return 'faults' in result ? refuse(faultsOfPart(result.faults, part, whole)) : result;
}

export function removeEntry(present: Present, collection: Collection, edit: NamedEdit): Edited {
  const { document } = present.state;
  const stands = standing(present, collection, edit.name);
  const isAbsent = edit.condition !== undefined && 'absent' in edit.condition;
  checkCondition(isAbsent ? undefined : edit.condition, stands);
  const next = { ...document, [collection]: document[collection].filter(({ name }) => name !== edit.name) };
  return { ...checkPart(next, 'nothing', anything), summary: `remove ${stands.what}` };
}

export function putSettings({ state }: Present, settings: unknown, { condition }: Edit): Edited {
  const { document, changed } = state;
  const change = changed['settings'] ?? state;
  checkCondition(condition, { what: 'settings', tag: tagOf(document.settings), change });
  const checked = checkPart({ ...document, settings }, 'settings', anything);
  return { ...checked, summary: 'save settings' };
}

/** What a text would make of the configuration, or its faults. */
export function readImport(
  { state: { document: present }, stored }: Present,
  text: string,
): Checked | { readonly faults: readonly Fault[] } {
  const yaml = readYaml(text);
  if ('faults' in yaml) return yaml;
  if (!isRecord(yaml.value)) return check(yaml.value, anything);
  const { instance = present.instance } = yaml.value;
  const foreign = instance !== present.instance && !holdsNothing(present);
  const whole = withLists({ ...yaml.value, instance });
  const result = check(withSecretsKept(whole, { present, isStored: (id) => stored.has(id) }), anything);
  const faults = [
    ...(foreign ? [instanceFault(instance, present.instance)] : []),
    ...('faults' in result ? result.faults : []),
  ];
  return faults.length > 0 || 'faults' in result ? { faults } : result;
}

/** Marks carry the instance: with another, everything written so far would be another's. */
function instanceFault(found: unknown, present: string): Fault {
  return {
    path: 'instance',
    found: typeof found === 'string' ? found : 'no text',
    expected: `${present}, or no instance: this installation's stays`,
  };
}

export function replaceAll(present: Present, text: string, { condition }: Edit): Edited {
  checkWhole(present, condition);
  const result = readImport(present, text);
  return 'faults' in result ? refuse(result.faults) : { ...result, summary: 'import' };
}

export function restoreVersion(
  present: Present,
  { revision, document }: { readonly revision: number; readonly document: Written },
  { condition }: Edit,
): Edited {
  checkWhole(present, condition);
  const { state, stored } = present;
  const around = { present: state.document, isStored: (id: string) => stored.has(id) };
  const whole = withSecretsBack({ ...document, instance: state.document.instance }, around);
  const result = check(whole, anything);
  return 'faults' in result ? refuse(result.faults) : { ...result, summary: `restore revision ${revision}` };
}

function checkWhole({ state }: Present, condition: Edit['condition']): void {
  const isNew = state.revision === 0 && condition !== undefined && 'absent' in condition;
  if (isNew) return;
  checkCondition(condition, { what: 'the configuration', tag: tagOf(state.document), change: state });
}

export function previewOf(present: Present, text: string): ImportPreview {
  const result = readImport(present, text);
  if ('faults' in result)
    return { faults: result.faults, difference: [], entries: [], secrets: [], modes: [] };
  const { written, document, entered } = result;
  return {
    faults: [],
    difference: difference(present.state.document, written),
    entries: entryChanges(present.state.document, written),
    secrets: storedReferences(written)
      .filter(({ id }) => !entered.has(id) && !present.stored.has(id))
      .map(({ namedPath }) => namedPath),
    modes: document.mappings.map(({ name, mode }) => ({ mapping: name, mode })),
  };
}
