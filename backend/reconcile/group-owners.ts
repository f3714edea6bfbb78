/**
 * Keeps the owners of groups in the ledger, for the next process to ask about. One is written before what it is the owner of. One
 * that was made anew under its name is followed, or its other uid would explain that everything in the object goes. It is
 * forgotten with the object: once that is neither wanted nor ours. What cannot be read may be ours.
 */
import { keyText, parseKeyText, type KeyText } from '../model/identity.ts';
import type { Plan } from '../model/plan.ts';
import type { RoundContext } from './context.ts';
import type { GroupOwner } from './ports.ts';

type Needs = Pick<RoundContext, 'system' | 'desired' | 'ledger'>;

export function groupOwnersRecorder(context: Needs): (plan: Pick<Plan, 'changes'>) => void {
  const { system, desired, ledger } = context;
  let known: Map<KeyText, GroupOwner> | undefined;
  return ({ changes }) => {
    known ??= new Map(ledger.groupOwners(system.name));
    const found = changedOwners(known, context);
    for (const { key, verdict } of changes) {
      const text = keyText(key);
      const owner = verdict.apply && !found.has(text) ? desired.get(text)?.owner : undefined;
      if (owner !== undefined) found.set(text, owner);
    }
    ledger.setGroupOwners(found);
    for (const [key, owner] of found)
      if (owner === undefined) known.delete(key);
      else known.set(key, owner);
  };
}

/** undefined: to be forgotten. */
function changedOwners(
  known: ReadonlyMap<KeyText, GroupOwner>,
  { system: { view }, desired }: Needs,
): Map<KeyText, GroupOwner | undefined> {
  const found = new Map<KeyText, GroupOwner | undefined>();
  const unwanted = new Set<KeyText>();
  for (const [key, owner] of known) {
    const wanted = desired.get(key);
    if (wanted === undefined) unwanted.add(key);
    else if (isMadeAnew(owner, wanted.owner)) found.set(key, wanted.owner);
  }
  if (unwanted.size > 0) for (const { key } of view.owned()) unwanted.delete(keyText(key));
  for (const key of unwanted) if ('items' in view.get(parseKeyText(key))) found.set(key, undefined);
  return found;
}

function isMadeAnew({ cluster, ref }: GroupOwner, now: GroupOwner | undefined): boolean {
  const isOfThatName = now?.cluster === cluster && now.ref.kind === ref.kind && now.ref.path === ref.path;
  return isOfThatName && now.ref.uid !== ref.uid;
}
