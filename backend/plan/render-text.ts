/**
 * A plan as text for a terminal: by mapping, by key, what is due and what is held, with the reason and the next step once
 * per reason. Many changes of one kind are counted, not listed.
 */
import { holdTexts } from '../model/hold-texts.ts';
import { keyText, parseKeyText } from '../model/identity.ts';
import type { MappingName, TargetKey } from '../model/identity.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Change, Finding, HoldReason, MappingPlan, Plan } from '../model/plan.ts';
import { explanationTexts, kindTexts, stepText } from '../model/plan-texts.ts';
import { describeProblem } from '../model/problems.ts';

export interface RenderOptions {
  /** Changes listed per key and verdict; the rest is counted. Default 10. */
  readonly limit?: number;
  /** The document's: what is drained is told by their rules. */
  readonly mappings?: readonly Mapping[];
}

type Rendering = Required<RenderOptions>;

/** Ends with a line that sums it up, and without a line break. */
export function renderPlan(plan: Plan, { limit = 10, mappings = [] }: RenderOptions = {}): string {
  const byMapping = Map.groupBy(plan.changes, ({ mapping }) => mapping);
  const how = { limit, mappings };
  return [
    ...plan.mappings.flatMap((mapping) => mappingLines(mapping, byMapping.get(mapping.mapping) ?? [], how)),
    ...noteLines(plan),
    summarise(plan),
  ].join('\n');
}

/** `12 changes are due, 3 are held (guard 3); 2 keys unknown`. */
export function summarise({ changes, unknown }: Plan): string {
  const held = heldReasons(changes);
  const due = changes.length - [...held.values()].reduce((sum, count) => sum + count, 0);
  const reasons = [...held].map(([reason, count]) => `${reason} ${count}`).join(', ');
  if (changes.length === 0 && unknown.size === 0) return 'Nothing to do.';
  return [
    due === 1 ? '1 change is due' : `${due} changes are due`,
    held.size === 0 ? '' : `, ${changes.length - due} held (${reasons})`,
    unknown.size === 0 ? '' : `; ${unknown.size} keys unknown`,
  ].join('');
}

function heldReasons(changes: readonly Change[]): Map<HoldReason, number> {
  const held = new Map<HoldReason, number>();
  for (const { verdict } of changes)
    if (!verdict.apply) held.set(verdict.hold, (held.get(verdict.hold) ?? 0) + 1);
  return held;
}

function mappingLines(mapping: MappingPlan, changes: readonly Change[], how: Rendering): string[] {
  const { mode, firstContact, wanted, present, fingerprint } = mapping;
  const title = `mapping ${mapping.mapping} (${firstContact ? 'first contact' : mode}): ${wanted} addresses wanted, ${present} present`;
  const keys = Map.groupBy(changes, ({ key }) => keyText(key));
  return [
    title,
    ...[...keys].flatMap(([key, ofKey]) => [`  ${named(parseKeyText(key))}`, ...keyLines(ofKey, how)]),
    ...[...heldReasons(changes).keys()].map((reason) => `  held, ${reason}: ${next(reason)}`),
    ...(fingerprint === undefined ? [] : [approvalLine(mapping.mapping, fingerprint)]),
    '',
  ];
}

function named({ kind, name }: TargetKey): string {
  return `${kindTexts[kind]} ${name}`;
}

function next(reason: HoldReason): string {
  const { title, next: step } = holdTexts[reason];
  return `${title}. ${step}`;
}

function approvalLine(mapping: MappingName, fingerprint: string): string {
  return `  waits for a person: approve ${mapping} ${fingerprint}`;
}

function keyLines(changes: readonly Change[], { limit, mappings }: Rendering): string[] {
  const [first] = changes;
  const mapping = mappings.find(({ name }) => name === first?.mapping);
  const byVerdict = Map.groupBy(changes, ({ type, verdict }) =>
    verdict.apply ? type : `${type} ${verdict.hold}`,
  );
  return [...byVerdict.values()].flatMap((alike) => {
    const listed = alike.slice(0, limit).map((change) => `    ${changeLine(change, mapping)}`);
    const more = alike.length - listed.length;
    return more === 0 ? listed : [...listed, `    ${sign(alike)} and ${more} more alike`];
  });
}

const signs: Readonly<Record<Change['type'], string>> = {
  createObject: '+',
  addItem: '+',
  updateObject: '~',
  updateItem: '~',
  deleteObject: '-',
  removeItem: '-',
};

function sign([change]: readonly Change[]): string {
  return change === undefined ? '' : signs[change.type];
}

function changeLine(change: Change, mapping: Mapping | undefined): string {
  const { verdict } = change;
  const held = verdict.apply ? '' : `   [${verdict.hold}: ${verdict.detail}]`;
  return `${signs[change.type]} ${what(change, stepText(change, mapping))}${held}`;
}

function what(change: Change, step: string): string {
  switch (change.type) {
    case 'createObject':
      return 'create it';
    case 'deleteObject':
      return 'delete it';
    case 'updateObject':
      return step;
    case 'addItem':
      return `${change.item.kind} ${change.item.name}${origin(change)}`;
    case 'updateItem':
      return `${change.item.kind} ${change.item.name}  ${step}`;
    case 'removeItem':
      return `${change.itemKind} ${change.itemName}  (${[explanationTexts[change.explanation], step].filter(Boolean).join(', ')})`;
  }
}

function origin({ item }: Extract<Change, { type: 'addItem' }>): string {
  const [reason] = item.reasons;
  if (reason === undefined) return '';
  const more = item.reasons.length > 1 ? ` and ${item.reasons.length - 1} more` : '';
  return `   ${reason.cluster} ${reason.origin.kind} ${reason.origin.path}${more}`;
}

function noteLines({ findings, unknown }: Plan): string[] {
  const notes = [
    ...[...unknown].map(([text, problem]) => `  ${named(parseKeyText(text))}: ${describeProblem(problem)}`),
    ...findings.map(findingLine),
  ];
  return notes.length === 0 ? [] : ['notes', ...new Set(notes), ''];
}

function findingLine({ key, mapping, problem }: Finding): string {
  const whole = mapping === undefined ? key.system : `mapping ${mapping}`;
  return `  ${key.name === '' ? whole : named(key)}: ${describeProblem(problem)}`;
}
