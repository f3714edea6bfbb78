/** What the API shows of a configuration, whoever keeps it. */
import type {
  Collection,
  ConfigurationModel,
  EntryModel,
  FaultModel,
} from '../../api/contract/configuration.ts';
import { ProblemError, problemTable, type Problem } from '../../model/problems.ts';
import { described, entryNamed, tagOf, type Change, type Changes, type Written } from './written.ts';

/** A document with what is known of its last change. */
export interface Revision extends Change {
  readonly revision: number;
  readonly document: Written;
  readonly changed: Changes;
}

export interface Condition {
  readonly readOnly: string | null;
  readonly problem: Problem | undefined;
  readonly faults: readonly FaultModel[];
}

export function configurationModel(
  { revision, document, by, at }: Revision,
  { readOnly, problem, faults }: Condition,
): ConfigurationModel {
  return {
    revision,
    tag: tagOf(document),
    at,
    by,
    readOnly,
    problem: problem === undefined ? null : problemModel(problem),
    faults,
    document,
  };
}

function problemModel({ code, detail }: Problem): NonNullable<ConfigurationModel['problem']> {
  const { title, next } = problemTable[code];
  return { code, title, detail, next };
}

/** Throws `request.not-found`. `notTaken`: why the document is not in force. */
export function entryModel(
  state: Revision,
  { collection, name }: { readonly collection: Collection; readonly name: string },
  notTaken: Problem | undefined,
): EntryModel {
  const entry = entryNamed(state.document, collection, name);
  if (entry === undefined) throw new ProblemError('request.not-found', described(collection, name));
  const change = lastChange(state, `${collection}/${name}`);
  return { name, entry, ...change, tag: tagOf(entry), problem: notInForce(notTaken) };
}

export function settingsModel(state: Revision, notTaken: Problem | undefined): EntryModel {
  const { settings } = state.document;
  const change = lastChange(state, 'settings');
  return {
    name: 'settings',
    entry: settings,
    ...change,
    tag: tagOf(settings),
    problem: notInForce(notTaken),
  };
}

function notInForce(problem: Problem | undefined): EntryModel['problem'] {
  if (problem === undefined) return null;
  return problemModel({ ...problem, detail: `saved, and not in force yet: ${problem.detail}` });
}

function lastChange(state: Revision, key: string): Pick<EntryModel, 'revision' | 'by' | 'at'> {
  const { by, at } = state.changed[key] ?? state;
  return { revision: state.revision, by, at };
}
