/** The words and shapes in which the page says how things stand. */
import type {
  ExposedAddress,
  Freshness,
  HoldReason,
  Mode,
  PlanChange,
  SourceModel,
  StatusSummary,
  SystemModel,
  TargetKind,
  TargetRow,
  TargetState,
} from '../../backend/api/contract/models.ts';
import type { HistoryEntry } from '../../backend/api/contract/history.ts';
import type { PersonModel } from '../../backend/api/contract/access.ts';
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
  draining: { tone: 'active', text: 'Draining' },
  held: { tone: 'held', text: 'Held' },
  problem: { tone: 'bad', text: 'Problem' },
  unknown: { tone: 'unknown', text: 'Unknown' },
  empty: { tone: 'quiet', text: 'Empty' },
};

/** What needs a person comes first. */
export const stateOrder: readonly TargetState[] = [
  'problem',
  'unknown',
  'held',
  'due',
  'draining',
  'empty',
  'inStep',
];

interface KindWords {
  readonly title: string;
  /** Within a sentence. */
  readonly name: string;
  /** What the parts of its name before the last one are. */
  readonly where: string;
}

export const kindWords: Readonly<Record<TargetKind, KindWords>> = {
  externalEpg: { title: 'External EPG', name: 'external EPG', where: 'Tenant / L3Out' },
  redirectPolicy: { title: 'Redirect policy', name: 'redirect policy', where: 'Tenant' },
  pool: { title: 'Pool', name: 'pool', where: 'Partition' },
  redirectHealthGroup: { title: 'Health group', name: 'health group', where: 'Tenant' },
};

export const systemKinds: Readonly<Record<SystemModel['kind'], string>> = {
  fabric: 'Fabric',
  bigip: 'BIG-IP',
  haproxy: 'HAProxy',
};

export const sourceKinds: Readonly<
  Record<SourceModel['kind'], { readonly title: string; readonly identity: string }>
> = {
  cluster: { title: 'Cluster', identity: 'UID of kube-system' },
  fabric: { title: 'Learned by', identity: 'Identity of the fabric' },
};

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
  writing: { tone: 'good', text: 'Writing', hint: 'Changes that nothing holds are written.' },
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
  draining: 'draining',
  'min-healthy': 'kept in service',
  incomplete: 'incomplete',
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

/** A target object's name in parts: in what it is, and what it is called there. On HAProxy it is in nothing. */
export function nameParts(name: string): { readonly where: string; readonly name: string } {
  const at = name.lastIndexOf('/');
  return { where: name.slice(0, Math.max(0, at)), name: name.slice(at + 1) };
}

/** Of where an address comes from. */
export const originWords: Readonly<Record<string, string>> = { LearnedEndpoint: 'Endpoint' };

export const stateWords: Readonly<Record<ExposedAddress['state'], string>> = {
  starting: 'starting',
  ready: 'ready',
  notReady: 'not ready',
  terminating: 'terminating',
  learned: 'learned',
  absent: 'not seen now',
};

/** What is about to happen, up to the name of the target object. */
export function changeVerb({ type, leaving }: PlanChange): string {
  if (leaving) return 'drain in';
  if (type === 'addItem') return 'addition to';
  return type === 'removeItem' ? 'removal from' : 'change in';
}

export function keyText({ system, kind, name }: ReturnType<typeof keyParts>): string {
  return `${system}|${kind}|${name}`;
}

/** The key of a target object, as the API writes it. */
export function keyParts(key: string): {
  readonly system: string;
  readonly kind: TargetKind;
  readonly name: string;
} {
  const [system = '', kind = '', ...name] = key.split('|');
  return { system, kind: kind as TargetKind, name: name.join('|') };
}

export function heldText(held: TargetRow['held']): string {
  return held.map(({ reason, count }) => `${count} ${holdWords[reason]}`).join(', ');
}

/** How a person became known. */
export const viaWords: Readonly<Record<PersonModel['via'], string>> = {
  local: 'Local administrator',
  apic: 'User of a fabric',
  appCenter: 'Signed in to the APIC around this page',
  token: 'API token',
  anonymous: 'Nobody is signed in; this server lets everybody do this much',
  commandLine: 'On the command line of the server',
};

const viaNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    local: 'local administrator',
    apic: 'user of a fabric',
    appCenter: 'page within the APIC',
    token: 'API token',
    anonymous: 'not signed in',
    commandLine: 'command line of the server',
  } satisfies typeof viaWords),
);

/** Why it is there; of an act, how whoever did it was known, and from where: `user of a fabric, 10.0.0.7`. */
export function whyText({ kind, why }: Pick<HistoryEntry, 'kind' | 'why'>): string {
  if (kind !== 'act') return why;
  const [via = '', ...from] = why.split(', ');
  return [viaNames.get(via) ?? via, ...from].join(', ');
}

export const stateTones: Readonly<Record<ExposedAddress['state'], Tone>> = {
  starting: 'active',
  ready: 'good',
  notReady: 'held',
  terminating: 'active',
  learned: 'good',
  absent: 'unknown',
};

export const addressKinds: Readonly<Record<ExposedAddress['addressKind'], string>> = {
  pod: 'pod',
  loadBalancer: 'load balancer',
  external: 'external IP',
  cluster: 'cluster IP',
  node: 'node',
  learned: 'endpoint',
};

/** Of what is in the history: accepted, refused, unknown; of acts done, or the code of the problem. */
export function resultWording(result: string): Wording {
  if (result === 'accepted' || result === 'done') return { tone: 'good', text: result };
  if (result === 'unknown') return { tone: 'unknown', text: 'no clear answer' };
  return { tone: 'bad', text: result === '' ? 'refused' : result };
}
