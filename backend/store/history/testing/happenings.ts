/** Reports and acts as they come about, made up. */
import type {
  InstanceId,
  KeyText,
  MappingName,
  ObjectPath,
  ShortId,
  SourceName,
  SystemName,
} from '../../../model/identity.ts';
import { parseKeyText } from '../../../model/identity.ts';
import type { IpAddress } from '../../../model/ip.ts';
import type { ChangeOutcome, Outcome } from '../../../model/outcome.ts';
import type { Act } from '../../../model/person.ts';
import type { AtomId, Change } from '../../../model/plan.ts';
import { problem } from '../../../model/problems.ts';
import type { RunReport } from '../../../model/run-report.ts';
import { itemId, type DesiredItem } from '../../../model/target-object.ts';

export const webKey = 'dc1|externalEpg|k8s/calico/web' as KeyText;
export const apiKey = 'dc1|externalEpg|k8s/calico/api' as KeyText;
export const shop = 'shop' as MappingName;
const mark = { instance: '7f3a' as InstanceId, mapping: '00000000' as ShortId, source: '-' as const };

export interface Which {
  readonly key?: KeyText;
  readonly mapping?: MappingName;
  readonly name?: string;
  readonly pod?: string;
}

function base({ key = webKey, mapping = shop }: Which): Pick<Change, 'key' | 'mapping' | 'verdict' | 'atom'> {
  return { key: parseKeyText(key), mapping, verdict: { apply: true }, atom: 'a' as AtomId };
}

function item(address: string, { name = `${address}/32`, pod = 'shop/web-1' }: Which): DesiredItem {
  return {
    id: itemId('subnet', name),
    kind: 'subnet',
    name,
    attributes: {},
    mark,
    address: address as IpAddress,
    reasons: [
      {
        address: address as IpAddress,
        addressKind: 'pod',
        cluster: 'prod-a' as SourceName,
        origin: { kind: 'Pod', path: pod as ObjectPath, uid: 'u' },
        owner: undefined,
        node: undefined,
        state: 'ready',
        inService: true,
      },
    ],
    leaving: false,
  };
}

export function add(address: string, which: Which = {}): Change {
  return { ...base(which), type: 'addItem', item: item(address, which) };
}

export function update(address: string, which: Which = {}): Change {
  return {
    ...base(which),
    type: 'updateItem',
    item: { ...item(address, which), attributes: { weight: '2' } },
    before: { weight: '1' },
  };
}

export function remove(address: string, which: Which = {}): Change {
  const name = which.name ?? `${address}/32`;
  return {
    ...base(which),
    type: 'removeItem',
    item: itemId('subnet', name),
    itemKind: 'subnet',
    itemName: name,
    mark,
    address: address as IpAddress,
    explanation: 'replicas-lowered',
    cut: false,
  };
}

export function deletion(which: Which = {}): Change {
  return { ...base(which), type: 'deleteObject', mark };
}

export const accepted: Outcome = { result: 'accepted' };
export const refused: Outcome = { result: 'refused', problem: problem('internal.bug', 'Invalid ip') };

export function sent(changes: readonly Change[], outcome: Outcome = accepted): ChangeOutcome[] {
  return changes.map((change) => ({ change, outcome }));
}

export function report(at: number, outcomes: readonly ChangeOutcome[], run = 1): RunReport {
  return {
    run,
    system: 'dc1' as SystemName,
    startedAt: at - 5,
    finishedAt: at,
    keys: [],
    causedAt: undefined,
    plan: { changes: [], findings: [], mappings: [], drains: [], unknown: new Map() },
    outcomes,
    requests: outcomes.length === 0 ? 0 : 1,
    problem: undefined,
  };
}

export function act(at: number, verb = 'approve', person = 'alice (dc1)'): Act {
  return {
    at,
    person,
    via: 'apic',
    from: '10.9.9.9',
    verb,
    object: 'mapping shop',
    result: 'done',
    detail: '',
  };
}
