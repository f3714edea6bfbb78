/**
 * What is taken down of what happened: reports and acts as flat rows, which is all that travels to the thread that writes.
 * A row says in words what was done, as it will be read years later, when neither mapping nor pod is there any more.
 */
import { problemTable, type Problem } from '../../model/problems.ts';
import type { Act } from '../../model/person.ts';
import { keyText } from '../../model/identity.ts';
import type { ChangeOutcome } from '../../model/outcome.ts';
import { explanationTexts, kindTexts, stepText } from '../../model/plan-texts.ts';
import type { Change } from '../../model/plan.ts';
import type { RunReport } from '../../model/run-report.ts';
import type { ExposedAddress } from '../../model/target-object.ts';

/** A line of the timeline; absent values are `null`, as the table has them. */
export interface Row {
  readonly at: number;
  readonly kind: 'change' | 'run' | 'act';
  readonly system: string | null;
  readonly mapping: string | null;
  readonly key: string | null;
  readonly person: string | null;
  readonly address: string | null;
  readonly item: string | null;
  readonly what: string;
  readonly why: string;
  readonly result: string;
  readonly detail: string;
  /** What an accepted change means for who holds the address. */
  readonly holds?: 'begins' | 'goes on' | 'ends' | 'object ends';
}

/** Who else an address comes from is left out of a line beyond so many. */
const originsNamed = 3;

export function rowOfChange({ change, outcome }: ChangeOutcome, at: number): Row {
  const { name, address } = itemOf(change);
  const holds = outcome.result === 'accepted' ? holdingOf(change) : undefined;
  return {
    at,
    kind: 'change',
    system: change.key.system,
    mapping: change.mapping,
    key: keyText(change.key),
    person: null,
    address: address ?? null,
    item: name ?? null,
    what: whatOf(change),
    why: whyOf(change),
    result: outcome.result,
    detail: outcome.result === 'accepted' ? '' : textOf(outcome.problem),
    ...(holds !== undefined && { holds }),
  };
}

export function rowOfRun(report: RunReport): Row {
  const { run, system, outcomes, requests, startedAt, finishedAt } = report;
  const counts = (['accepted', 'refused', 'unknown'] as const)
    .map((result) => ({ result, count: outcomes.filter(({ outcome }) => outcome.result === result).length }))
    .filter(({ count }) => count > 0)
    .map(({ result, count }) => `${count} ${result}`);
  const took = `${Math.round(finishedAt - startedAt)} ms`;
  const done = [...counts, `${requests} request${requests === 1 ? '' : 's'}`, took].join(', ');
  return {
    ...nothing,
    at: Math.floor(finishedAt),
    kind: 'run',
    system,
    what: `round ${run}`,
    result: report.problem?.code ?? 'done',
    detail: report.problem === undefined ? done : `${done}. ${textOf(report.problem)}`,
  };
}

export function rowOfAct({ at, person, via, from, verb, object, result, detail }: Act): Row {
  const where = from === '' ? via : `${via}, ${from}`;
  return {
    ...nothing,
    at: Math.floor(at),
    kind: 'act',
    person,
    what: object === '' ? verb : `${verb} ${object}`,
    why: where,
    result,
    detail,
  };
}

/** Says in the timeline itself that it is not whole there. */
export function rowOfGap(lost: number, at: number): Row {
  return {
    ...nothing,
    at: Math.floor(at),
    kind: 'run',
    what: `${lost} lines are missing here`,
    result: 'store.unwritable',
    detail: 'They could not be written, and more had happened than is kept in memory.',
  };
}

const nothing = { system: null, mapping: null, key: null, person: null, address: null, item: null, why: '' };

/** An origin as holders name it: `pod prod-a/shop/web-1`. */
export function originOf(reasons: readonly ExposedAddress[]): string {
  const origins = new Set(
    reasons.map(({ cluster, origin }) => `${origin.kind.toLowerCase()} ${cluster}/${origin.path}`),
  );
  const named = [...origins].slice(0, originsNamed).join(', ');
  return origins.size > originsNamed ? `${named} and ${origins.size - originsNamed} more` : named;
}

function textOf({ code, detail }: Problem): string {
  return `${problemTable[code].title}: ${detail} [${code}]`;
}

function itemOf(change: Change): { name?: string; address?: string | undefined } {
  switch (change.type) {
    case 'addItem':
    case 'updateItem':
      return { name: change.item.name, address: change.item.address };
    case 'removeItem':
      return { name: change.itemName, address: change.address };
    case 'createObject':
    case 'updateObject':
    case 'deleteObject':
      return {};
  }
}

function whatOf(change: Change): string {
  const object = `${kindTexts[change.key.kind]} ${change.key.name}`;
  const step = stepText(change, undefined);
  switch (change.type) {
    case 'createObject':
      return `create ${object}`;
    case 'updateObject':
      return `${step} on ${object}`;
    case 'deleteObject':
      return `delete ${object}`;
    case 'addItem':
      return `add ${change.item.kind} ${change.item.name}`;
    case 'updateItem':
      return `${step}${step.startsWith('set') ? ' on' : ''} ${change.item.kind} ${change.item.name}`;
    case 'removeItem':
      return `remove ${change.itemKind} ${change.itemName}${step === '' ? '' : `, ${step}`}`;
  }
}

function whyOf(change: Change): string {
  switch (change.type) {
    case 'addItem':
      return originOf(change.item.reasons);
    case 'updateItem':
      return change.explanation === undefined
        ? originOf(change.item.reasons)
        : explanationTexts[change.explanation];
    case 'removeItem':
      return explanationTexts[change.explanation];
    case 'createObject':
    case 'updateObject':
    case 'deleteObject':
      return '';
  }
}

function holdingOf(change: Change): Row['holds'] {
  switch (change.type) {
    case 'addItem':
      return change.item.address === undefined ? undefined : 'begins';
    case 'updateItem':
      return change.item.address === undefined ? undefined : 'goes on';
    case 'removeItem':
      return change.address === undefined ? undefined : 'ends';
    case 'deleteObject':
      return 'object ends';
    case 'createObject':
    case 'updateObject':
      return undefined;
  }
}
