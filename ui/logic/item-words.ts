/** How one item of a target object stands, in words. */
import type { ItemModel } from '../../backend/api/contract/models.ts';
import { formatSince } from './format.ts';
import { holdWords } from './words.ts';
import type { Wording } from './words.ts';

type Pending = NonNullable<ItemModel['pending']>;

/** Items that are given traffic, and so are in service or not. */
const carriesTraffic: ReadonlySet<string> = new Set(['member', 'destination']);

export function itemWording(item: ItemModel, now: number): Wording {
  if (!item.ours) return { tone: 'quiet', text: 'not ours, left alone' };
  if (item.pending !== null) return pendingWording(item, item.pending, now);
  if (isDraining(item)) return { tone: 'active', text: drainText(item, '', now) };
  if (item.present) return presentWording(item);
  return item.leaving ? { tone: 'quiet', text: 'not in service' } : { tone: 'active', text: 'wanted' };
}

export function isDraining({ present, leaving, attributes, drainingSince }: ItemModel): boolean {
  return present && (attributes['state'] === 'drain' || (leaving && drainingSince !== null));
}

function presentWording({ kind, wanted }: ItemModel): Wording {
  if (!wanted) return { tone: 'active', text: 'leaving' };
  return { tone: 'good', text: carriesTraffic.has(kind) ? 'in service' : 'present' };
}

function pendingWording(item: ItemModel, pending: Pending, now: number): Wording {
  const { hold, step, because, detail } = pending;
  if (hold === null) {
    const notes = [because, step].filter(Boolean).join(', ');
    return { tone: 'active', text: `${dueWords[pending.type]}${notes === '' ? '' : `: ${notes}`}` };
  }
  if (hold === 'draining') return { tone: 'active', text: drainText(item, detail, now) };
  if (hold === 'min-healthy') return { tone: 'held', text: `kept in service: ${detail}` };
  const what = pending.leaving ? 'drain' : heldWords[pending.type];
  return { tone: 'held', text: `${what} held: ${holdWords[hold]}` };
}

/** The detail of the last plan tells the rest of its time and its connections; without one, what is known of it now. */
function drainText({ drainingSince, connections }: ItemModel, detail: string, now: number): string {
  const since = drainingSince === null ? 'draining' : `draining for ${formatSince(drainingSince, now)}`;
  const open = connections === null ? '' : `${connections} open`;
  return [since, detail === '' ? open : detail].filter(Boolean).join(', ');
}

const dueWords: Readonly<Record<Pending['type'], string>> = {
  createObject: 'to be created',
  updateObject: 'to be changed',
  deleteObject: 'to be deleted',
  addItem: 'to be added',
  updateItem: 'due',
  removeItem: 'to be removed',
};

const heldWords: Readonly<Record<Pending['type'], string>> = {
  createObject: 'creation',
  updateObject: 'change',
  deleteObject: 'deletion',
  addItem: 'addition',
  updateItem: 'change',
  removeItem: 'removal',
};

/** What an admin compares with the system's own page. */
export function itemTraits({ kind, attributes }: ItemModel): string[] {
  if (!carriesTraffic.has(kind)) return [];
  const { weight, mac, healthGroup, priorityGroup, connectionLimit } = attributes;
  return [
    weight === undefined ? '' : `weight ${weight}`,
    priorityGroup === undefined || priorityGroup === '0' ? '' : `priority group ${priorityGroup}`,
    connectionLimit === undefined || connectionLimit === '0' ? '' : `at most ${connectionLimit} connections`,
    mac === undefined || mac === '' ? '' : `MAC ${mac}`,
    healthGroup === undefined || healthGroup === '' ? '' : `health group ${healthGroup}`,
  ].filter(Boolean);
}
