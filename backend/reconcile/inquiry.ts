/**
 * Asks sources about removals that nothing explains: a separate read of the owner that answers 404, or another uid, explains
 * them. One question per owner at a time; the answer comes back as a dirty key, never as an instruction.
 */
import type { Clock } from '../model/clock.ts';
import type { SourceName, KeyText } from '../model/identity.ts';
import type { ItemId } from '../model/target-object.ts';
import type { Probe } from '../observe/ports.ts';
import type { Memory } from './memory.ts';
import type { GroupOwner, Ledger } from './ports.ts';

export interface UnexplainedRemoval {
  readonly key: KeyText;
  readonly item: ItemId;
  /** undefined: this process never saw it; the ledger may know the group's owner. */
  readonly owner: GroupOwner | undefined;
}

export interface InquiryContext {
  readonly probe: (cluster: SourceName) => Probe | undefined;
  readonly ledger: Pick<Ledger, 'groupOwner'>;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The keys that must be planned again. */
  readonly answered: (keys: readonly KeyText[]) => void;
}

/** After an answer that explains nothing, the same owner is not asked again for this long. */
const askAgainMs = 30_000;

export function createInquiry(context: InquiryContext): (removals: readonly UnexplainedRemoval[]) => void {
  const askedAt = new Map<string, number>();
  const ask = async (
    id: string,
    owner: GroupOwner,
    removals: readonly UnexplainedRemoval[],
  ): Promise<void> => {
    const answer = await context.probe(owner.cluster)?.isGone(owner.ref, context.signal);
    if (answer !== 'gone') return;
    askedAt.delete(id);
    for (const { key, item } of removals) context.memory.recordProbe(key, item, 'owner-gone');
    context.answered(removals.map(({ key }) => key));
  };
  return (removals) => {
    const now = context.clock.monotonic();
    for (const [id, at] of askedAt) if (now - at >= askAgainMs) askedAt.delete(id);
    for (const [id, { owner, of }] of byOwner(removals, context.ledger)) {
      if (askedAt.has(id)) continue;
      askedAt.set(id, now);
      ask(id, owner, of).catch(() => undefined);
    }
  };
}

function byOwner(
  removals: readonly UnexplainedRemoval[],
  ledger: Pick<Ledger, 'groupOwner'>,
): Map<string, { owner: GroupOwner; of: UnexplainedRemoval[] }> {
  const owners = new Map<string, { owner: GroupOwner; of: UnexplainedRemoval[] }>();
  for (const removal of removals) {
    const owner = removal.owner ?? ledger.groupOwner(removal.key);
    if (owner === undefined) continue;
    const id = `${owner.cluster} ${owner.ref.kind} ${owner.ref.path} ${owner.ref.uid}`;
    const entry = owners.get(id) ?? { owner, of: [] };
    entry.of.push(removal);
    owners.set(id, entry);
  }
  return owners;
}
