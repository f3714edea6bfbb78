/**
 * What goes with a write: notifications of the same objects wait for its outcome, and what the outcome leaves uncertain becomes doubt
 * and drift. In: batches. Out: outcomes.
 */
import type { System } from '../../apply/ports.ts';
import type { Change } from '../../model/plan.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Dn } from './dn.ts';
import type { Doubts } from './doubts.ts';
import type { Drift } from '../system/drift.ts';
import type { Labels } from './labels.ts';
import type { Notices } from './notices.ts';
import type { ApicOptions } from './options.ts';
import { knownDn } from './place.ts';
import type { ApicView } from './view.ts';
import { Writer, type WriterOptions } from './writer.ts';

export interface WritePathParts extends Omit<WriterOptions, 'instance' | 'resolves' | 'onSending'> {
  readonly options: ApicOptions;
  readonly doubts: Doubts;
  readonly drift: Drift<Dn>;
  readonly view: ApicView;
  readonly notices: Notices;
  readonly labels: Labels;
  /** Of the present run. */
  readonly signal: () => AbortSignal;
}

/** Most changes are, and nothing else depends on them. */
function isAboutAddress(change: Change): boolean {
  if (change.type === 'removeItem') return change.address !== undefined;
  return 'item' in change && change.item.address !== undefined;
}

export function writePath(parts: WritePathParts): System['write'] {
  const { options, view, notices, labels, drift } = parts;
  const writer = new Writer({
    ...parts,
    instance: options.instance,
    resolves: (dn, kind, item) => view.resolvesAt(dn, kind, item),
    onSending: (dns) => notices.hold(dns),
  });
  return async ({ changes }, caller) => {
    // What was planned is of a fabric that does not answer now: a round does not go on with it, even when the right one is back.
    if (view.problem?.code === 'fabric.identity') return { result: 'unknown', problem: view.problem };
    const wanted = new Set(changes.map((change) => knownDn(change.key)));
    try {
      const { outcome, isHeld, touched, freed } = await writer.write({ changes }, caller);
      if (isHeld) return outcome;
      if (touched.size > wanted.size || !changes.every(isAboutAddress)) view.forget();
      if (outcome.result === 'accepted') labels.take(changes, parts.signal());
      const all = new Set([...wanted, ...touched]);
      for (const dn of all) doubt(parts.doubts, dn, wanted.has(dn), outcome);
      // A clear no may mean that the mirror is behind: what a person made meanwhile is in the way, or what is ours is there already.
      drift.of(outcome.result === 'refused' ? all : freed, options.clock.now());
      return outcome;
    } finally {
      notices.release();
    }
  };
}

/** After an unknown outcome rounds look again at what they wanted, and then at the companions beside it too. */
function doubt(doubts: Doubts, dn: Dn, isWanted: boolean, outcome: Outcome): void {
  if (outcome.result === 'unknown' && isWanted) doubts.unknown(dn, outcome.problem);
  else if (outcome.result !== 'accepted') doubts.notified(dn);
}
