/** The words and shapes in which the page says how things stand. */
import type {
  Freshness,
  HoldReason,
  Mode,
  PlanChange,
  StatusSummary,
  TargetRow,
  TargetState,
} from '../../backend/api/contract/models.ts';
import type { Contact } from '../live/feed.ts';

/** Colour never stands alone: each tone has its own shape. */
export type Tone = 'good' | 'active' | 'held' | 'bad' | 'unknown' | 'quiet';

export interface Wording {
  readonly tone: Tone;
  readonly text: string;
}

export const targetStates: Readonly<Record<TargetState, Wording>> = {
  inStep: { tone: 'good', text: 'In step' },
  due: { tone: 'active', text: 'Due' },
  held: { tone: 'held', text: 'Held' },
  problem: { tone: 'bad', text: 'Problem' },
  unknown: { tone: 'unknown', text: 'Unknown' },
  empty: { tone: 'quiet', text: 'Empty' },
};

/** What needs a person comes first. */
export const stateOrder: readonly TargetState[] = ['problem', 'unknown', 'held', 'due', 'empty', 'inStep'];

export const freshnessWords: Readonly<Record<Freshness, Wording>> = {
  synced: { tone: 'good', text: 'Synced' },
  stale: { tone: 'held', text: 'Stale' },
  unknown: { tone: 'unknown', text: 'Unknown' },
};

export const contactWords: Readonly<Record<Contact, Wording>> = {
  connecting: { tone: 'unknown', text: 'Connecting' },
  live: { tone: 'good', text: 'Live' },
  polling: { tone: 'active', text: 'Polling' },
  lost: { tone: 'bad', text: 'No contact' },
};

export const productModes: Readonly<Record<StatusSummary['mode'], Wording & { readonly hint: string }>> = {
  writing: { tone: 'good', text: 'Writing', hint: 'Changes that nothing holds are written to the fabric.' },
  report: { tone: 'quiet', text: 'Report only', hint: 'Every mapping only reports; nothing is written.' },
  paused: { tone: 'held', text: 'Paused', hint: 'Writing is paused for everything.' },
};

export const modeWords: Readonly<Record<Mode, Wording>> = {
  report: { tone: 'quiet', text: 'report' },
  'add-only': { tone: 'active', text: 'add-only' },
  full: { tone: 'good', text: 'full' },
};

export const holdWords: Readonly<Record<HoldReason, string>> = {
  'report-mode': 'only reports',
  'first-contact': 'first contact',
  paused: 'paused',
  'add-only': 'add-only',
  'source-not-synced': 'source not synced',
  guard: 'guard',
  'last-item': 'would empty it',
  conflict: 'conflict',
  isolated: 'isolated',
  foreign: 'not ours',
  fighting: 'fought over',
  'not-empty-long-enough': 'waits while empty',
  'back-off': 'retries later',
  orphan: 'orphan',
  missing: 'missing',
};

export const changeSigns: Readonly<
  Record<PlanChange['type'], { readonly sign: string; readonly text: string }>
> = {
  createObject: { sign: '+', text: 'create' },
  updateObject: { sign: '~', text: 'change' },
  deleteObject: { sign: '−', text: 'delete' },
  addItem: { sign: '+', text: 'add' },
  updateItem: { sign: '~', text: 'change' },
  removeItem: { sign: '−', text: 'remove' },
};

/** How a removal is explained. */
export const explanationWords: Readonly<Record<string, string>> = {
  deleted: 'seen deleted',
  'no-longer-qualifies': 'no longer selected',
  'replicas-lowered': 'scaled down',
  'namespace-terminating': 'namespace ends',
  'owner-gone': 'its workload is gone',
  'mapping-edited': 'mapping edited',
  moved: 'moves elsewhere',
  unexplained: 'unexplained',
};

/** An external EPG's name, in the fabric's parts. */
export function nameParts(name: string): { tenant: string; l3out: string; eepg: string } {
  const [tenant = '', l3out = '', ...rest] = name.split('/');
  return { tenant, l3out, eepg: rest.join('/') };
}

export function heldText(held: TargetRow['held']): string {
  return held.map(({ reason, count }) => `${count} ${holdWords[reason]}`).join(', ');
}
